"""JSON objects in a model's reply, read leniently: prose and code fences around them, trailing commas, Python's words
for constants, single line breaks inside texts, and a reply that was cut off (its whole members are kept)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MAX_REPLY = 100_000
MAX_STARTS = 60
MAX_MENDS = 4
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
_WORD = re.compile(r"[A-Za-z_]+")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Found:
    """An object and the text it was read from. whole: it was closed in the reply, not by us."""

    value: dict[str, Any]
    text: str
    whole: bool = True


def find_objects(reply: str) -> list[Found]:
    """The outermost JSON objects of a reply, in order; none when there is nothing to read."""
    text = _THOUGHT.sub("", reply[:MAX_REPLY])
    found: list[Found] = []
    place, mends = text.find("{"), MAX_MENDS
    for _ in range(MAX_STARTS):
        if place < 0:
            break
        one, end = _decode(text, place), 0
        if one is not None:
            end = place + len(one.text)
        elif mends:
            mends -= 1
            one, end = _mend(text, place)
        if one is not None:
            found.append(one)
        place = text.find("{", end if one is not None else place + 1)
    return found


def _decode(text: str, place: int, whole: bool = True) -> Found | None:
    try:
        value, end = _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        return None
    return Found(value, text[place:end], whole)


def _mend(text: str, place: int) -> tuple[Found | None, int]:
    """The object that begins at ``place`` without trailing commas and with JSON's constants, closed after its last
    whole member when the text ends too early; and where it ends."""
    made: list[str] = []
    depth, member_end = 0, 0
    while place < len(text):
        char = text[place]
        if char == '"':
            end = _end_of_text(text, place)
            made.append(text[place:end])
            place = end
            continue
        if char in "}]":
            depth -= 1
            while made and (made[-1].isspace() or made[-1] == ","):
                made.pop()
        depth += char in "{["
        word = _WORD.match(text, place)
        made.append(_CONSTANTS.get(word.group(), word.group()) if word else char)
        place += len(word.group()) if word else 1
        if depth == 1 and char in "}]":
            member_end = len(made)
        if depth <= 0:
            return _decode("".join(made), 0), place
    return (_decode("".join(made[:member_end]) + "}", 0, False) if member_end else None), place


def _end_of_text(text: str, start: int) -> int:
    """The place after the closing quote of the JSON text that begins at ``start``."""
    place = start + 1
    while place < len(text):
        if text[place] == "\\":
            place += 2
        elif text[place] == '"':
            return place + 1
        else:
            place += 1
    return len(text)
