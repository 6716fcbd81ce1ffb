"""Strict JSON (RFC 8259) out of an output, with the place and the kind of what is wrong."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from failsight.engine.value import value_class

_FENCE = re.compile(r"\A\s*```[\w+-]*[ \t]*\n(?P<body>.*?)\n?[ \t]*```\s*\Z", re.S)
_INNER_FENCE = re.compile(r"```(?:json\w*)?[ \t]*\n(?P<body>.*?)```", re.S | re.I)
_TRAILING_COMMA = re.compile(r",\s*[}\]]")
_CLOSERS = {"{": "}", "[": "]"}


@value_class
class Parsed:
    """The reading of one output.

    value, found: the JSON value, if there is one (``found``), even when ``problem`` says that it does not stand alone.
    problem: what is wrong, in plain words, or None. kind: ``syntax``, ``around`` (text beside it), ``fence``, ``keys``.
    """

    value: Any
    found: bool
    problem: str | None = None
    kind: str = ""
    start: int = 0
    end: int = 0


class _Refused(ValueError):
    """A constant or a duplicate key that strict JSON does not have."""


def parse_json(text: str, *, fence_allowed: bool) -> Parsed:
    """Read an output as one JSON value; RecursionError when it is nested too deeply."""
    first = len(text) - len(text.lstrip())
    try:
        return Parsed(_strict(text), True)
    except json.JSONDecodeError as broken:
        error = broken
    except _Refused as refused:
        return Parsed(_lenient(text), True, str(refused), "keys", first, min(len(text), first + 80))
    except ValueError as broken:
        return Parsed(None, False, f"not JSON: {broken}", "syntax", first, min(len(text), first + 80))
    fence = _FENCE.match(text)
    if fence is not None:
        with suppress(ValueError):
            value = _strict(fence["body"])
            if fence_allowed:
                return Parsed(value, True)
            end = text.find("\n", first)
            return Parsed(value, True, "a Markdown code fence stands around the JSON", "fence", first, end)
    return _embedded(text) or _syntax(text, error)


def _strict(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)


def _lenient(text: str) -> Any:
    return json.loads(text)


def _refuse_constant(name: str) -> Any:
    raise _Refused(f"{name} is not a JSON value")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Refused(f"the key “{key[:60]}” stands twice in one object")
            seen.add(key)
    return result


def _embedded(text: str) -> Parsed | None:
    """A JSON object or array with other text before or after it."""
    fenced = _INNER_FENCE.search(text)
    if fenced is not None:
        try:
            value = _strict(fenced["body"])
        except ValueError:
            return None
        return _beside(text, value, *fenced.span())
    opening = re.search(r"[{\[]", text)
    if opening is None:
        return None
    try:
        value, end = json.JSONDecoder().raw_decode(text, opening.start())
    except ValueError:
        return None
    return _beside(text, value, opening.start(), end) if isinstance(value, dict) or value else None


def _beside(text: str, value: Any, start: int, end: int) -> Parsed:
    if text[:start].strip():
        lead = text[:start]
        first = len(lead) - len(lead.lstrip())
        return Parsed(value, True, "other text stands before the JSON", "around", first, min(start, first + 80))
    tail = text[end:]
    first = end + len(tail) - len(tail.lstrip())
    return Parsed(value, True, "other text stands after the JSON", "around", first, min(len(text), first + 80))


def _syntax(text: str, error: json.JSONDecodeError) -> Parsed:
    start = max(0, min(error.pos, len(text) - 1) - 20)
    place = (start, min(len(text), error.pos + 40))
    return Parsed(None, False, f"not JSON: {_reason(text, error)}", "syntax", *place)


def _reason(text: str, error: json.JSONDecodeError) -> str:
    body = text.strip()
    where = f"line {error.lineno}, column {error.colno}"
    if not body or body[0] not in '{["-0123456789tfn':
        return "the output is other text"
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"it ends before it is complete ({where})"
    if body[0] in _CLOSERS and body[1:].lstrip()[:1] == "'":
        return f"single quotes instead of double quotes ({where})"
    if _TRAILING_COMMA.search(text, max(0, error.pos - 40), error.pos + 2):
        return f"a comma before a closing bracket ({where})"
    return f"{error.msg} ({where})"
