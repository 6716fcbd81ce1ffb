"""What every match of a pattern must have, read off the pattern itself: ``prefilter.py`` says what for.

Every alternative of a pattern gives one condition, the rarest of those it has. Word starts: after ``\\b`` it can only
go on with certain letters, so one of the text's words must start with them. Literals: texts of which one must occur.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LETTERS = 3  # of a word's start that are compared; a shorter start is a whole word
MORE = "…"
MOST_CHOICES = 12  # a class of more characters is not spelled out
_WORD = re.compile(r"\w")
_FREQUENT_STARTS = """
the thi tha you and for can wit are not how wha whe who whi doe has hav his her she him was wer wil wou fro all any but
our out one get mak som tak use com con pro pre int res per exp rea par
"""
_FREQUENT = frozenset(_FREQUENT_STARTS.split())
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


@dataclass(frozen=True, slots=True)
class Conditions:
    """A text that the pattern matches has a word with one of the ``starts``, or one of the lower-case ``literals``
    inside; ``always``: unless the pattern has an alternative without a condition."""

    starts: frozenset[str]
    literals: tuple[str, ...]
    always: bool


def read_conditions(pattern: str, flags: int) -> Conditions:
    """The conditions of a pattern of the module ``re``."""
    starts: set[str] = set()
    literals: set[str] = set()
    always = False
    for alternative in _alternatives(list(_parser.parse(pattern, flags))):
        anchored = min(_clauses(alternative), key=_frequency, default=None)
        inside = _literals(alternative)
        if inside is not None and any(len(text) == 1 and text.isalnum() for text in inside):
            inside = None  # a lone letter stands in every text
        if anchored is not None and (inside is None or _frequency(anchored) <= _frequency(inside)):
            starts |= anchored
        elif inside is not None:
            literals |= inside
        else:
            always = True
    return Conditions(frozenset(starts), tuple(sorted(literals)), always)


def _frequency(condition: frozenset[str]) -> tuple[int, int]:
    """How often a condition is met, roughly: its members that stand in most English texts, then all of them."""
    return sum((len(text) < LETTERS) * 3 + (text in _FREQUENT) for text in condition), len(condition)


def _alternatives(sequence: list[Any]) -> Iterator[list[Any]]:
    """The sequences that a pattern may be, as far as it is divided at its beginning."""
    for place, (name, value) in enumerate(sequence):
        if str(name) == "AT":
            continue
        if str(name) == "SUBPATTERN":
            yield from _alternatives([*sequence[:place], *value[-1], *sequence[place + 1 :]])
        elif str(name) == "BRANCH":
            for branch in value[1]:
                yield from _alternatives([*sequence[:place], *branch, *sequence[place + 1 :]])
        else:
            yield sequence
        return
    yield sequence


class _Unknown(Exception):
    """A place where a word may go on with anything."""


def _clauses(sequence: Sequence[Any]) -> Iterator[frozenset[str]]:
    """Sets of word starts, each of which every match meets."""
    for place, (name, value) in enumerate(sequence):
        kind = str(name)
        if kind == "AT" and str(value) == "AT_BOUNDARY":
            found = _after_boundary(sequence[place + 1 :])
            if found:
                yield found
        elif kind == "SUBPATTERN":
            yield from _clauses(list(value[-1]))
        elif kind in _REPEATS and value[0] > 0:
            yield from _clauses(list(value[2]))
        elif kind == "BRANCH":
            best = [min(_clauses(list(branch)), key=len, default=frozenset()) for branch in value[1]]
            if all(best):
                yield frozenset().union(*best)


def _after_boundary(rest: Sequence[Any]) -> frozenset[str]:
    """The starts of the word that follows; nothing when it may be any word, or none."""
    done: set[str] = set()
    try:
        _cut(_grow({""}, done, rest), done)
    except _Unknown:
        return frozenset()
    return frozenset(done)


def _grow(growing: set[str], done: set[str], sequence: Sequence[Any]) -> set[str]:
    """The starts that can still grow after the sequence; those that are long enough or end here go to ``done``."""
    for name, value in sequence:
        if not growing:
            break
        kind = str(name)
        if kind in {"LITERAL", "IN"}:
            growing = _append(growing, done, _choices(kind, value))
        elif kind == "BRANCH":
            growing = set().union(*(_grow(growing, done, list(branch)) for branch in value[1]))
        elif kind == "SUBPATTERN":
            growing = _grow(growing, done, list(value[-1]))
        elif kind in _REPEATS:
            growing = _repeat(growing, done, value)
        elif kind == "AT":
            growing = _end(growing, done)
        elif kind not in {"ASSERT", "ASSERT_NOT"}:
            growing = _append(growing, done, None)
    return growing


def _repeat(growing: set[str], done: set[str], value: Any) -> set[str]:
    low, high, inner = value
    reached = set(growing) if low == 0 else set()
    for times in range(1, min(int(high), LETTERS + int(low)) + 1):
        growing = _grow(growing, done, list(inner))
        if times >= low:
            reached |= growing
    return reached


def _append(growing: set[str], done: set[str], choices: set[str] | None) -> set[str]:
    """Each start with each next character; a character that is no letter ends the word."""
    if choices is None:
        _cut(growing, done)
        return set()
    longer = set()
    for character in choices:
        if not _WORD.match(character):
            _end(growing, done)
            if "" in growing:
                raise _Unknown
        else:
            longer |= {start + character for start in growing}
    done |= {start for start in longer if len(start) >= LETTERS}
    return {start for start in longer if len(start) < LETTERS}


def _end(growing: set[str], done: set[str]) -> set[str]:
    """The word ends: its letters so far are all of it."""
    done |= growing - {""}
    return growing & {""}


def _cut(growing: set[str], done: set[str]) -> None:
    """Anything may follow: two letters are still a start to compare, fewer are not."""
    if any(len(start) < LETTERS - 1 for start in growing):
        raise _Unknown
    done |= {start + MORE for start in growing}


def _choices(kind: str, value: Any) -> set[str] | None:
    """The lower-case characters that an element stands for, or None for too many."""
    if kind == "LITERAL":
        return {chr(value).lower()}
    found: set[str] = set()
    for name, item in value:
        if str(name) == "LITERAL":
            found.add(chr(item).lower())
        elif str(name) == "RANGE" and item[1] - item[0] < MOST_CHOICES:
            found |= {chr(code).lower() for code in range(item[0], item[1] + 1)}
        else:
            return None
    return found if len(found) <= MOST_CHOICES else None


def _literals(sequence: Sequence[Any]) -> frozenset[str] | None:
    """Texts of which one stands in every match: the best of the sequence's runs and groups, None when there is none."""
    candidates: list[frozenset[str]] = []
    run = {""}
    for name, value in [*sequence, (None, None)]:
        kind = str(name)
        repeated = kind in _REPEATS and value[0] > 0 and len(value[2]) == 1
        single, what = value[2][0] if repeated else (name, value)
        choices = _choices(str(single), what) if str(single) in {"LITERAL", "IN"} else None
        if choices is not None and len(run) * len(choices) <= MOST_CHOICES:
            run = {text + character for text in run for character in choices}
            if repeated:
                candidates.append(frozenset(run))
                run = set(choices)
            continue
        if run != {""}:
            candidates.append(frozenset(run))
        run = {""}
        inner = None
        if kind == "SUBPATTERN":
            inner = _literals(list(value[-1]))
        elif kind in _REPEATS and value[0] > 0:
            inner = _literals(list(value[2]))
        elif kind == "BRANCH":
            parts = [_literals(list(branch)) for branch in value[1]]
            inner = None if None in parts else frozenset().union(*(part for part in parts if part))
        if inner:
            candidates.append(inner)
    return max(candidates, key=lambda texts: (min(map(len, texts)), -len(texts)), default=None)
