"""Lists and objects that stand in a text, as tables and data frames write them."""

from __future__ import annotations

import ast
import json
from typing import Any

PASSAGE_SEPARATOR = "|||"
_LISTS = frozenset({"context", "tool_calls", "tools", "conversation", "metadata", "output_schema"})


def read_cell(field: str, text: Any) -> Any:
    """What a text in ``field`` stands for: None when it is blank, the value of a JSON (or Python) list or object,
    passages of a context split at ``|||``; a text that is none of these stays, for the field's own check to judge."""
    if not isinstance(text, str):
        return text
    bare = text.strip()
    if not bare:
        return None
    if field in _LISTS and bare[0] in "[{":
        value = _literal(bare)
        if value is not None:
            return value
    if field == "context" and PASSAGE_SEPARATOR in text:
        return [part.strip() for part in text.split(PASSAGE_SEPARATOR) if part.strip()]
    return text


def _literal(text: str) -> Any:
    """The value of JSON text, or of a Python literal such as data frames write into CSV; None when it is neither."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return None
    return value if isinstance(value, (list, dict)) else None
