"""Output that repeats itself without end."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.inner_loops import inner_loop
from failsight.engine.lowered import lowered
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

SUB = "degenerate_repetition"
MAX_READ = 60_000
_LONGEST_PERIOD = 60
_FEWEST_COPIES = 7
_NOT_PROSE = re.compile(r"```.*?(?:```|\Z)|^[ \t]*\|[^\n]*$|^[ \t]*[-=_*#~+|. ]{3,}$", re.S | re.M)
_FENCED = re.compile(r"```.*?(?:```|\Z)", re.S)
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_SIGN_LOOP = re.compile(r"([^\W_\d])\1{39,}|([^\w\s.\-=_*#~+|])\2{59,}")
_SYLLABLE_LOOP = re.compile(r"([^\s\-=_*#~+|.]{2,24}?)\1{7,}")
_LEAST_PACKED = 6  # bytes that zlib adds to any text; each different byte of it takes at least 3/4 of one
_COUNTED = re.compile(
    r"\brepeat\b[^.]*\btimes\b|\b\d{2,} times\b|over and over|forever|\b\d+ (?:mal|fois|veces)\b", re.I
)
_ASKED = re.compile(
    r"\brepeat|\btimes\b|\b(?:song|lyrics|chorus|mantra|chant|refrain|nursery rhyme|tongue twister)|\bwiederhol|"
    r"\brépét|\brepit|over and over",
    re.I,
)


@value_class
class _Loop:
    """A repeated piece: how often it stands, the share of the output that it fills, and where."""

    times: int
    share: float
    start: int
    end: int


class DegenerateRepetition(Detector):
    """The output says the same thing again and again: a sentence, a group of words, a word or a sign.

    A loop counts when its copies follow each other, when copies of one sentence make up half of the output, or when a
    sentence is for the most part copies of one phrase; the rest of the output may be fine. Tables, rulers and code are
    left out; a refrain, a repeated list label or an emphasis is not enough. When the prompt asks for repetition or for
    a song the answer is unsure.

    Fails: "I can help. I can help. I can help. I can help."
    Passes: "I can help with orders. I can also help with refunds."
    """

    name = "degenerate_repetition"
    version = 3
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        output = subject.item.output
        loop = _sign_loop(output) or _repeated_sentence(subject) or _word_loop(subject) or _inner(subject)
        if loop is None:
            yield Finding(SUB, "pass", 0.03, "No sentence, phrase or word is repeated without end.")
            return
        snippet = output[loop.start : loop.end][:200]
        said = f"this stands {loop.times} times and fills {loop.share:.0%} of the output"
        evidence = Evidence("repetition", said, "output", snippet, loop.start, loop.start + len(snippet))
        signals = {"repetitions": float(loop.times), "repeated_share": round(loop.share, 4)}
        prompt = subject.last_user_text[:5000]
        if _COUNTED.search(prompt) or (_ASKED.search(prompt) and (loop.times < 40 or loop.share < 0.5)):
            reason = f"One piece is repeated {loop.times} times, and the prompt may ask for repetition."
            yield Finding(SUB, "unsure", 0.5, reason, (evidence,), signals=signals)
            return
        probability = round(min(0.98, 0.8 + 0.02 * loop.times), 4)
        rationale = f"One piece is repeated {loop.times} times and fills {loop.share:.0%} of the output."
        yield Finding(SUB, "fail", probability, rationale, (evidence,), extent=loop.share, signals=signals)


def _sign_loop(output: str) -> _Loop | None:
    """One letter or sign, or a syllable in a text without spaces, over and over."""
    text = output[:MAX_READ]
    raw = text.encode("utf-8", "replace")
    if len(raw) < 40 or len(raw) < 4 * _LEAST_PACKED + 3 * len(set(raw)) or len(raw) < 4 * len(zlib.compress(raw, 1)):
        return None
    found = _SIGN_LOOP.search(text) or _SYLLABLE_LOOP.search(text)
    if found is None:
        return None
    piece = found.group(1) or found.group(2)
    length = found.end() - found.start()
    share = length / len(text)
    if _NOT_PROSE.match(text) or (share < 0.2 and length < 200):
        return None
    return _Loop(length // len(piece), share, found.start(), found.end())


def _repeated_sentence(subject: Subject) -> _Loop | None:
    """One sentence that makes up half of the output."""
    sentences = subject.output_sentences
    if "```" in subject.item.output:
        blanked = _FENCED.sub(lambda match: "\x00" * len(match.group()), subject.item.output)
        sentences = tuple(s for s in sentences if blanked[s.start] != "\x00")
    if len(sentences) < 4:
        return None
    keys = [" ".join(sentence.text.lower().split()) for sentence in sentences]
    counted = Counter(key for key in keys if " " in key and key[0] not in "|`-=")
    if not counted:
        return None
    text, times = counted.most_common(1)[0]
    if times < 4 or times * 2 < len(keys):
        return None
    first = sentences[keys.index(text)]
    share = times * len(text) / max(1, sum(map(len, keys)))
    return _Loop(times, min(1.0, share), first.start, first.end) if share >= 0.4 else None


def _words(subject: Subject) -> tuple[list[str], int]:
    """The words and signs that are read, in lower case, and how many of them begin three that stood before."""
    tokens = _TOKEN.findall(lowered(subject.item.output[:MAX_READ]))
    return tokens, max(0, len(tokens) - 2) - len(set(zip(tokens, tokens[1:], tokens[2:], strict=False)))


def _word_loop(subject: Subject) -> _Loop | None:
    """A group of up to 60 words whose copies follow each other."""
    text = subject.item.output[:MAX_READ]
    tokens, copies = subject.memo(_words)
    if len(tokens) < 24 or copies < 0.25 * (len(tokens) - 2):
        return None
    found = list(_TOKEN.finditer(text))
    if "```" in text or "|" in text or "---" in text or "===" in text or "***" in text:
        text = _NOT_PROSE.sub(lambda match: " " * len(match.group()), text)
        found = list(_TOKEN.finditer(text))
        tokens = [match.group().lower() for match in found]
    best: _Loop | None = None
    for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 4) + 1):
        start, end = _longest_run(tokens, period)
        times = (end - start) // period + 1
        covered = end - start + period
        least = 12 if period == 1 else 8 if period == 2 else 5 if period < 8 else 4
        share = covered / max(1, len(tokens))
        words = any(token.isalpha() for token in tokens[start : start + period])
        if times >= least and words and (share >= 0.3 or covered >= 80) and (best is None or share > best.share):
            last = min(len(found) - 1, end + period - 1)
            best = _Loop(times, min(1.0, share), found[start].start(), found[last].end())
    return best


def _inner(subject: Subject) -> _Loop | None:
    """A loop in a part of the output."""
    text = subject.item.output[:MAX_READ]
    if subject.memo(_words)[1] < _FEWEST_COPIES:
        return None
    if "```" in text or "|" in text:
        text = _NOT_PROSE.sub(lambda match: "\n" * len(match.group()), text)
    loop = inner_loop(text)
    if loop is None:
        return None
    return _Loop(loop.times, (loop.end - loop.start) / max(1, len(text)), loop.start, loop.end)


def _longest_run(tokens: Sequence[str], period: int) -> tuple[int, int]:
    """The longest stretch ``start..end`` in which every token equals the one a period later."""
    best, start = (0, 0), 0
    for index, (token, later) in enumerate(zip(tokens, tokens[period:], strict=False)):
        if token != later:
            if index - start > best[1] - best[0]:
                best = (start, index)
            start = index + 1
    end = max(start, len(tokens) - period)
    return (start, end) if end - start > best[1] - best[0] else best
