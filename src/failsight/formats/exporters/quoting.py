"""Text of items made safe and short for a report: no control characters, one line, cut where it must be."""

from __future__ import annotations

import re

# Control characters (a terminal would obey them) and marks that turn the reading direction around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str, width: int) -> str:
    """The text on one line of at most ``width`` characters; longer text ends with an ellipsis."""
    short = " ".join(text[: width * 4 + 400].split())
    short = _CONTROL.sub("\ufffd", short)
    return short if len(short) <= width else short[: max(0, width - 1)].rstrip() + "…"


def surroundings(text: str, start: int, end: int, width: int) -> tuple[str, str, str]:
    """What stands before, at and behind a place, together about ``width`` characters, each on one line."""
    place = one_line(text[start:end], width)
    room = max(20, (width - len(place)) // 2)
    before = _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text[max(0, start - room) : start]))
    behind = _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text[end : end + room]))
    return ("…" if start > room else "") + before, place, behind + ("…" if end + room < len(text) else "")


def where(source: str, start: object, end: object) -> str:
    """A place in words: ``output, characters 12-40``."""
    return f"{source}, characters {start}-{end}" if isinstance(start, int) and isinstance(end, int) else source
