"""Cheap necessary conditions of a pattern (``pattern_conditions.py``): most texts need not be searched at all.

When an alternative of a pattern has no condition the pattern is always searched, so a prefilter never loses a match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from failsight.engine.pattern_conditions import LETTERS, MORE, Conditions, read_conditions

_START = re.compile(rf"(\w{{1,{LETTERS}}})\w*")
_FOLDED = str.maketrans("ſıİK", "siik")  # what an ignore-case pattern takes for these letters


class Prefiltered:
    """A pattern that is searched only where it may match; ``low`` is the text as ``lowered`` gives it.

    It is compiled and read when it is first used: there are many, and a program that examines nothing needs none.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.source = pattern
        self.flags = flags

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.source, self.flags)

    @cached_property
    def conditions(self) -> Conditions:
        """What a text must have before it is searched."""
        return read_conditions(self.source, self.flags)

    def search(self, text: str, low: str | None = None) -> re.Match[str] | None:
        """The first match; ``low`` may be left out when the text itself is in lower case."""
        return self.pattern.search(text) if self.opens(text if low is None else low) else None

    def finditer(self, text: str, low: str) -> Iterator[re.Match[str]]:
        """Every match, from left to right."""
        return self.pattern.finditer(text) if self.opens(low) else iter(())

    def opens(self, low: str) -> bool:
        """False only where the pattern has no match in a text that is ``low`` in lower case."""
        known = self.conditions
        if known.always or not known.starts.isdisjoint(word_starts(low)):
            return True
        if not low.isascii():
            low = low.translate(_FOLDED)
        for literal in known.literals:  # noqa: SIM110  (half the time of any())
            if literal in low:
                return True
        return False


class PrefilteredSet:
    """Several prefiltered patterns behind one look-up: which of them may match a text."""

    def __init__(self, patterns: Sequence[Prefiltered]) -> None:
        self._patterns = patterns

    @cached_property
    def _always(self) -> frozenset[int]:
        return frozenset(place for place, one in enumerate(self._patterns) if one.conditions.always)

    @cached_property
    def _starts(self) -> dict[str, tuple[int, ...]]:
        return _places(one.conditions.starts for one in self._patterns)

    @cached_property
    def _literals(self) -> dict[str, tuple[int, ...]]:
        return _places(one.conditions.literals for one in self._patterns)

    def candidates(self, low: str) -> list[int]:
        """The places of the patterns that must be searched, in ascending order."""
        found = set(self._always)
        for start in word_starts(low) & self._starts.keys():
            found.update(self._starts[start])
        if not low.isascii():
            low = low.translate(_FOLDED)
        for literal in self._literals:
            if literal in low:
                found.update(self._literals[literal])
        return sorted(found)


def _places(conditions: Iterable[Iterable[str]]) -> dict[str, tuple[int, ...]]:
    """Each condition, and the places of the patterns that have it."""
    places: dict[str, tuple[int, ...]] = {}
    for place, texts in enumerate(conditions):
        for text in texts:
            places[text] = (*places.get(text, ()), place)
    return places


@lru_cache(maxsize=32)
def word_starts(low: str) -> frozenset[str]:
    """The first three letters of every word of a lower-case text, and the first two marked that more may follow."""
    if not low.isascii():
        low = low.translate(_FOLDED)
    starts = set(_START.findall(low))
    starts.update([start[:2] + MORE for start in starts])
    return frozenset(starts)
