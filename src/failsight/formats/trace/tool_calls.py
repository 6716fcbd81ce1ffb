"""Tool calls of a trace with their results, paired by call id; results that the tracer made up are left out."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from failsight.formats.trace.values import first_text, literal, mapping, mappings, text
from failsight.model.item import ToolCall, read_tool_call
from failsight.model.trace import TraceMessage, TraceSpan

INVENTED = re.compile(r"Tool .{1,200} executed successfully\.?")
_FAILED = {"error", "failure", "failed"}


def is_invented(message: TraceMessage) -> bool:
    """Whether a tool message is the tracer's own "Tool X executed successfully", which says nothing of the result."""
    made = mapping(message.extra.get("response_metadata")).get("tool_execution") is True
    return message.role == "tool" and INVENTED.fullmatch(message.content) is not None and (
        made or message.extra.get("status") == "success"
    )  # fmt: skip


def calls_of(message: TraceMessage) -> list[ToolCall]:
    """The calls that a message asks for, in every usual style, also those whose arguments are not valid JSON."""
    extra = message.extra
    listed = message.tool_calls or mappings(mapping(extra.get("additional_kwargs")).get("tool_calls"))
    calls = [read_call(call) for call in listed]
    return calls + [read_call(call) for call in mappings(extra.get("invalid_tool_calls"))]


def read_call(data: dict[str, Any]) -> ToolCall:
    """A ToolCall whatever the shape: arguments that are no object are kept as text."""
    known = read_tool_call(data)
    arguments, raw = known["arguments"], known["raw_arguments"]
    if not isinstance(arguments, dict):
        arguments, raw = {}, json.dumps(arguments, ensure_ascii=False)
    return ToolCall.model_construct(
        name=text(known["name"]) or "unknown",
        arguments=arguments,
        raw_arguments=raw if isinstance(raw, str) else None,
        id=text(known["id"]),
        result=known["result"],
        error=known["error"],
    )


def read_calls(messages: Sequence[TraceMessage]) -> list[ToolCall]:
    """The calls of these messages with what the tools answered; a tool message without its call is a call too."""
    calls: list[ToolCall] = []
    by_id: dict[str, int] = {}
    for message in messages:
        if message.role == "tool":
            _answer(message, calls, by_id)
            continue
        for call in calls_of(message):
            if call.id is not None:
                by_id[call.id] = len(calls)
            calls.append(call)
    return calls


def span_calls(spans: Sequence[TraceSpan]) -> list[ToolCall]:
    """Calls read off tool spans, for traces whose messages name none."""
    return [_span_call(span) for span in spans]


def _answer(message: TraceMessage, calls: list[ToolCall], by_id: dict[str, int]) -> None:
    place = by_id.get(message.tool_call_id or "")
    if place is None:
        arguments = message.extra.get("arguments")
        name = message.name or text(message.extra.get("tool_name"))
        place = len(calls)
        calls.append(read_call({"name": name, "arguments": arguments, "id": message.tool_call_id}))
    if is_invented(message):
        return
    failed = message.extra.get("status") in _FAILED
    update = {"error": message.content or "failed"} if failed else {"result": message.content}
    calls[place] = calls[place].model_copy(update=update)


def _span_call(span: TraceSpan) -> ToolCall:
    known = span.attributes
    arguments = next((known[key] for key in ("tool.args", "tool.arguments", "tool.input") if key in known), None)
    parsed = literal(arguments) if isinstance(arguments, str) else None
    failed = span.status in _FAILED
    result = first_text(known, ("tool.output", "tool.result", "output"))
    data: dict[str, Any] = {"name": first_text(known, ("tool.name",)) or span.name, "id": span.span_id or None}
    data["arguments"] = parsed if isinstance(parsed, dict) else arguments
    if failed:
        return read_call(data | {"error": first_text(known, ("error", "error.message", "tool.error")) or "failed"})
    return read_call(data | {"result": None if result and INVENTED.fullmatch(result) else result})
