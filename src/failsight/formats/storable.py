"""JSON as it can be stored and sent anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from failsight.errors import InvalidInput
from failsight.formats.decoding import mend

MAX_DEPTH = 100  # levels of lists and objects inside each other; the one limit, of records as of what is stored
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
FLATTEN = "keep lists and objects flatter, or store the deep part as a text"


def storable(value: Any) -> Any:
    """The same JSON value with lone surrogates replaced, and null for NaN and infinities.

    Raises InvalidInput when it is nested deeper than 100 levels.
    """
    if is_too_deep(value):
        raise InvalidInput(problem=f"The JSON is {TOO_DEEP}", fix=f"{FLATTEN[0].upper()}{FLATTEN[1:]}.")
    return _mended(value)


def is_too_deep(value: Any, levels: int = MAX_DEPTH) -> bool:
    """Whether lists and objects are nested deeper than so many levels."""
    if isinstance(value, Mapping):
        return levels == 0 or any(is_too_deep(part, levels - 1) for part in value.values() if not isinstance(part, str))
    if isinstance(value, (list, tuple)):
        return levels == 0 or any(is_too_deep(part, levels - 1) for part in value if not isinstance(part, str))
    return False


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, Mapping):
        return {mend(str(key)): _mended(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mended(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
