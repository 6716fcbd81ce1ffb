"""The parts of a trace as nouns, and what uploaders send around them."""

from __future__ import annotations

from typing import Any

import pytest
import trace_samples as samples

from failsight.errors import InvalidInput
from failsight.formats.trace.reader import full_trace, read_trace
from failsight.formats.trace.upload import traces_in
from failsight.formats.trace.values import epoch, literal, moment


def test_the_summary_has_every_figure() -> None:
    found = read_trace(samples.manual()).summary
    assert found.trace_id == "trace_manual"
    assert (found.status, found.session_id, found.environment) == ("success", "sess_00000001", "staging")
    assert (found.app_name, found.app_version) == ("train-desk", "2.1.0")
    assert (found.duration_ms, found.total_cost, found.total_tokens) == (500.0, 0.002, 30)
    assert (found.llm_calls, found.tool_calls, found.retrieval_calls) == (2, 1, 0)
    assert (found.message_count, found.span_count) == (4, 1)
    assert found.tags == ["pilot"]
    assert found.custom_fields == {"tenant": "north"}
    assert found.started_at == "2026-11-18T11:06:40Z"


def test_figures_that_are_not_recorded_are_counted() -> None:
    found = read_trace(samples.autolog()).summary
    assert (found.llm_calls, found.tool_calls, found.total_tokens) == (1, 1, 27)
    assert found.status == "unknown"
    assert found.total_cost is None


def test_messages_have_roles_and_texts_and_keep_the_rest() -> None:
    messages = read_trace(samples.manual()).messages
    assert [message.role for message in messages] == ["user", "assistant", "tool", "assistant"]
    assert messages[1].content == ""
    assert messages[1].tool_calls == [{"id": "call_1", "name": "timetable", "args": {"to": "Bergen"}}]
    assert messages[0].timestamp == "2026-11-18T10:26:40.100000Z"
    assert messages[0].extra["id"] == "m-question"


def test_spans_are_read_from_an_object_and_from_a_list() -> None:
    (span,) = read_trace(samples.rag()).spans
    assert (span.span_id, span.kind) == ("span_rag", "orchestration")
    assert span.extra["generation"]["answer"] == "The museum is closed on Mondays."
    assert [span.span_id for span in read_trace(samples.roles()).spans] == ["s1", "s2"]


def test_the_full_trace_loses_nothing() -> None:
    raw = samples.manual()
    full = full_trace(read_trace(raw)).model_dump()
    assert full["shelf"] == {"unknown": [1, 2]}
    assert full["messages"] == raw["messages"]
    assert full["spans"] == raw["spans"]
    odd = full_trace(read_trace({"messages": "none", "spans": 3, "summary": ["x"]})).model_dump()
    assert (odd["raw_messages"], odd["raw_spans"], odd["raw_summary"]) == ("none", 3, ["x"])


def test_a_trace_without_a_usable_id_gets_one_made_of_its_content() -> None:
    first, again = read_trace({"messages": []}), read_trace({"messages": []})
    assert first.trace_id == again.trace_id
    assert first.trace_id.startswith("trace_")
    assert "/" not in read_trace({"metadata": {"trace_id": "a/b"}}).trace_id
    assert read_trace({"trace_id": "mine"}).trace_id == "mine"


def test_lone_surrogates_and_numbers_that_are_none_are_made_storable() -> None:
    raw = read_trace({"note": "\ud800", "cost": float("nan"), "rate": float("inf")}).raw
    assert raw == {"note": "\ufffd", "cost": None, "rate": None}


def test_a_trace_nested_too_deep_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"a": deep}
    with pytest.raises(InvalidInput, match="nested deeper"):
        read_trace(deep)


def test_what_uploaders_send() -> None:
    trace = samples.bare()
    assert traces_in({"trace": trace, "project_name": "p"}) == [trace]
    assert traces_in(trace) == [trace]
    assert traces_in({"trace": [trace, samples.rag()]}) == [trace, samples.rag()]
    event = {"ts": "x", "level": "primary", "_record_type": "event"}
    assert traces_in({"trace": [event, trace, event]}) == [trace | {"records": [event, event]}]
    message = {"role": "user", "content": "Hi"}
    assert traces_in([message, event]) == [{"messages": [message], "records": [event]}]


@pytest.mark.parametrize("body", [None, 3, "x", [], {}, [1], {"trace": "x"}, {"trace": None}, {"trace": []}])
def test_what_is_no_trace_is_refused(body: object) -> None:
    with pytest.raises(InvalidInput, match="no trace"):
        traces_in(body)


def test_moments_in_every_unit() -> None:
    assert epoch("2026-11-18T10:26:40Z") == epoch(1_794_997_600) == epoch(1_794_997_600_000)
    assert moment(0) is None
    assert moment("yesterday") == "yesterday"
    assert moment(1e300) is None


def test_literals_that_are_cut_off_are_none() -> None:
    assert literal("[{'a': 1}]...") == [{"a": 1}]
    assert literal('{"a": null}') == {"a": None}
    assert literal("[{'a': 1") is None
    assert literal("[" * 5000) is None
