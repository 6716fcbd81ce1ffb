"""Layout: bullet points, highlighted phrases, sections, placeholders, titles, numbered items."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily, check_amount
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import Bounds, Quantity, in_words, read_bounds

_BULLETS = Quantity(
    r"(?:markdown )?(?:bullet(?:ed)?[- ]?(?:points?|items?)|bullets|aufzählungspunkten?|stichpunkten?)",
    adjectives=r"(?:(?:very|short|brief|concise|key|main|clear|different|kurzen?)\s+){0,2}",
)
_PER = re.compile(r"\s*(?:each|per|for each|for every|in (?:each|every)|under each|or (?:so|paragraphs))\b", re.I)
_EACH = re.compile(r"\b(?:each|every|per)\b(?! separated)[^,.]{0,20}\Z", re.I)
_HIGHLIGHT = re.compile(
    r"\b(?:highlight|italici[sz]e|bold|emphasi[sz]e)\b|\bitalic(?:s|ized)?\b|\bhighlight(?:ed|s)\b|\bbold(?:ed)?\b",
    re.I,
)
_SHOWN = re.compile(r"(?<!\*)\*[^*\n]{2,60}\*(?!\*)|\bmarkdown\b|\basterisks?\b", re.I)
_PARTS = Quantity(r"(?:text |italic |highlighted |different |key ?)*(?:sections?|words?|phrases?|parts?|"
        r"keywords|text phrases|names|terms|sentences?|points)|times",
                  adjectives=r"(?:(?:of|your|favorite|italic|text|the|different|key|important)\s+){0,4}")  # fmt: skip
_TWICE = re.compile(r"\b(?P<word>once|twice|thrice)\b", re.I)
_VAGUE = re.compile(r"\b(?:some|a few|several)\b", re.I)
_MARKED = re.compile(r"\*[^\n*]*\*")
_DOUBLE = re.compile(r"\*\*[^\n*]*\*\*")
_PLACEHOLDERS = Quantity(r"placeholders?", adjectives=r"(?:(?:different|unique|bracketed)\s+)?")
_SQUARE = re.compile(r"square brackets?|\[[^\]\n]{1,40}\]", re.I)
_HELD = re.compile(r"\[[^\]\n]*?\]")
_TITLE = re.compile(
    r"\bdouble ang(?:ular|le) brackets|\b(?:title|headline|name|wrap\w*|like|such as|i\.e\.,?|"
    r"e\.g\.,?)\b[^<>\n]{0,30}<<[^<>\n]{1,60}>>",
    re.I,
)
_TITLE_FOUND = re.compile(r"<<([^\n<>]+)>>")


class BulletPoints(InstructionFamily):
    """ "exactly 3 bullet points", "at least five bullets"."""

    name = "bullet_points"
    subcategory = "output_format_non_compliance"
    clues = ("bullet", "stichpunkt", "aufzählung")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _BULLETS.finditer(prompt.masked):
            before = prompt.before(match.start())
            if not prompt.demands(match.start()) or _PER.match(prompt.masked, match.end()) or _EACH.search(before):
                continue
            bounds = read_bounds(match, before)
            if bounds is not None:
                yield self.instruction(
                    prompt, prompt.clause(match.start()), in_words(bounds, "bullet points"), bounds=bounds
                )

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = len(answer.bullets)
        return check_amount(instruction.bounds, count, count, "bullet points")


class Highlights(InstructionFamily):
    """ "highlight at least 3 sections with markdown, like *this*"."""

    name = "highlights"
    subcategory = "output_format_non_compliance"
    clues = ("highlight", "italic", "bold", "emphasi")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        if not _SHOWN.search(prompt.text):
            return
        for start, end in prompt.clauses:
            clause = prompt.masked[start:end]
            found = _HIGHLIGHT.search(clause)
            if found is None or not prompt.demands(start + found.start()):
                continue
            bounds = self._bounds(clause, found)
            if bounds is not None and bounds.low:
                wording = in_words(bounds, "highlighted phrases")
                span = prompt.clause(start + found.start())
                yield self.instruction(prompt, span, wording, bounds=Bounds(low=bounds.low))
                return

    def _bounds(self, clause: str, found: re.Match[str]) -> Bounds | None:
        matches = [m for m in _PARTS.finditer(clause) if found.start() - 40 <= m.start() <= found.end() + 60]
        if matches:
            return read_bounds(min(matches, key=lambda m: abs(m.start() - found.end())), bare="low")
        twice = _TWICE.search(clause, found.end())
        if twice is not None:
            return read_bounds(twice, bare="low")
        return Bounds(low=1) if _VAGUE.search(clause, found.end(), found.end() + 20) else None

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = sum(
            bool(m.group().strip("*").strip()) for m in (*_MARKED.finditer(answer.text), *_DOUBLE.finditer(answer.text))
        )
        return check_amount(instruction.bounds, count, count, "highlighted phrases")


class Placeholders(InstructionFamily):
    """ "at least 3 placeholders in square brackets, such as [address]"."""

    name = "placeholders"
    subcategory = "task_not_followed"
    clues = ("placeholder",)
    reliability = 0.97

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        if not _SQUARE.search(prompt.text):
            return
        for match in _PLACEHOLDERS.finditer(prompt.masked):
            bounds = read_bounds(match, prompt.before(match.start()), bare="low")
            if bounds is not None and prompt.demands(match.start()):
                yield self.instruction(
                    prompt, prompt.clause(match.start()), in_words(bounds, "placeholders"), bounds=bounds
                )

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = len(_HELD.findall(answer.text))
        return check_amount(instruction.bounds, count, count, "placeholders in square brackets")


class AngledTitle(InstructionFamily):
    """ "a title in double angular brackets, <<title>>"."""

    name = "angled_title"
    subcategory = "output_format_non_compliance"
    clues = ("<<", "double angular", "double angle")
    reliability = 0.98

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        match = _TITLE.search(prompt.masked)
        if match is not None and prompt.demands(match.start()):
            yield self.instruction(prompt, prompt.clause(match.start()), "a title in <<double angular brackets>>")

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:  # noqa: ARG002
        found = _TITLE_FOUND.search(answer.text)
        return CheckResult(found is not None, f"“{found.group()}”" if found else "no <<title>>")
