"""Output that stops in the middle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

SUB = "truncated_output"
FAIL_FROM, UNSURE_FROM = 0.7, 0.4
_STOP_KEYS = ("finish_reason", "stop_reason", "finishReason", "stopReason")
_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "token_limit"})
_TERMINAL = re.compile(r"[.!?:;…。！？।؟॥።»”\"'’)\]}>*_`|~]\s*\Z|[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?\s*\Z")
_MARKER_ALONE = re.compile(r"\s*(?:(?P<number>\d{1,3})[.)]|[-*•])\s*\Z")
_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•–])\s+\S")
_LABELLED = re.compile(r"\s*[\w*'’ /()-]{1,40}:\s")
_STRICT = re.compile(r"[.!?:;…。！？।؟॥።]['\"”’)*_]*\s*\Z")
_ATTRIBUTED = re.compile(r"\s[-–—]\s|\bby [A-Z]")
_CODE = re.compile(r"[={}<>\\|√×≡]|\b(?:return|def|else)\b|\w\(|;\s*\Z|https?://\S*\Z|www\.\S*\Z|@\w+|#\w+\Z|\$\S*\Z")
_SENTENCE_INSIDE = re.compile(r"[.!?][\"'”’)]?\s+(?=[A-ZÀ-ÖØ-Þ\"“(])")
# Words that no sentence ends with, and words that one may end with now and then ("to work with", "how it was").
_NEVER_LAST = frozenset(
    (  # noqa: SIM905
        "a an the and or but nor of into onto upon including such because although while whereas than which whose your "
        "our my every if this that these der die das ein eine einen einem und oder aber von für dass weil le la les un "
        "une des du et ou mais dans el los las una y pero il lo gli di"
    ).split()
)
_SELDOM_LAST = frozenset(
    (  # noqa: SIM905
        "to with for from at by in on is are was were has have had be been will would could should can may might must "
        "their its his her as not each both between among through during before after until without within toward "
        "towards about against very also zu mit auf im am zum zur ist sind war wird avec pour sur par que qui est sont "
        "con para por en es son del al per nel"
    ).split()
)
_SIGN_OFF = re.compile(
    r"^\W*(?:sincerely|best|(?:kind |warm )?regards|yours|thanks?|thank you|with|love|cheers|respectfully|cordialement|"
    r"mit freundlichen|viele grüße|saludos|atentamente)\b[^\n]{0,25}[,!]?\s*$",
    re.I | re.M,
)
_OPENERS = frozenset("there this these if to the it in for however when while please note additionally".split())  # noqa: SIM905
_WORD_AT_END = re.compile(r"([^\W\d_]+)\s*\Z")


@value_class
class _Sign:
    """A sign of an early stop: plain words, how sure it makes us, where it begins in the output."""

    description: str
    probability: float
    start: int


class TruncatedOutput(Detector):
    """The output ends in the middle of a sentence, a list, a bracket or a code block.

    Looked at are the reported finish reason (``finish_reason: length`` in the item's metadata), a list marker without
    text, a code fence or JSON that is not closed, a last word that cannot end a sentence, an open bracket, and a last
    line without an end mark when the lines of its kind have one. Titles, short answers, lists and verse without end
    marks pass; a single missing full stop is unsure at most.

    Fails: "Preheat the oven. Butter the tin. Then mix the flour with the"
    Passes: "Preheat the oven. Butter the tin. Then mix the flour with the eggs."
    """

    name = "truncated_output"
    version = 2
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
        elif best.probability >= FAIL_FROM:
            snippet = output[best.start :]
            evidence = Evidence(
                "ending", best.description, "output", snippet, best.start, len(output), best.probability
            )
            rationale = f"The output stops in the middle: {best.description}."
            yield Finding(SUB, "fail", best.probability, rationale, (evidence,), extent=0.5)
        elif best.probability >= UNSURE_FROM:
            yield Finding(SUB, "unsure", best.probability, f"The output may stop in the middle: {best.description}.")
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
            said = "a bracket is not closed" if opened == 1 else f"{opened} brackets are not closed"
            yield _Sign(said, 0.9, max(0, len(output) - 60))
        return
    if not _TERMINAL.search(output[-3:]):
        yield from _prose_signs(output, line, line_start)
    elif line.count("(") > line.count(")") and not _CODE.search(line) and line[-1] in ":;'’\"”" and len(output) > 200:
        yield _Sign("a bracket is not closed", 0.6, line_start + line.rfind("("))
    elif re.search(r"\s[\"“(]\Z", line) and len(output) > 80:
        yield _Sign("it ends with an opening sign", 0.9, max(line_start, len(output) - 40))


def _prose_signs(output: str, line: str, line_start: int) -> Iterator[_Sign]:
    """Signs in a last line without an end mark."""
    size = len(line.split())
    tail = max(line_start, len(output) - 60)
    finished = _SENTENCE_INSIDE.search(output) is not None or _STRICT.search(output[:line_start]) is not None
    if line.endswith((",", "(", "–")) and size >= 5 and finished:
        yield _Sign(f"it ends with “{line[-1]}”", 0.9, tail)
    if _CODE.search(line):
        return
    last = _WORD_AT_END.search(line)
    word = last.group(1) if last is not None else ""
    if size >= 3 and (finished or size >= 8) and (word in _NEVER_LAST or word in _SELDOM_LAST):
        yield _Sign(f"the last word is “{word}”", 0.93 if word in _NEVER_LAST else 0.65, tail)
    if size <= 2 and line_start and len(output) > 300 and line.split(maxsplit=1)[0].lower() in _OPENERS and word:
        yield _Sign(f"the last line is only “{line.strip()}”", 0.85, line_start)
    if line.count("(") > line.count(")") and size >= 3 and len(output) > 150:
        yield _Sign("a bracket is not closed", 0.85, line_start + line.rfind("("))
    inside = list(_SENTENCE_INSIDE.finditer(line))
    if inside and len(output) > 200 and not _ITEM.match(line) and not _ATTRIBUTED.search(line, inside[-1].end()):
        ended = len(_SENTENCE_INSIDE.findall(output))
        sure = 0.72 if ended >= 8 and len(output) > 1000 else 0.45
        yield _Sign("the last sentence has no end mark, those before it have one", sure, line_start + inside[-1].end())
    yield from _inconsistent(output, line, line_start)


def _inconsistent(output: str, line: str, line_start: int) -> Iterator[_Sign]:
    """The last line has no end mark although the lines of its kind have one."""
    item = _ITEM.match(line) is not None
    short = len(output) < 200
    if (short and not item) or len(line.split()) < (3 if item else 5) or (not item and _LABELLED.match(line)):
        return
    if line[-1:].isdigit() or _SIGN_OFF.search(output[:line_start][-120:]):
        return
    alike = [
        one
        for one in output[:line_start].split("\n")
        if len(one.split()) >= 4 and (_ITEM.match(one) is not None) == item and (item or not _LABELLED.match(one))
    ]
    ended = sum(_STRICT.search(one) is not None for one in alike)
    if short and len(alike) < 3:
        return
    if len(alike) >= 2 and ended == len(alike):
        sure = min(0.9, 0.64 + 0.04 * len(alike))
        kind = "list items" if item else "paragraphs"
        yield _Sign(f"the last line has no end mark, all {len(alike)} {kind} before it have one", sure, line_start)
    elif len(alike) >= 4 and ended >= 0.75 * len(alike):
        yield _Sign("most lines before the last have an end mark", 0.35, line_start)
