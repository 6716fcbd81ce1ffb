"""The item that a trace stands for: the last question, its answer, and everything that led to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from failsight.formats.trace.retrievals import read_context
from failsight.formats.trace.spans import QUESTION_KEYS, answered, asked, is_tool, system_prompt
from failsight.formats.trace.tool_calls import calls_of, is_invented, read_calls, span_calls
from failsight.formats.trace.values import first_text, mapping, mappings
from failsight.model.item import Item, Message, ToolCall, ToolSchema
from failsight.model.trace import Trace, TraceMessage

NO_OUTPUT = "the trace holds no final answer"
NO_INPUT = "the trace holds no question"
PREVIEW = "the input is only a preview of the call's arguments"
INVENTED = "tool results written by the tracer itself were left out"
_ANSWER_KEYS = ("final_response", "final_output", "output", "response", "answer")


def trace_item(trace: Trace) -> Item:
    """Never fails. ``metadata["trace"]["notes"]`` says what the trace does not hold."""
    notes: list[str] = []
    question, answer = _exchange(trace.messages)
    asked_text = trace.messages[question].content if question is not None else _question(trace, notes)
    output = trace.messages[answer].content if answer is not None else _answer(trace, notes)
    if any(map(is_invented, trace.messages)):
        notes.append(INVENTED)
    about = trace.summary.model_dump(include={"session_id", "app_name", "app_version", "environment", "status"})
    return Item(
        input=asked_text,
        output=output,
        context=read_context(trace.raw, trace.spans),
        tool_calls=_calls(trace, question, answer),
        tools=_schemas(trace.raw.get("tools")),
        system_prompt=_system(trace),
        conversation=_conversation(trace.messages) or None,
        trace_id=trace.trace_id,
        metadata={"trace": {name: value for name, value in about.items() if value} | {"notes": notes}},
    )


def has_text(item: Item) -> bool:
    """Whether there is anything in the item to look at."""
    return bool(item.input.strip() or item.output.strip())


def _exchange(messages: Sequence[TraceMessage]) -> tuple[int | None, int | None]:
    """Places of the last answer with a text and of the last question before it, or of the last question at all."""
    spoken = [place for place, message in enumerate(messages) if message.content.strip()]
    answer = next((place for place in reversed(spoken) if messages[place].role == "assistant"), None)
    questions = [place for place in spoken if messages[place].role == "user"]
    before = [place for place in questions if answer is not None and place < answer]
    question = before[-1] if before else questions[-1] if questions else None
    return question, answer


def _question(trace: Trace, notes: list[str]) -> str:
    raw = trace.raw
    found = first_text(raw, QUESTION_KEYS)
    queries = [query for query in (first_text(r, ("query",)) for r in mappings(raw.get("retrievals"))) if query]
    if found or queries:
        return found or queries[-1]
    for text, is_preview in asked(trace.spans):
        if is_preview:
            notes.append(PREVIEW)
        return text
    notes.append(NO_INPUT)
    return ""


def _answer(trace: Trace, notes: list[str]) -> str:
    raw = trace.raw
    root = mapping(mapping(raw.get("execution_tree")).get("root_span"))
    places = (raw, mapping(raw.get("execution_tree")), root)
    found = next((text for text in (first_text(place, _ANSWER_KEYS) for place in places) if text), None)
    found = next(answered(trace.spans), None) if found is None else found
    if found is None:
        notes.append(NO_OUTPUT)
    return found or ""


def _calls(trace: Trace, question: int | None, answer: int | None) -> tuple[ToolCall, ...] | None:
    """The calls between the question and its answer; an empty tuple when tools were called in other turns only, None
    when the trace knows of no tool."""
    every = read_calls(trace.messages)
    if not every:
        spans = [span for span in trace.spans if is_tool(span)]
        return tuple(span_calls(spans)) if spans else None
    ordered = question is not None and (answer is None or question < answer)
    return tuple(read_calls(trace.messages[question:answer]) if ordered else every)


def _schemas(value: Any) -> tuple[ToolSchema, ...] | None:
    read = []
    for schema in mappings(value):
        flat = schema["function"] if isinstance(schema.get("function"), dict) else schema
        if first_text(flat, ("name",)) and isinstance(flat.get("parameters") or {}, dict):
            known = {"name": flat["name"], "parameters": flat.get("parameters") or {}}
            read.append(ToolSchema.model_validate(known | {"description": first_text(flat, ("description",)) or ""}))
    return tuple(read) or None


def _system(trace: Trace) -> str | None:
    for message in trace.messages:
        if message.role in {"system", "developer"} and message.content.strip():
            return message.content
    return first_text(trace.raw, ("system_prompt",)) or system_prompt(trace.spans)


def _conversation(messages: Sequence[TraceMessage]) -> tuple[Message, ...]:
    return tuple(
        Message.model_construct(
            role=message.role,
            content=message.content,
            name=message.name,
            tool_calls=tuple(calls_of(message)),
            tool_call_id=message.tool_call_id,
        )
        for message in messages
        if not is_invented(message)
    )
