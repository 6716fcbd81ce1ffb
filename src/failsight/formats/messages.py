"""Input, output and system prompt of a record that only has a conversation; the schema inside a response format."""

from __future__ import annotations

from typing import Any

from failsight.model.item import as_text

_SPEAKERS = {"human": "user", "ai": "assistant", "model": "assistant", "bot": "assistant", "developer": "system"}


def fill_from_conversation(fields: dict[str, Any]) -> None:
    """Fills ``input`` from the last user message, ``output`` from the last assistant message with a text behind it (an
    empty text when the assistant only called tools), and ``system_prompt`` from the first system message, where they
    are missing. Changes ``fields``."""
    messages = [(_speaker(message), message) for message in fields["conversation"] if isinstance(message, dict)]
    users = [place for place, (speaker, _) in enumerate(messages) if speaker == "user"]
    if "input" not in fields and users:
        fields["input"] = as_text(messages[users[-1]][1].get("content"))
    if "output" not in fields:
        said = [as_text(message.get("content")) for speaker, message in messages if speaker == "assistant"]
        if said:
            fields["output"] = next((text for text in reversed(said) if text.strip()), "")
    if fields.get("system_prompt") is None:
        system = next((message for speaker, message in messages if speaker == "system"), None)
        if system is not None:
            fields["system_prompt"] = as_text(system.get("content"))


def schema_of(value: Any) -> Any:
    """The JSON Schema in a response format of a chat API, or the value itself; a plain text format asks for nothing."""
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind == "json_schema" and isinstance(value.get("json_schema"), dict):
        return value["json_schema"].get("schema", {})
    if kind == "json_object":
        return {"type": "object"}
    return None if kind == "text" else value


def _speaker(message: dict[str, Any]) -> str:
    role = str(message.get("role") or message.get("type") or "")
    return _SPEAKERS.get(role, role)
