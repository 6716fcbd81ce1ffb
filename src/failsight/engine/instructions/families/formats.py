"""A data or markup format that the whole output must have: JSON, CSV, XML, YAML, HTML, Markdown tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt
from failsight.model.counted import counted

_FORMAT = r"(?P<format>json(?! ?schema)|csv|xml|yaml|html|markdown table)"
_ASK = re.compile(
    rf"\b(?:(?:in|as|into|using|inside|within|with|to be)\s+(?:a\s+|an\s+|one\s+|the\s+|"
    rf"single\s+|valid\s+|strict(?:ly)?\s+|raw\s+|pure\s+|proper\s+|only\s+|"
    rf"well-formed\s+)*{_FORMAT}\b(?!\s*(?:schema|file|files|parser|library|tags?|api))"
    r"(?P<noun>\s+(?:format|object|block|array|form|document|structure|output|string|page|list))?|"
    rf"(?:return|output|respond with|reply with|answer with|produce|give me|"
    rf"provide)\s+(?:only\s+|just\s+|me\s+|a\s+|an\s+|single\s+|valid\s+|"
    rf"raw\s+)*{_FORMAT.replace('format', 'format2')}\b(?:\s+(?:format|object|block|array|only|"
    rf"document|list))*|\bjson (?:only|format)\b|\buse json format)",
    re.I,
)
_WRITING = re.compile(
    r"\b(?:write|answer|respond|reply|output|return|wrap\w*|put|format\w*|give|provide|"
    r"present|generate|produce|summari[sz]e|list|explain|make|create|compose|use|please|want|"
    r"entire|should|must|convert|extract|be|describe|only)\b",
    re.I,
)
_ABOUT_CODE = re.compile(
    r"\b(?:function|script|code|program|method|class|api|endpoint|server|app|application|"
    r"query|regex|python|javascript|java|schema|parser|parse|load|read|import|export|library|"
    r"database|"
    r"difference|what is|how (?:do|to|can|does)|error|written|encoded|stored|given|table of|"
    r"part of|section|template|saved?|data (?:is|are)|input)\b",
    re.I,
)
_TAG = re.compile(r"<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?/?>")
_TABLE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*:?-*:?[ \t]*\|?[ \t]*$", re.M)
_YAML = re.compile(r"^[ \t]{0,40}(?:- )?[\w\"' -]{1,60}:(?:\s|$)|^[ \t]{0,40}- \S", re.M)


class RequestedFormat(InstructionFamily):
    """ "answer in JSON format", "return a CSV", "as a Markdown table"."""

    name = "requested_format"
    subcategory = "output_format_non_compliance"
    clues = ("json", "csv", "xml", "yaml", "html", "markdown table")
    reliability = 0.95

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _ASK.finditer(prompt.masked):
            start, end = prompt.clause(match.start())
            clause = prompt.masked[start:end]
            asked = (match["format"] or match["format2"] or "json").lower()
            if _ABOUT_CODE.search(clause) or not _WRITING.search(clause) or not prompt.demands(match.start()):
                continue
            yield self.instruction(
                prompt,
                (start, end),
                f"the answer in {asked.upper() if len(asked) < 5 else 'a Markdown table'}",
                mode=asked,
            )
            return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        return _CHECKS[instruction.mode](answer)


def _check_json(answer: Answer) -> CheckResult:
    try:
        json.loads(answer.unfenced)
    except ValueError as broken:
        return CheckResult(False, f"not JSON: {broken}")
    except RecursionError:
        return CheckResult(None, "nested too deeply to be parsed")
    return CheckResult(True, "valid JSON")


def _check_csv(answer: Answer) -> CheckResult:
    lines = [line for line in answer.unfenced.split("\n") if line.strip()]
    best = max(",;\t|", key=lambda sign: sum(sign in line for line in lines))
    with_sign = sum(best in line for line in lines)
    if not lines or with_sign < 0.5 * len(lines):
        return CheckResult(False, f"{with_sign} of {len(lines)} lines have separated values")
    even = len({line.count(best) for line in lines}) == 1
    return CheckResult(True if even else None, "rows of equal width" if even else "rows of different width")


def _check_tags(answer: Answer) -> CheckResult:
    count = len(_TAG.findall(answer.text))
    return CheckResult(count > 0, counted(count, "tag"))


def _check_yaml(answer: Answer) -> CheckResult:
    lines = [line for line in answer.unfenced.split("\n") if line.strip()]
    keyed = len(_YAML.findall(answer.unfenced))
    if not keyed:
        return CheckResult(False, f"none of {len(lines)} lines is a YAML key or item")
    return CheckResult(
        True if keyed >= 0.4 * len(lines) else None, f"{keyed} of {len(lines)} lines are YAML keys or items"
    )


def _check_table(answer: Answer) -> CheckResult:
    found = _TABLE.search(answer.text) is not None and "|" in answer.text
    return CheckResult(found, "a Markdown table" if found else "no Markdown table")


_CHECKS = {
    "json": _check_json,
    "csv": _check_csv,
    "xml": _check_tags,
    "html": _check_tags,
    "yaml": _check_yaml,
    "markdown table": _check_table,
}
