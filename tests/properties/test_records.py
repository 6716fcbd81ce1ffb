"""Whatever JSON comes in, it is an item or an error that names its field."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from failsight.errors import InvalidItem
from failsight.formats.record import read_item
from failsight.model.item import Item
from tests.properties.strategies import ITEMS, JSON

KEYS = st.sampled_from([*sorted(Item.model_fields), "question", "answer", "messages", "docs", "response_format", ""])
RECORDS = JSON | st.dictionaries(KEYS | st.text(max_size=5), JSON, max_size=6)


def read(record: Any) -> Item | InvalidItem:
    try:
        return read_item(record, "line 7")
    except InvalidItem as refused:
        return refused


@settings(max_examples=400, deadline=None)
@given(RECORDS)
def test_junk_is_refused_by_name(record: Any) -> None:
    answer = read(record)
    if isinstance(answer, InvalidItem):
        assert "line 7" in str(answer)
        assert answer.known["field"]
        assert answer.known["fix"]


@settings(max_examples=200, deadline=None)
@given(ITEMS)
def test_what_is_an_item_is_read_as_one(row: dict[str, Any]) -> None:
    item = read_item(row, "line 1")
    assert (item.input, item.output) == (row["input"], row["output"])
    assert Item.model_validate_json(item.model_dump_json()) == item
