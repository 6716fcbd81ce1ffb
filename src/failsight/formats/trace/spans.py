"""Spans of a trace, stored as an object keyed by id or as a list, and what their attributes say about the dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from failsight.formats.trace.messages import content_of, role_of
from failsight.formats.trace.values import epoch, first_text, literal, mapping, mappings, moment, number, text
from failsight.model.trace import TraceSpan

QUESTION_KEYS = ("user_query", "query", "question", "user_input", "input", "prompt", "message", "q", "text")
_OUTPUT_KEYS = ("llm.output", "llm.response", "llm.completion", "output.value", "output", "response", "result")
_OWN = frozenset(TraceSpan.model_fields)
_QUOTED = r"""('(?:[^'\\]|\\.){1,20000}'|"(?:[^"\\]|\\.){1,20000}")"""
_SYSTEM = re.compile(r"'role':\s*'(?:system|developer)',\s*'content':\s*" + _QUOTED)
_ASKED = re.compile("'(?:" + "|".join(QUESTION_KEYS) + r")':\s*" + _QUOTED)


def read_spans(raw: Any) -> tuple[TraceSpan, ...]:
    """Spans in the order of their start where all have one, else as stored."""
    if isinstance(raw, dict):
        stored = [{"span_id": key, **span} for key, span in raw.items() if isinstance(span, dict)]
    else:
        stored = mappings(raw)
    spans = [_span(span) for span in stored]
    starts = [epoch(span.start_time) for span in spans]
    known = [start for start in starts if start is not None]
    if len(known) < len(spans):
        return tuple(spans)
    return tuple(spans[place] for place in sorted(range(len(spans)), key=known.__getitem__))


def _span(span: dict[str, Any]) -> TraceSpan:
    attributes = mapping(span.get("attributes"))
    kinds = (span.get("kind"), attributes.get("valiqor.span_kind"), attributes.get("valiqor.stage"))
    kind = next((found for found in map(text, (*kinds, span.get("rag_pipeline_stage"))) if found), None)
    if kind is None:
        kind = "workflow_node" if "workflow.type" in attributes else "unknown"
    known = {
        "span_id": text(span.get("span_id")) or text(span.get("id")) or "",
        "name": text(span.get("name")) or "",
        "kind": kind,
        "parent_span_id": text(span.get("parent_span_id")) or text(span.get("parent_id")),
        "start_time": moment(span.get("start_time")),
        "end_time": moment(span.get("end_time")),
        "duration_ms": number(span.get("duration_ms")),
        "status": text(span.get("status")),
        "attributes": attributes,
        "events": mappings(span.get("events")),
    }
    others = {key: value for key, value in span.items() if key not in _OWN}
    return TraceSpan.model_validate({**others, **known})


def is_tool(span: TraceSpan) -> bool:
    """Whether the span is the call of a tool."""
    return "tool" in {span.kind, span.attributes.get("valiqor.stage")} or span.kind in {"tool_call", "tool_execution"}


def is_model_call(span: TraceSpan) -> bool:
    """Whether the span is the call of a language model."""
    return span.kind in {"llm_call", "llm"} or "llm.model" in span.attributes


def system_prompt(spans: Sequence[TraceSpan]) -> str | None:
    """The first system prompt that stands whole in the messages sent to a model; one that is cut off is not used."""
    for span in spans:
        sent = span.attributes.get("llm.messages")
        for message in _sent_messages(sent):
            if role_of(message) in {"system", "developer"}:
                found = content_of(message.get("content"))
                if found.strip():
                    return found
        cut = _SYSTEM.search(sent) if isinstance(sent, str) else None
        if cut is not None:
            return text(literal(cut[1]))
    return None


def asked(spans: Sequence[TraceSpan]) -> Iterator[tuple[str, bool]]:
    """Questions that spans carry, most reliable first, each with whether it is only a preview."""
    for span in spans:
        query = first_text(mapping(span.extra.get("retrieval")), ("query",)) or first_text(
            span.attributes, ("rag.query", "retrieval.query")
        )
        if query:
            yield query, False
    for span in spans:
        users = [m for m in _sent_messages(span.attributes.get("llm.messages")) if role_of(m) == "user"]
        if users and content_of(users[-1].get("content")).strip():
            yield content_of(users[-1].get("content")), False
    for span in spans:
        found = first_text(span.attributes, ("llm.prompt", "llm.input", "input.value", "input"))
        if found:
            yield found, False
    for span in spans:
        preview = span.attributes.get("workflow.input_preview")
        if isinstance(preview, str) and preview.strip():
            yield _from_preview(preview)


def answered(spans: Sequence[TraceSpan]) -> Iterator[str]:
    """Answers that spans carry, most reliable first."""
    for span in reversed(spans):
        answer = first_text(mapping(span.extra.get("generation")), ("answer", "text", "output"))
        if answer:
            yield answer
    for span in reversed(spans):
        found = first_text(span.attributes, _OUTPUT_KEYS)
        if found and (is_model_call(span) or span.parent_span_id is None) and not is_tool(span):
            yield found


def _sent_messages(value: Any) -> list[dict[str, Any]]:
    return mappings(value if isinstance(value, list) else literal(value))


def _from_preview(preview: str) -> tuple[str, bool]:
    """The question in a preview of a call's arguments; the preview itself when nothing in it looks like one."""
    arguments = mapping(literal(preview))
    users = [m for m in mappings(arguments.get("messages")) if role_of(m) == "user"]
    if users:
        return content_of(users[-1].get("content")), False
    found = first_text(arguments, QUESTION_KEYS)
    if found is None:
        cut = _ASKED.search(preview)
        found = text(literal(cut[1])) if cut is not None else None
    return (found, False) if found else (preview, True)
