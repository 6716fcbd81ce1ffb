"""JSON as it can be stored and sent anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from failsight.errors import InvalidInput
from failsight.formats.decoding import mend

MAX_DEPTH = 200


def storable(value: Any, depth: int = 0) -> Any:
    """The same JSON value with lone surrogates replaced, and null for NaN and infinities.

    Raises InvalidInput when it is nested deeper than 200 levels.
    """
    if depth > MAX_DEPTH:
        raise InvalidInput(problem=f"The JSON is nested deeper than {MAX_DEPTH} levels", fix="Flatten it.")
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, Mapping):
        return {mend(str(key)): storable(part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(part, depth + 1) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
