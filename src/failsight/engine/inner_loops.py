"""Loops inside a text that is fine elsewhere: copies that follow each other, and a phrase a sentence cannot leave."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from failsight.engine.lowered import lowered
from failsight.engine.value import value_class

_TOKEN = re.compile(r"\w+|[^\w\s]+")
_SEGMENT_END = re.compile(r"[.!?;:]+(?=\s|\Z)|\n")
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SOUNDS = frozenset(["ha", "haha", "la", "na", "no", "yes", "yeah", "blah", "ho", "da", "bla", "um", "oh", "hey", "go"])
_OFTEN, _COPIES, _LEAST = 4, 5, 16  # copies of three words to look closer; copies and words of a loop
_LONGEST = 20  # words of a loop's piece
_PHRASE, _IN_SENTENCE, _SHARE = 6, 24, 0.6  # words of a phrase; words it fills in a sentence; share of the sentence
_LAST_WORD = 10  # copies of one word that ends the text


@value_class
class InnerLoop:
    """``times`` copies at ``text[start:end]``, made of ``words`` words or signs."""

    times: int
    words: int
    start: int
    end: int


def inner_loop(text: str) -> InnerLoop | None:
    """The loop of a text, or None. Linear in its length but for the few pieces that stand often."""
    tokens = _TOKEN.findall(lowered(text))
    if len(tokens) < _LEAST:
        return None
    triples = Counter(zip(tokens, tokens[1:], tokens[2:], strict=False))
    often = [triple for triple, count in triples.most_common(6) if count >= _OFTEN and triple[0].isalpha()]
    if not often:
        return None
    found = list(_TOKEN.finditer(text))
    for triple in often:
        loop = _contiguous(text, found, tokens, triple)
        if loop is not None:
            return loop
    return _in_a_sentence(text)


def _contiguous(
    text: str, found: Sequence[re.Match[str]], tokens: Sequence[str], triple: tuple[str, str, str]
) -> InnerLoop | None:
    places = [i for i, token in enumerate(tokens[:-2]) if token == triple[0] and tuple(tokens[i : i + 3]) == triple]
    gaps = Counter(later - place for place, later in pairwise(places))
    period, count = gaps.most_common(1)[0]
    if period > _LONGEST or count < _COPIES - 2:
        return None
    start = next(place for place, later in pairwise(places) if later - place == period)
    end = start
    while end + period < len(tokens) and tokens[end] == tokens[end + period]:
        end += 1
    while start and tokens[start - 1] == tokens[start - 1 + period]:
        start -= 1
    words, times = end - start + period, (end - start) // period + 1
    span = found[start].start(), found[end + period - 1].end()
    piece = tokens[start : start + period]
    if "\n" in text[slice(*span)] or not all(word.isalpha() or word == "," for word in piece):
        return None
    spoken = len({token for token in piece if token.isalpha()})
    stuck = spoken == 1 and end + period == len(tokens) and times >= _LAST_WORD and piece[0] not in _SOUNDS
    if stuck or (spoken > 1 and times >= _COPIES and words >= _LEAST):
        return InnerLoop(times, words, *span)
    return None


def _in_a_sentence(text: str) -> InnerLoop | None:
    """A sentence most of which are copies of a phrase of six words or more."""
    start = 0
    for mark in (*_SEGMENT_END.finditer(text), None):
        end = mark.start() if mark else len(text)
        loop = _phrase(text, start, end)
        if loop is not None:
            return loop
        start = mark.end() if mark else end
    return None


def _phrase(text: str, start: int, end: int) -> InnerLoop | None:
    if end - start < 4 * _IN_SENTENCE:
        return None
    found = list(_WORD.finditer(text, start, end))
    words = [match.group().lower() for match in found]
    phrases = [tuple(words[i : i + _PHRASE]) for i in range(len(words) - _PHRASE + 1)]
    counted = Counter(phrases)
    if not counted or counted.most_common(1)[0][1] < _OFTEN:
        return None
    copied = {i + k for i, phrase in enumerate(phrases) if counted[phrase] >= _OFTEN - 1 for k in range(_PHRASE)}
    first, last = min(copied), max(copied)
    within = Counter(words[first : last + 1])
    once = sum(count == 1 for count in within.values())  # a list says something new with each copy, a loop does not
    once += sum(word.isdigit() for word in within)
    if len(copied) < _IN_SENTENCE or len(copied) < _SHARE * len(words) or 10 * once > last - first:
        return None
    return InnerLoop(counted.most_common(1)[0][1], len(copied), found[first].start(), found[last].end())
