from __future__ import annotations

from typing import Any

import pytest

from failsight.errors import InvalidInput, InvalidItem
from failsight.formats.record import read_item
from failsight.formats.storable import MAX_DEPTH, storable


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 1):
        value = [value]
    return value


def test_what_is_stored_and_what_is_read_may_be_equally_deep() -> None:
    assert storable(nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    read_item({"input": "q", "output": "a", "metadata": {"x": nested(MAX_DEPTH - 2)}}, "line 1")
    with pytest.raises(InvalidInput, match=f"nested deeper than {MAX_DEPTH} levels"):
        storable(nested(MAX_DEPTH + 1))
    with pytest.raises(InvalidItem, match=f"nested deeper than {MAX_DEPTH} levels"):
        read_item({"input": "q", "output": "a", "metadata": {"x": nested(MAX_DEPTH - 1)}}, "line 1")


def test_nested_without_end_is_refused_in_good_time() -> None:
    with pytest.raises(InvalidInput, match="Keep lists"):
        storable(nested(5_000))
