"""Sentences and words of a text, with their character offsets."""

from __future__ import annotations

import re

from failsight.engine.value import value_class

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "jr",
        "st",
        "vs",
        "etc",
        "no",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "fig",
        "approx",
        "est",
        "e.g",
        "i.e",
        "u.s",
        "u.k",
        "a.m",
        "p.m",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "gen",
        "col",
        "sen",
        "rep",
        "gov",
        "rev",
        "hon",
        "lt",
        "capt",
        "sgt",
    ]
)
_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|\n+")


@value_class
class Sentence:
    """A sentence and its place: ``text == source[start:end]``."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences in reading order; line breaks end a sentence, abbreviations and initials do not."""
    found: list[Sentence] = []
    start = 0
    for mark in _END.finditer(text):
        if text[mark.start()] == "." and _is_abbreviation(text, start, mark.start()):
            continue
        _append(found, text, start, mark.end())
        start = mark.end()
    _append(found, text, start, len(text))
    return tuple(found)


def words(text: str) -> list[str]:
    """Words as they stand, hyphens and apostrophes kept inside."""
    return _WORD.findall(text)


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    raw = text[start:end]
    stripped = raw.strip()
    if stripped:
        first = start + len(raw) - len(raw.lstrip())
        found.append(Sentence(stripped, first, first + len(stripped)))


def _is_abbreviation(text: str, start: int, dot: int) -> bool:
    before = text[start:dot]
    last = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else ""
    begin = dot - len(last)
    word = last.lstrip("(\"'“").lower()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or (word.isdigit() and begin == start)
