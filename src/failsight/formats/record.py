"""One record to one Item: known aliases, the user's field mapping, and errors that name item, field and fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from failsight.errors import InvalidItem
from failsight.model.item import Item


def read_item(record: Mapping[str, Any], where: str) -> Item:
    """An Item from a mapping; raises InvalidItem naming ``where`` (such as ``line 3``), the field and the fix."""
    if not isinstance(record, Mapping):
        raise InvalidItem(
            where=where,
            field="(record)",
            problem="it is not an object",
            fix='write {"input": ..., "output": ...}',
        )
    try:
        return Item.model_validate(record)
    except ValidationError as broken:
        first = broken.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "(record)"
        raise InvalidItem(
            where=where, field=field, problem=first["msg"], fix="see the item fields in the README"
        ) from broken
