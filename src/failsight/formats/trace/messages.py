"""Messages of a trace in either style (``type`` human/ai, ``role`` user/assistant), in the order of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from failsight.formats.trace.values import epoch, mapping, mappings, moment, text
from failsight.model.item import as_text
from failsight.model.trace import TraceMessage, TraceSpan

_ROLES = {"human": "user", "ai": "assistant", "function": "tool", "model": "assistant", "bot": "assistant"}
_OWN = frozenset({"role", "content", "timestamp", "tool_calls", "tool_call_id", "name"})


def read_messages(raw: Any, spans: Sequence[TraceSpan]) -> tuple[TraceMessage, ...]:
    """The messages in order of time where every one has a moment of its own, in its metadata or in an event of a span;
    else as listed, except that a lone question listed after its answer is put before it."""
    listed = mappings(raw)
    moments = _event_moments(spans)
    times = [_time(message, moments) for message in listed]
    read = [_message(message, time) for message, time in zip(listed, times, strict=True)]
    known = [time for time in times if time is not None]
    if len(known) == len(read):
        order = sorted(range(len(read)), key=known.__getitem__)
        return tuple(read[place] for place in order)
    return tuple(_question_first(read))


def role_of(message: Mapping[str, Any]) -> str:
    """``user``, ``assistant``, ``tool``, ``system`` or the tracer's own word. A message that only names the agent that
    spoke is the assistant's."""
    speaker = text(message.get("agent"))
    role = text(message.get("role")) or text(message.get("type")) or ("assistant" if speaker else "unknown")
    role = role.lower().removesuffix("messagechunk").removesuffix("message")
    return _ROLES.get(role, role or "unknown")


def content_of(value: Any) -> str:
    """The text of a message: content parts joined, null as an empty text; parts that carry no text are left out."""
    if not isinstance(value, list):
        return as_text(value)
    parts = [part if isinstance(part, str) else _part_text(part) for part in value]
    return "\n".join(part for part in parts if part)


def _part_text(part: Any) -> str:
    kind = mapping(part).get("type")
    if kind in {"tool_use", "tool_call", "image_url", "image", "input_audio"}:
        return ""
    return as_text(part)


def _message(message: dict[str, Any], time: float | None) -> TraceMessage:
    calls = mappings(message.get("tool_calls"))
    stamp = moment(message.get("timestamp")) or moment(time)
    known = {
        "role": role_of(message),
        "content": content_of(message.get("content")),
        "timestamp": stamp,
        "tool_calls": calls or None,
        "tool_call_id": text(message.get("tool_call_id")),
        "name": text(message.get("name")),
    }
    others = {key: value for key, value in message.items() if key not in _OWN}
    return TraceMessage.model_validate({**others, **known})


def _time(message: dict[str, Any], moments: Mapping[str, float]) -> float | None:
    own = epoch(message.get("timestamp")) or epoch(mapping(message.get("response_metadata")).get("timestamp"))
    return own if own is not None else moments.get(str(message.get("id")))


def _event_moments(spans: Sequence[TraceSpan]) -> dict[str, float]:
    """When each message was seen, by its id, from the events of spans."""
    moments: dict[str, float] = {}
    for span in spans:
        for event in span.events:
            identifier, time = mapping(event.get("data")).get("message.id"), epoch(event.get("timestamp"))
            if isinstance(identifier, str) and time is not None:
                moments.setdefault(identifier, time)
    return moments


def _question_first(messages: list[TraceMessage]) -> list[TraceMessage]:
    users = [place for place, message in enumerate(messages) if message.role == "user"]
    if len(users) != 1 or not any(message.role == "assistant" for message in messages[: users[0]]):
        return messages
    question = messages[users[0]]
    rest = [message for message in messages if message is not question]
    head = [message for message in rest if message.role == "system"]
    return [*head, question, *(message for message in rest if message.role != "system")]
