"""The calls an item made, in order, wherever they are recorded, with what came back."""

from __future__ import annotations

import json
from typing import Any

from failsight.engine.subject import Subject
from failsight.engine.value import value_class
from failsight.model.item import Message, ToolCall, ToolSchema

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)
_IN_JSON = json.JSONEncoder(ensure_ascii=False, default=str)


@value_class
class PlacedCall:
    """A call, its result or error where known, and the message (its index) that made it."""

    name: str
    arguments: dict[str, Any]
    raw_arguments: str | None
    result: str | None
    error: str | None
    step: int | None = None

    @property
    def key(self) -> str:
        """Same key, same call: the name and the arguments in canonical order."""
        return f"{self.name}({self.raw_arguments or canonical(self.arguments)})"

    @property
    def shown(self) -> str:
        """The call as a reader would write it, at most 200 characters."""
        inside = self.raw_arguments or ", ".join(f"{k}={_literal(v)}" for k, v in self.arguments.items())
        text = f"{self.name}({inside})"
        return text if len(text) <= 200 else text[:199] + "…"


def canonical(value: Any) -> str:
    """JSON with sorted keys."""
    return _CANONICAL.encode(value)


def placed_calls(subject: Subject) -> tuple[PlacedCall, ...] | None:
    """The item's ``tool_calls``, else those of the conversation's messages; None when neither is recorded."""
    return subject.memo(_place_calls)


def _place_calls(subject: Subject) -> tuple[PlacedCall, ...] | None:
    item = subject.item
    if item.tool_calls is not None:
        return tuple(_place(call, None, None) for call in item.tool_calls)
    conversation = item.conversation or ()
    if not any(message.tool_calls for message in conversation):
        return None
    return tuple(_from_conversation(conversation))


def tools_by_name(subject: Subject) -> dict[str, ToolSchema]:
    """The tools on offer by name."""
    return {tool.name: tool for tool in subject.item.tools or ()}


def _from_conversation(conversation: tuple[Message, ...]) -> list[PlacedCall]:
    answers = {m.tool_call_id: m.content for m in conversation if m.role == "tool" and m.tool_call_id}
    found = []
    for step, message in enumerate(conversation):
        unnamed = _unnamed_answers(conversation, step) if message.tool_calls else []
        for place, call in enumerate(message.tool_calls):
            result = answers.get(call.id) if call.id else None
            if result is None and place < len(unnamed):
                result = unnamed[place]
            found.append(_place(call, result, step))
    return found


def _unnamed_answers(conversation: tuple[Message, ...], step: int) -> list[str]:
    """The tool messages without an id that follow directly."""
    found = []
    for message in conversation[step + 1 :]:
        if message.role != "tool" or message.tool_call_id:
            break
        found.append(message.content)
    return found


def _place(call: ToolCall, result: str | None, step: int | None) -> PlacedCall:
    kept = call.result if call.result is not None else result
    return PlacedCall(call.name, call.arguments, call.raw_arguments, kept, call.error, step)


def _literal(value: Any) -> str:
    return _IN_JSON.encode(value)
