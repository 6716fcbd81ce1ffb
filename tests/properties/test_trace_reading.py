"""No JSON makes the reading of a trace fail."""

from __future__ import annotations

import json
from typing import Any

import trace_samples as samples
from hypothesis import given
from hypothesis import strategies as st

from failsight.formats.trace.item import trace_item
from failsight.formats.trace.reader import full_trace, read_trace
from failsight.model.item import Item

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8)  # noqa: E501  # fmt: skip
KEYS = (
    "metadata", "summary", "spans", "messages", "retrievals", "execution_tree", "diagnostics", "trace_id", "context",
    "tools", "type", "role", "content", "tool_calls", "tool_call_id", "name", "args", "arguments", "function", "id",
    "attributes", "events", "retrieval", "generation", "hits", "documents", "query", "answer", "timestamp", "status",
    "start_time", "llm.messages", "workflow.input_preview", "response_metadata", "usage_metadata", "key_metrics",
    "invalid_tool_calls", "additional_kwargs", "total_tokens", "data", "message.id",
)  # fmt: skip
WORDS = st.sampled_from(("human", "ai", "tool", "assistant", "user", "success", "error", "[{'role': 'user'}]...", "{"))
TRACE_LIKE = st.recursive(
    LEAVES | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)
SAMPLES = (samples.manual, samples.autolog, samples.rag, samples.bare, samples.roles)


def check(raw: dict[str, Any]) -> Item:
    trace = read_trace(raw)
    item = trace_item(trace)
    assert Item.model_validate_json(item.model_dump_json()).input == item.input
    json.dumps(full_trace(trace).model_dump(), allow_nan=False).encode()
    trace.summary.model_dump_json()
    for part in (*trace.messages, *trace.spans):
        part.model_dump_json()
    assert trace.trace_id == read_trace(trace.raw).trace_id
    assert "/" not in trace.trace_id
    return item


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=6), JSON | TRACE_LIKE, max_size=6))
def test_any_object_can_be_read(raw: dict[str, Any]) -> None:
    check(raw)


@given(st.sampled_from(SAMPLES), st.sampled_from(KEYS), TRACE_LIKE, st.integers(0, 3))
def test_a_real_trace_with_a_wrong_part_can_be_read(make: Any, key: str, value: Any, depth: int) -> None:
    raw = make()
    place: Any = raw
    for _ in range(depth):
        inner = [part for part in (place.values() if isinstance(place, dict) else place) if part and isinstance(part, (dict, list))]  # noqa: E501  # fmt: skip
        if not inner:
            break
        place = inner[-1]
    if isinstance(place, dict):
        place[key] = value
    else:
        place.append(value)
    check(raw)


@given(st.sampled_from(SAMPLES), st.text(max_size=300))
def test_any_text_may_stand_where_a_literal_is_expected(make: Any, text: str) -> None:
    raw = make()
    raw["spans"] = {"s": {"attributes": {"llm.messages": text, "workflow.input_preview": text}}}
    raw["messages"] = []
    check(raw)
