"""Headings that the output must have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt

_ASK = re.compile(
    r"\b(?:headings?|headers|überschriften)\b[^\n:#]{0,60}[:\s]\s*(?P<list>#{1,6}[ \t]+\w[^\n]{0,300}"
    r"(?:\n[ \t]*#{1,6}[ \t]+\w[^\n]{0,80}){0,12})",
    re.I,
)
_NAME = re.compile(r"#{1,6}[ \t]+(\w[^\n#,;.|“”\"]{0,60})")
_JOIN = re.compile(r"(?:\s+(?:and|then|und|or))?\s*[\"'”’)`]*\s*\Z")


class RequiredHeadings(InstructionFamily):
    """ "use these headings: ## Summary, ## Risks": each begins a line of the output as a Markdown heading."""

    name = "required_headings"
    subcategory = "output_format_non_compliance"
    clues = ("heading", "header", "überschrift")
    reliability = 0.93

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _ASK.finditer(prompt.masked):
            names = tuple(_JOIN.sub("", name) for name in _NAME.findall(match["list"]))
            if names and all(names) and prompt.demands(match.start()):
                wording = "the headings " + ", ".join(f"“{name}”" for name in names)
                yield self.instruction(prompt, (match.start(), match.end()), wording, terms=names)
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        missing = [name for name in instruction.terms if not _is_heading(name, answer.text)]
        measured = "no heading: " + ", ".join(f"“{name}”" for name in missing) if missing else "all there"
        return CheckResult(not missing, measured)


def _is_heading(name: str, text: str) -> bool:
    return re.search(rf"^[ \t]{{0,3}}#{{1,6}}[^\w\n]*(?:\d+[.)]\s*)?{re.escape(name)}\b", text, re.I | re.M) is not None
