"""Signs that a request has more parts than calls were made: used and unused things side by side, counted parts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from failsight.engine.tool_use.quantities import quantities
from failsight.engine.tool_use.terms import STOP_WORDS, fold, stem, terms

LIMIT = 6000
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[,;&]")
_JOINS = frozenset([",", ";", "&", "and", "or", "then"])
_BETWEEN = frozenset(
    ["the", "a", "an", "in", "for", "of", "to", "at", "on", "from", "with", "then", "also", "both", "and"]
)
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "firstly": 1, "secondly": 2, "thirdly": 3, "fourthly": 4,
}  # fmt: skip
_CARDINALS = {"both": 2, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}


def part_features(request: str, calls: Sequence[Sequence[Any]], made: int) -> dict[str, float]:
    """Numbers about the request and its ``made`` calls, given as the scalar values of those that have any.

    ``twin``: unused numbers or names that stand in the text as a used one does ("base of 5", "base of 8"); ``pair``:
    joined to a used one ("Rome and Oslo"); ``ordinals_over`` and ``count_over``: parts counted in words, less calls.
    """
    words = _WORD.findall(request[:LIMIT])
    lower = [word.lower() for word in words] if request.isascii() else [fold(word) for word in words]
    used = _uses(lower, calls)
    numbers = [place for place, word in enumerate(lower) if word[0].isdigit()]
    names = [
        p for p, word in enumerate(words) if p and word[0].isupper() and len(word) > 1 and lower[p] not in STOP_WORDS
    ]
    return {
        **_counted(lower, made),
        "twin_numbers": _twins(lower, used, numbers, unit=True),
        "twin_names": _twins(lower, used, names, unit=False),
        "pair_numbers": _pairs(lower, used, frozenset(numbers)),
        "pair_names": _pairs(lower, used, frozenset(names)),
        "pair_words": _pairs(lower, used, frozenset(_plain(words, lower))),
        "reused_left": _reused(lower, numbers, used, calls),
    }


def _uses(lower: Sequence[str], calls: Sequence[Sequence[Any]]) -> list[bool]:
    """For each word of the request, whether a value has it."""
    numbers, stems = set(), set()
    for value in (value for call in calls for value in call):
        if isinstance(value, (int, float)):
            numbers |= {_rounded(abs(value) * factor) for factor in (1, 100, 1e-3, 1e-6, 1e-9)}
        else:
            stems |= {stem(term) for term in terms(str(value))}
            numbers |= {_rounded(abs(q.value)) for q in quantities(str(value))}
    return [_number(w) in numbers or w in stems if w[0].isdigit() else stem(w) in stems for w in lower]


def _counted(lower: Sequence[str], made: int) -> dict[str, float]:
    """Parts counted by ordinals ("first ..., second ...") and by a number before a plural ("three cities")."""
    places = {_ORDINALS[word] for word in lower if word in _ORDINALS}
    last = 1
    while last + 1 in places:
        last += 1
    counts = [
        _CARDINALS[word]
        for place, word in enumerate(lower)
        if word in _CARDINALS and (word == "both" or any(w.endswith("s") for w in lower[place + 1 : place + 4]))
    ]
    return {
        "ordinals_over": float(max(0, last - made)) if last > 1 else 0.0,
        "ordinals_met": float(1 < last <= made),
        "count_over": float(bool(counts) and min(counts) > made),
        "count_met": float(made > 1 and made in counts),
    }


def _twins(lower: Sequence[str], used: Sequence[bool], places: Sequence[int], *, unit: bool) -> float:
    """Unused things of which a used one has the same neighbours: the two words before, or the next before and after."""
    if len(places) < 2:
        return 0.0
    around = [(place, _around(lower, place, unit)) for place in places]
    known = {mark for place, marks in around if used[place] for mark in marks}
    return math.log1p(sum(not used[place] and not known.isdisjoint(marks) for place, marks in around)) if known else 0.0


def _around(lower: Sequence[str], place: int, unit: bool) -> tuple[tuple[str, ...], ...]:
    before = tuple(lower[max(0, place - 2) : place])
    after = lower[place + 1] if place + 1 < len(lower) else ""
    if not unit:
        return (before,)
    return (("<", *before), ("-", *before[1:], after))


def _pairs(lower: Sequence[str], used: Sequence[bool], kind: frozenset[int]) -> float:
    """Neighbours of one kind, joined by a comma or "and", of which a value has exactly one."""
    if len(kind) < 2:
        return 0.0
    found = 0
    for place in kind:
        after = place + 1
        if after >= len(lower) or lower[after] not in _JOINS:
            continue
        while after < len(lower) and after <= place + 4 and (lower[after] in _JOINS or lower[after] in _BETWEEN):
            after += 1
        found += after in kind and used[place] != used[after]
    return math.log1p(found)


def _plain(words: Sequence[str], lower: Sequence[str]) -> list[int]:
    """Ordinary words with a meaning."""
    return [
        place
        for place, (word, folded) in enumerate(zip(words, lower, strict=True))
        if word.islower() and len(word) > 2 and folded not in STOP_WORDS and folded not in _JOINS
    ]


def _reused(lower: Sequence[str], places: Sequence[int], used: Sequence[bool], calls: Sequence[Sequence[Any]]) -> float:
    """Numbers that one call has oftener than the request while another number of the request is left."""
    left = len({lower[place] for place in places if not used[place]})
    if not left:
        return 0.0
    stated = Counter(_number(lower[place]) for place in places)
    over = 0
    for call in calls:
        mine = Counter(_rounded(abs(v)) for v in call if isinstance(v, (int, float)) and not isinstance(v, bool))
        over += sum(max(0, times - stated[value]) for value, times in mine.items() if stated[value])
    return float(min(over, left, 2))


def _number(word: str) -> float:
    text = word.replace(",", "") if word.count(".") <= 1 else ""
    return _rounded(float(text)) if text and len(text) < 30 else math.nan


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
