"""The kind of application, read off an item."""

from __future__ import annotations

import pytest

from failsight.engine.feature_kind import detect_feature_kind, join
from failsight.model.item import Item

CALL = {"name": "f", "arguments": {}}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "generic_llm"),
        ({"context": []}, "generic_llm"),
        ({"context": ["a passage"]}, "rag"),
        ({"tool_calls": [CALL]}, "agent"),
        ({"tool_calls": []}, "generic_llm"),
        ({"tools": [{"name": "f"}]}, "agent"),
        ({"context": ["a passage"], "tool_calls": [CALL]}, "agentic_rag"),
        ({"conversation": [{"role": "assistant", "tool_calls": [CALL]}]}, "agent"),
    ],
)
def test_kind_of_an_item(fields: dict[str, object], kind: str) -> None:
    assert detect_feature_kind(Item.model_validate({"input": "a", "output": "b", **fields})) == kind


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (None, "rag", "rag"),
        ("rag", "generic_llm", "rag"),
        ("rag", "agent", "agentic_rag"),
        ("generic_llm", "generic_llm", "generic_llm"),
        ("agentic_rag", "generic_llm", "agentic_rag"),
    ],
)
def test_kind_of_a_run_is_the_union(first: str | None, second: str, both: str) -> None:
    assert join(first, second) == both
    assert first is None or join(second, first) == both
