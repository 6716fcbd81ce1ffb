"""Where in the item a judge's quote stands."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

LEAST_FUZZY = 12
ALIKE = 90.0
FUZZY_CHARS = 60_000
_SPACE = re.compile(r"\s+")
_ENDS = " \t\n\"'“”„«»‘’`…"


@dataclass(frozen=True, slots=True)
class Place:
    """``text[start:end]`` of the field at ``source``; exact: letter by letter the quote."""

    source: str
    start: int
    end: int
    exact: bool


def locate(quote: str, named: str, texts: Mapping[str, str]) -> Place | None:
    """The place of a quote: in the field it names first, then in the others; letter by letter, then without regard to
    case and white space, then nearly so (at least nine letters of ten, twelve letters or more). None: it is not there.
    """
    wanted = _cleaned(quote)
    if not wanted:
        return None
    order = sorted(texts, key=lambda source: (source != named.strip(), not source.startswith(_stem(named)), source))
    for form in dict.fromkeys((quote.strip(), wanted, _unescaped(wanted))):
        for source in order:
            start = texts[source].find(form)
            if start >= 0:
                return Place(source, start, start + len(form), True)
    for source in order:
        place = _loosely(_unescaped(wanted), source, texts[source])
        if place is not None:
            return place
    if len(wanted) < LEAST_FUZZY:
        return None
    return next(filter(None, (_nearly(wanted, source, texts[source]) for source in order)), None)


def _stem(named: str) -> str:
    return re.split(r"[\[.]", named.strip(), maxsplit=1)[0] or "\0"


def _cleaned(quote: str) -> str:
    """Without quotation marks around it; of a quote with an omission the longest part."""
    parts = re.split(r"\s*(?:\[?\.\.\.+\]?|…)\s*", quote)
    return max(parts, key=len).strip(_ENDS)


def _unescaped(quote: str) -> str:
    """With the JSON escapes that a judge copied from the data resolved."""
    if "\\" not in quote:
        return quote
    try:
        return str(json.loads(f'"{quote}"', strict=False))
    except ValueError:
        return quote


def _loosely(quote: str, source: str, text: str) -> Place | None:
    pattern = r"\s+".join(re.escape(part) for part in _SPACE.split(quote.strip()))
    found = re.search(pattern, text, re.IGNORECASE)
    return Place(source, found.start(), found.end(), False) if found else None


def _nearly(quote: str, source: str, text: str) -> Place | None:
    found = fuzz.partial_ratio_alignment(quote, text[:FUZZY_CHARS], score_cutoff=ALIKE)
    if found is None or found.dest_end - found.dest_start < len(quote) * 0.7:
        return None
    return Place(source, found.dest_start, found.dest_end, False)
