"""Output that stops in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject

SUB = "truncated_output"
_STOP_KEYS = ("finish_reason", "stop_reason", "finishReason", "stopReason")
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "token_limit"})
_TERMINAL = re.compile(r"[.!?:;…。！？।؟॥።»”\"'’)\]}>*_`|~]\s*\Z|[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?\s*\Z")
_MARKER_ALONE = re.compile(r"\s*(?:(?P<number>\d{1,3})[.)]|[-*•])\s*\Z")
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•–])\s+\S")
_LABELLED = re.compile(r"\s*[\w*'’ /()-]{1,40}:\s")
_CODE = re.compile(r"[={}<>\\|]|\w\(|;\s*\Z|https?://\S*\Z|www\.\S*\Z|@\w+|#\w+\Z|\$\S*\Z")
_SENTENCE_INSIDE = re.compile(r"[.!?][\"'”’)]?\s+(?=[A-ZÀ-ÖØ-Þ\"“(])")
_DANGLING = frozenset(
    (  # noqa: SIM905
        "a an the and or but nor of to with for from into onto upon at by including such because although while whereas "
        "is are was were has have had be been being will would could should can may might must if than that which whose "
        "their your our its my his her these those as not every each both either neither between among through during "
        "before after until without within toward towards about against very also "
        "der die das ein eine einen einem und oder aber von zu mit für auf im am zum zur dass weil ist sind war wird "
        "le la les un une des du de et ou mais avec pour dans sur par que qui est sont "
        "el los las una y o pero con para por en es son del al "
        "il lo gli di e che per nel della"
    ).split()
)
_ENGLISH_ENDS = frozenset("is are was were has have had will would could should can may might must be been about through "  # noqa: SIM905
                          "before after within without that those these very also not his her as".split())  # fmt: skip
_WORD_AT_END = re.compile(r"([^\W\d_]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign of an early stop: plain words, how sure it makes us, where it begins in the output."""

    description: str
    probability: float
    start: int


class TruncatedOutput(Detector):
    """The output ends in the middle of a sentence, a list, a bracket or a code block.

    Looked at are the reported finish reason (``finish_reason: length`` in the item's metadata), a list marker without
    text, a code fence or JSON that is not closed, a last word that cannot end a sentence, an open bracket, and a last line
    without an end mark when the lines of its kind have one. Titles, short answers, lists and verse without end marks pass.

    Fails: "Preheat the oven. Butter the tin. Then mix the flour with the"
    Passes: "Preheat the oven. Butter the tin. Then mix the flour with the eggs."
    """

    name = "truncated_output"
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        item, output = subject.item, subject.item.output.rstrip()
        for key in _STOP_KEYS:
            reason = item.metadata.get(key, item.extra.get(key))
            if isinstance(reason, str) and reason.lower() in _CUT:
                said = f"the finish reason is “{reason}”"
                evidence = Evidence("finish_reason", said, "metadata", None, None, None, 0.98)
                yield Finding(SUB, "fail", 0.98, f"The output was cut off: {said}.", (evidence,), extent=0.5)
                return
        best = max(_signs(output), key=lambda sign: sign.probability, default=None)
        if best is None:
            yield Finding(SUB, "pass", 0.03, "The output ends where a text may end.")
        elif best.probability >= 0.5:
            snippet = output[best.start :]
            evidence = Evidence(
                "ending", best.description, "output", snippet, best.start, len(output), best.probability
            )
            rationale = f"The output stops in the middle: {best.description}."
            yield Finding(SUB, "fail", best.probability, rationale, (evidence,), extent=0.5)
        else:
            yield Finding(SUB, "pass", best.probability, f"The output may end here, although {best.description}.")


def _signs(output: str) -> Iterator[_Sign]:
    if output.count("```") % 2:
        yield _Sign("a code block is not closed", 0.85, output.rfind("```"))
        return
    line_start = output.rfind("\n") + 1
    line = output[line_start:]
    alone = _MARKER_ALONE.match(line)
    if alone is not None and line_start:
        number = alone["number"]
        if number is None or re.search(rf"^\s*{int(number) - 1}[.)]\s", output, re.M):
            yield _Sign("the last list item is empty", 0.95, line_start)
        return
    if output[:1] in "{[" and output[-1:] not in "}]":
        opened = len(re.findall(r"[{\[]", output)) - len(re.findall(r"[}\]]", output))
        if opened > 0:
            yield _Sign(f"{opened} brackets are not closed", 0.9, max(0, len(output) - 60))
        return
    if not _TERMINAL.search(output[-3:]):
        yield from _prose_signs(output, line, line_start)
    elif line.count("(") > line.count(")") and not _CODE.search(line) and line[-1] in ":;'’\"”" and len(output) > 200:
        yield _Sign("a bracket is not closed", 0.6, line_start + line.rfind("("))
    elif re.search(r"\s[\"“(]\Z", line) and len(output) > 80:
        yield _Sign("it ends with an opening sign", 0.9, max(line_start, len(output) - 40))


def _prose_signs(output: str, line: str, line_start: int) -> Iterator[_Sign]:
    """Signs in a last line without an end mark."""
    plain = len(line.split())
    tail = max(line_start, len(output) - 60)
    finished = _SENTENCE_INSIDE.search(output) is not None
    last = _WORD_AT_END.search(line)
    if last is not None and plain >= 4 and last.group(1) in _DANGLING and (finished or plain >= 8):
        sure = 0.75 if last.group(1) in _ENGLISH_ENDS else 0.95
        yield _Sign(f"the last word is “{last.group(1)}”", sure, tail)
    if line.endswith((",", "(", "–")) and plain >= 5 and finished:
        yield _Sign(f"it ends with “{line[-1]}”", 0.9, tail)
    if _CODE.search(line):
        return
    if line.count("(") > line.count(")") and plain >= 3 and len(output) > 150:
        yield _Sign("a bracket is not closed", 0.85, line_start + line.rfind("("))
    inside = list(_SENTENCE_INSIDE.finditer(line))
    if len(inside) >= 1 and len(output) - line_start - inside[-1].end() >= 2 and len(output) > 200 and plain >= 12:
        yield _Sign("the last sentence has no end mark, those before it have one", 0.8, line_start + inside[-1].end())
    yield from _inconsistent(output, line, line_start)


def _inconsistent(output: str, line: str, line_start: int) -> Iterator[_Sign]:
    """The last line has no end mark although the lines of its kind have one."""
    item = _ITEM.match(line) is not None
    if len(output) < 200 or len(line.split()) < (3 if item else 5) or (not item and _LABELLED.match(line)):
        return
    alike = [
        one
        for one in output[:line_start].split("\n")
        if len(one.split()) >= 4 and (_ITEM.match(one) is not None) == item
    ]
    ended = sum(_TERMINAL.search(one) is not None for one in alike)
    if len(alike) >= 2 and ended == len(alike):
        sure = min(0.9, 0.62 + 0.05 * len(alike))
        kind = "list items" if item else "paragraphs"
        yield _Sign(f"the last line has no end mark, all {len(alike)} {kind} before it have one", sure, line_start)
    elif len(alike) >= 4 and ended >= 0.75 * len(alike):
        yield _Sign("most lines before the last have an end mark", 0.35, line_start)
