"""JSON objects in a model's reply, read leniently: prose and code fences around them, trailing commas, Python's words
for constants, single line breaks inside texts, and a reply that was cut off (its whole members are kept)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_REPLY = 200_000
MAX_STARTS = 60
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
    found = list(_objects(text))
    if found:
        return found
    mended, whole = _mend(text)
    return [Found(one.value, text, whole) for one in _objects(mended)]


def _objects(text: str) -> Iterator[Found]:
    place = text.find("{")
    for _ in range(MAX_STARTS):
        if place < 0:
            return
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            place = text.find("{", place + 1)
            continue
        yield Found(value, text[place:end])
        place = text.find("{", end)


def _mend(text: str) -> tuple[str, bool]:
    """From the first brace on: no trailing commas, JSON's constants; closed after the last whole member when the text
    ends too early. The second value says whether it did not."""
    made: list[str] = []
    depth, place, member_end = 0, text.find("{"), 0
    while 0 <= place < len(text):
        char = text[place]
        if char == '"':
            end = _end_of_text(text, place)
            made.append(text[place:end])
            place = end
            continue
        if char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            while made and (made[-1].isspace() or made[-1] == ","):
                made.pop()
        word = _WORD.match(text, place)
        made.append(_CONSTANTS.get(word.group(), word.group()) if word else char)
        place += len(word.group()) if word else 1
        if depth == 1 and char in "}]":
            member_end = len(made)
        if depth == 0:
            return "".join(made), True
    return "".join(made[:member_end]) + "}" if member_end else "", False


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
