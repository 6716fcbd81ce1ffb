"""One trace: raw JSON to the Trace noun. Nothing in it can make the reading fail, and nothing in it is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from failsight.formats.storable import storable
from failsight.formats.trace.messages import read_messages
from failsight.formats.trace.spans import is_model_call, is_tool, read_spans
from failsight.formats.trace.tool_calls import calls_of
from failsight.formats.trace.values import mapping, mappings, moment, number, text, whole
from failsight.model.trace import Trace, TraceFullResult, TraceMessage, TraceSpan, TraceSummary

MAX_ID = 200


def read_trace(raw: Mapping[str, Any]) -> Trace:
    """The trace in an object of any shape. One without a usable id gets one made of its content, so that the same trace
    uploaded twice is one trace. Raises InvalidInput only when it is nested too deep to be stored."""
    trace = storable(raw)
    spans = read_spans(trace.get("spans"))
    messages = read_messages(trace.get("messages"), spans)
    return Trace(summary=_summary(trace, messages, spans), messages=messages, spans=spans, raw=trace)


def full_trace(trace: Trace) -> TraceFullResult:
    """The trace as it was uploaded; a part that has another kind than expected stays under its name with a ``raw_``
    before it."""
    raw = trace.raw
    spans = raw.get("spans")
    if isinstance(spans, list):
        spans = {span.span_id or str(place): span.model_dump() for place, span in enumerate(trace.spans)}
    known: dict[str, tuple[Any, type]] = {
        "metadata": (raw.get("metadata"), dict),
        "summary": (raw.get("summary"), dict),
        "spans": (spans, dict),
        "diagnostics": (raw.get("diagnostics"), dict),
        "execution_tree": (raw.get("execution_tree"), dict),
    }
    fields = {name: value for name, (value, kind) in known.items() if isinstance(value, kind)}
    fields["retrievals"] = mappings(raw.get("retrievals"))
    fields["messages"] = mappings(raw.get("messages"))
    odd = {f"raw_{name}": raw[name] for name in (*known, "retrievals", "messages") if raw.get(name) and not fields.get(name)}  # noqa: E501  # fmt: skip
    others = {name: value for name, value in raw.items() if name not in (*known, "retrievals", "messages", "trace_id")}
    return TraceFullResult.model_validate({**others, **odd, **fields, "trace_id": trace.trace_id})


def _summary(raw: dict[str, Any], messages: Sequence[TraceMessage], spans: Sequence[TraceSpan]) -> TraceSummary:
    about, summary = mapping(raw.get("metadata")), mapping(raw.get("summary"))
    figures = mapping(summary.get("key_metrics")) or mapping(raw.get("key_metrics"))
    application = mapping(about.get("application"))
    tags = about.get("tags")
    return TraceSummary(
        trace_id=trace_id(raw),
        status=_status(raw, summary, spans),
        session_id=text(about.get("session_id")) or text(raw.get("session_id")),
        app_name=text(about.get("app_name")) or text(application.get("name")),
        app_version=text(about.get("app_version")) or text(application.get("version")),
        environment=text(about.get("environment")),
        created_at=moment(about.get("created_at")) or moment(about.get("start_time")) or moment(raw.get("ts")),
        started_at=moment(about.get("start_time")) or (spans[0].start_time if spans else None),
        ended_at=moment(about.get("end_time")),
        duration_ms=_first(number(summary.get("duration_ms")), number(raw.get("duration_ms"))),
        total_cost=_first(number(summary.get("total_cost")), number(raw.get("total_cost"))),
        llm_calls=_first(whole(figures.get("llm_calls")), sum(map(is_model_call, spans))),
        tool_calls=_first(whole(figures.get("tool_calls")), _count_calls(messages, spans)),
        retrieval_calls=_first(whole(figures.get("retrieval_calls")), len(mappings(raw.get("retrievals")))),
        tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else None,
        custom_fields=mapping(about.get("custom_fields")),
        summary=summary,
        diagnostics=mapping(raw.get("diagnostics")),
        message_count=len(messages),
        span_count=len(spans),
        **_tokens(figures, messages),
    )


def trace_id(raw: Mapping[str, Any]) -> str:
    """The trace's own id when it can stand in a path, else one made of its content."""
    about = mapping(raw.get("metadata"))
    for found in (about.get("trace_id"), raw.get("trace_id"), raw.get("id")):
        name = text(found)
        if name and len(name) <= MAX_ID and name.isprintable() and "/" not in name and name.strip() == name:
            return name
    content = json.dumps(raw, sort_keys=True, ensure_ascii=True).encode()
    return f"trace_{hashlib.sha256(content).hexdigest()[:16]}"


def _status(raw: Mapping[str, Any], summary: Mapping[str, Any], spans: Sequence[TraceSpan]) -> str:
    told = text(summary.get("status")) or text(raw.get("status"))
    failed = any(span.status in {"error", "failure", "failed"} for span in spans)
    return told or ("failure" if failed else "unknown")


def _count_calls(messages: Sequence[TraceMessage], spans: Sequence[TraceSpan]) -> int:
    asked = sum(len(calls_of(message)) for message in messages)
    return asked or sum(map(is_tool, spans))


def _tokens(figures: Mapping[str, Any], messages: Sequence[TraceMessage]) -> dict[str, int | None]:
    """Tokens as recorded, else the sum of what the messages report; None when nothing reports any."""
    found: dict[str, int | None] = {}
    for name in ("total_tokens", "input_tokens", "output_tokens"):
        used = [whole(mapping(message.extra.get("usage_metadata")).get(name)) for message in messages]
        reported = [count for count in used if count is not None]
        found[name] = _first(whole(figures.get(name)), sum(reported) if reported else None)
    return found


def _first(recorded: Any, counted: Any) -> Any:
    return counted if recorded is None else recorded
