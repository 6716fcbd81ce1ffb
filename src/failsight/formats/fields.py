"""The fields of a record: what other tools call them, what each may hold, and what to write where one is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

ALIASES: Mapping[str, tuple[str, ...]] = {
    "input": ("question", "prompt", "query", "user_input", "instruction"),
    "output": ("answer", "response", "completion", "assistant_response", "prediction", "actual_output"),
    "context": ("contexts", "documents", "retrieved_contexts", "retrieval_context", "passages"),
    "expected": ("reference", "ground_truth", "expected_output", "target"),
    "tools": ("expected_tools", "available_tools", "functions"),
    "conversation": ("messages", "trace"),
    "output_schema": ("schema", "response_format"),
}
"""Names read as a field when the field itself is absent; the first that is present wins."""

ALLOWED: Mapping[str, tuple[str, str]] = {
    "input": ("a text", 'write what the user asked as a text, or "" when nothing was asked'),
    "output": ("a text", 'write the answer as a text, or "" when the application answered nothing'),
    "id": ("a text or a whole number", "write the identifier as a text"),
    "trace_id": ("a text or a whole number", "write the identifier as a text"),
    "context": ("a text or a list of texts", 'write ["first passage", "second passage"]'),
    "tool_calls": ("a list of calls", 'write [{"name": "get_weather", "arguments": {"city": "Oslo"}}]'),
    "tools": ("a list of tool schemas", 'write [{"name": "get_weather", "parameters": {"type": "object", ...}}]'),
    "expected": ("a text or a list of texts", "write the expected answer as a text"),
    "system_prompt": ("a text", "write the system prompt as a text"),
    "output_schema": ("a JSON Schema object", 'write {"type": "object", "properties": {...}}'),
    "conversation": ("a list of messages", 'write [{"role": "user", "content": "..."}, ...]'),
    "metadata": ("an object", 'write {"model": "..."}'),
    "extra": ("an object", "leave it out; unknown fields are kept by themselves"),
}
"""Each field of an item: what it may hold, and an example of it as advice."""

_LOOKALIKES: Mapping[str, tuple[str, ...]] = {
    "input": ("user", "ask", "request", "user_message", "user_query", "task", "problem", "inputs"),
    "output": (
        "reply",
        "result",
        "text",
        "generated_text",
        "generation",
        "assistant",
        "bot",
        "model_output",
        "outputs",
    ),
}
"""Names that may mean a field but are too vague to be read as it; they are only suggested."""


def normal(name: str) -> str:
    """A field name the way it is compared: "Ground Truth" and "ground-truth" are ``ground_truth``."""
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def suggest(field: str, present: Iterable[str]) -> str | None:
    """The present name that most likely means ``field``, or None."""
    by_normal = {normal(name): name for name in present}
    wanted = (field, *ALIASES.get(field, ()), *_LOOKALIKES.get(field, ()))
    for name in wanted:
        if name in by_normal:
            return by_normal[name]
    close = [match for name in wanted for match in difflib.get_close_matches(name, by_normal, n=1, cutoff=0.75)]
    return by_normal[close[0]] if close else None


def describe(value: Any) -> str:
    """What was found, in words, never longer than a short line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value[:40]}{"…" if len(value) > 40 else ""}"' if value else "an empty text"
    if isinstance(value, Mapping):
        keys = ", ".join(str(key) for key in list(value)[:4])
        return f"an object with {keys}{', …' if len(value) > 4 else ''}" if value else "an empty object"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    return f"a {type(value).__name__}"
