"""Lenient readings of JSON values: what has the wrong kind is taken as absent."""

from __future__ import annotations

import ast
import json
import math
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

MAX_LITERAL = 100_000
_ELLIPSIS = "..."


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it is left out."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text that is not blank; numbers become texts."""
    if isinstance(value, str):
        return value if value.strip() else None
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def first_text(source: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    """The first of these keys that holds a text that is not blank."""
    return next((source[key] for key in keys if isinstance(source.get(key), str) and source[key].strip()), None)


def number(value: Any) -> float | None:
    """A finite number, also when it stands in a text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        read = float(value)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def whole(value: Any) -> int | None:
    """A whole number of at most 15 digits."""
    read = number(value)
    return None if read is None or abs(read) >= 1e15 else int(read)


def epoch(value: Any) -> float | None:
    """Seconds since 1970 of a moment given in seconds, milliseconds or as an ISO 8601 text."""
    seconds = number(value)
    if seconds is None and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    if seconds is None or seconds <= 0:
        return None
    return seconds / 1000 if seconds > 1e11 else seconds


def moment(value: Any) -> str | None:
    """The moment as ISO 8601 in UTC; a text that is no moment stays as it is."""
    if isinstance(value, str) and number(value) is None:
        return text(value)
    seconds = epoch(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return None


def literal(value: Any) -> Any:
    """The value behind a Python or JSON literal in a text, as tracers write it; None when it is cut off or neither.

    A trailing ``...``, which tracers append even to whole literals, is taken off.
    """
    if not isinstance(value, str) or len(value) > MAX_LITERAL:
        return None
    source = value.strip().removesuffix(_ELLIPSIS)
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        pass
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
