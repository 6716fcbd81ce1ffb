"""What uploaders send: an envelope around a trace, a bare trace, or the records of a JSON Lines file."""

from __future__ import annotations

from typing import Any

from failsight.errors import InvalidInput

_SIGNS = ("spans", "messages", "retrievals", "execution_tree")


def traces_in(body: Any) -> list[dict[str, Any]]:
    """The traces of a request body, in their order. Records of a list that are no trace of their own are kept with the
    trace before them under ``records``; when none is a trace, messages or spans among them make one trace. Raises
    InvalidInput when there is nothing that could be a trace."""
    held = body["trace"] if isinstance(body, dict) and isinstance(body.get("trace"), (dict, list)) else body
    if isinstance(held, dict) and held and "trace" not in held:
        return [held]
    records = [record for record in held if isinstance(record, dict)] if isinstance(held, list) else []
    if not records:
        problem = "The body holds no trace"
        raise InvalidInput(problem=problem, fix='Send {"trace": {"metadata": {...}, "messages": [...], ...}}.')
    traces = [record for record in records if is_trace(record)]
    if not traces:
        return [_gathered(records)]
    others: list[list[dict[str, Any]]] = [[] for _ in traces]
    place = -1
    for record in records:
        if is_trace(record):
            place += 1
        else:
            others[max(place, 0)].append(record)
    return [trace | {"records": rest} if rest else trace for trace, rest in zip(traces, others, strict=True)]


def is_trace(record: dict[str, Any]) -> bool:
    """Whether a record is a trace of its own rather than an event, a message or a span."""
    about = record.get("metadata")
    named = isinstance(about, dict) and "trace_id" in about
    return named or any(isinstance(record.get(sign), (dict, list)) for sign in _SIGNS)


def _gathered(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Messages and spans as one trace; what is neither stays under ``records``."""
    parts: dict[str, Any] = {"messages": [], "spans": [], "records": []}
    for record in records:
        is_message = "content" in record and ("role" in record or "type" in record)
        kind = "messages" if is_message else "spans" if "span_id" in record else "records"
        parts[kind].append(record)
    return {name: found for name, found in parts.items() if found}
