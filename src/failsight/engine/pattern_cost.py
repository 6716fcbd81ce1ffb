"""An upper estimate of the steps a backtracking matcher takes on a text, so that hostile patterns are not tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

_SINGLE = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
SMALL = 8


def cost(pattern: str, text: str) -> float:
    """Steps of a search for ``pattern`` in ``text`` at worst, infinite where they may double with each character.

    A repeat of one character class can end at as many places as the longest run of that class in the text has, and at
    one place only when what follows it cannot be in the class. Places multiply along the pattern; a group with several
    of them must not be repeated. Unless the pattern is anchored, the search starts at every character.
    Raises re.error when the pattern is not valid.
    """
    parsed = _parser.parse(pattern)
    return _Estimate(text, parsed.state).total(parsed)


class _Estimate:
    """The walk over a parsed pattern; ``alphabet`` is what stands in the text."""

    def __init__(self, text: str, state: Any) -> None:
        self._text = text
        self._state = state
        self._alphabet = sorted(set(text))
        self._longest = 1

    def total(self, parsed: Any) -> float:
        anchored = bool(parsed.data) and str(parsed[0][0]) == "AT" and not self._state.flags & re.MULTILINE
        anchored = anchored and str(parsed[0][1]) in {"AT_BEGINNING", "AT_BEGINNING_STRING"}
        starts = 1 if anchored else max(1, len(self._text))
        return starts * self._ways(parsed, last=True) * self._longest + len(self._text)

    def _ways(self, sequence: Sequence[Any], *, last: bool = False) -> float:
        """Ways to match a sequence; ``last`` when nothing after it can fail."""
        elements = list(sequence)
        total = 1.0
        for place, (name, value) in enumerate(elements):
            follower = elements[place + 1] if place + 1 < len(elements) else None
            total *= self._element(str(name), value, follower, last and follower is None)
        return total

    def _element(self, name: str, value: Any, follower: Any, last: bool) -> float:
        if name in _REPEATS:
            return self._repeat(value, follower, last)
        if name == "BRANCH":
            return float(sum(self._ways(branch) for branch in value[1]))
        if name == "SUBPATTERN":
            return self._ways(value[-1])
        if name == "ATOMIC_GROUP":
            return self._ways(value)
        if name in {"ASSERT", "ASSERT_NOT"}:
            return self._ways(value[1])
        if name == "GROUPREF_EXISTS":
            return self._ways(value[1]) + (self._ways(value[2]) if value[2] else 1.0)
        return 1.0

    def _repeat(self, value: Any, follower: Any, last: bool) -> float:
        low, high, inner = value
        times = min(int(high), max(1, len(self._text)))
        if len(inner) == 1 and str(inner[0][0]) in _SINGLE:
            run = min(times, self._run(inner))
            if last or self._disjoint(inner, follower):
                self._longest = max(self._longest, run)
                return 1.0
            return float(max(1, run - int(low) + 1))
        ways = self._ways(inner)
        if ways > 1.0:
            return ways**times if times <= SMALL else float("inf")
        return float(max(1, min(times, self._run(inner)) - int(low) + 1))

    def _run(self, inner: Any) -> int:
        """Characters in the longest run of repeats of a class or group in the text."""
        repeat = (_constants.MAX_REPEAT, (1, _constants.MAXREPEAT, inner))
        runs = self._compile([repeat]).finditer(self._text)
        return max((found.end() - found.start() for found in runs), default=0)

    def _disjoint(self, inner: Any, follower: Any) -> bool:
        """Whether the next element must take a character that the class does not hold."""
        if follower is None:
            return False
        name, value = str(follower[0]), follower[1]
        if name in _REPEATS and int(value[0]) > 0 and len(value[2]) == 1 and str(value[2][0][0]) in _SINGLE:
            following = value[2]
        elif name in _SINGLE:
            following = [follower]
        else:
            return False
        here, there = self._compile(inner), self._compile(following)
        return not any(here.match(character) and there.match(character) for character in self._alphabet)

    def _compile(self, elements: Sequence[Any]) -> re.Pattern[str]:
        compiled: re.Pattern[str] = _compiler.compile(
            _parser.SubPattern(self._state, list(elements)), self._state.flags
        )
        return compiled
