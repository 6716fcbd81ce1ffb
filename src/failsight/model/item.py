"""An item: one finished answer of an LLM application, with what it was given and what it did."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from failsight.model.noun import Noun

Role = Literal["system", "user", "assistant", "tool", "developer"]
_ROLES = {"human": "user", "ai": "assistant", "function": "tool", "model": "assistant", "bot": "assistant"}
_TEXT_KEYS = ("text", "content", "page_content", "snippet_preview", "snippet", "document", "passage")


class ToolCall(Noun):
    """One call of a tool. ``arguments`` is the parsed object; ``raw_arguments`` keeps what could not be parsed."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    raw_arguments: str | None = None
    id: str | None = None
    result: str | None = None
    error: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_styles(cls, data: Any) -> Any:
        """OpenAI (``{"type": "function", "function": {...}}``), Anthropic (``input``), LangChain (``args``) or flat."""
        return read_tool_call(data) if isinstance(data, dict) else data


class ToolSchema(Noun):
    """A tool that was on offer. ``parameters`` is a JSON Schema of the arguments object."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_styles(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        flat = data["function"] if isinstance(data.get("function"), dict) else data
        schema = flat.get("parameters") or flat.get("input_schema") or flat.get("inputSchema") or {}
        return {"name": flat.get("name"), "description": flat.get("description") or "", "parameters": schema}


class Message(Noun):
    """One message of a conversation: ``role`` user/assistant, ``type`` human/ai, or only the ``agent`` that spoke."""

    role: str
    content: str = ""
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _read_styles(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        name = data.get("name") or data.get("agent")
        role = data.get("role") or data.get("type") or _role_of(name)
        calls = data.get("tool_calls") or ()
        return {
            **data,
            "role": _ROLES.get(role, role),
            "name": name,
            "content": as_text(data.get("content")),
            "tool_calls": calls,
        }


def _role_of(name: Any) -> str:
    """The role of a message that only names its speaker, as traces of several agents do."""
    return "assistant" if isinstance(name, str) and name.lower() not in ("human", "user", "user_proxy") else "user"


class Item(Noun):
    """What is analysed.

    ``input`` and ``output`` are texts and may be empty; ``None`` means "not given" everywhere else, so ``context=()``
    says that retrieval returned nothing and ``tool_calls=()`` that no tool was called. ``extra`` keeps unknown keys.
    """

    input: str
    output: str
    id: str | None = None
    context: tuple[str, ...] | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    tools: tuple[ToolSchema, ...] | None = None
    expected: str | tuple[str, ...] | None = None
    system_prompt: str | None = None
    output_schema: dict[str, Any] | bool | None = None
    conversation: tuple[Message, ...] | None = None
    trace_id: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _keep_unknown(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        unknown = {key: value for key, value in data.items() if key not in cls.model_fields}
        return {**data, "extra": {**(data.get("extra") or {}), **unknown}} if unknown else data

    @field_validator("input", "output", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return as_text(value) if isinstance(value, (dict, list)) else value

    @field_validator("id", "trace_id", mode="before")
    @classmethod
    def _identifier(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("context", mode="before")
    @classmethod
    def _passages(cls, value: Any) -> Any:
        if isinstance(value, str):
            return (value,) if value.strip() else ()
        return tuple(as_text(part) for part in value) if isinstance(value, list) else value

    @field_validator("expected", mode="before")
    @classmethod
    def _expected(cls, value: Any) -> Any:
        if isinstance(value, (int, float, bool, dict)):
            return as_text(value)
        return tuple(as_text(part) for part in value) if isinstance(value, list) else value

    @field_validator("output_schema", mode="before")
    @classmethod
    def _schema(cls, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("metadata", mode="before")
    @classmethod
    def _metadata(cls, value: Any) -> Any:
        return {} if value is None else value


def as_text(value: Any) -> str:
    """Any JSON value as the text a reader would see: texts as they are, content parts joined, the rest as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        for key in _TEXT_KEYS:
            if isinstance(value.get(key), str):
                return str(value[key])
    if isinstance(value, list) and value and all(isinstance(part, dict) and "text" in part for part in value):
        return "\n".join(as_text(part) for part in value)
    return json.dumps(value, ensure_ascii=False)


def read_tool_call(data: dict[str, Any]) -> dict[str, Any]:
    """A tool call of any style as the fields of ToolCall; the input is not changed."""
    flat = data["function"] if isinstance(data.get("function"), dict) else data
    arguments: Any = {}
    for key in ("arguments", "args", "parameters", "input"):
        if flat.get(key) is not None:
            arguments = flat[key]
            break
    raw = data.get("raw_arguments")
    if isinstance(arguments, str):
        arguments, raw = _parse_arguments(arguments)
    result = next((data[key] for key in ("result", "output", "response") if data.get(key) is not None), None)
    error = data.get("error")
    return {
        "name": flat.get("name") or data.get("name"),
        "arguments": arguments,
        "raw_arguments": raw,
        "id": data.get("id") or data.get("tool_call_id"),
        "result": None if result is None else as_text(result),
        "error": None if error in (None, False, "") else as_text(error),
    }


def _parse_arguments(text: str) -> tuple[dict[str, Any], str | None]:
    if not text.strip():
        return {}, None
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}, text
    return (parsed, None) if isinstance(parsed, dict) else ({}, text)
