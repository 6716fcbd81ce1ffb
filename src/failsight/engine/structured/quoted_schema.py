"""A JSON Schema that stands in a prompt which asks the output to follow it."""

from __future__ import annotations

import json
import re
from typing import Any

_ASKED = re.compile(
    r"\b(?:json[ -]?schema|(?:match|validat\w+|conform\w*|adher\w+|according|follow\w*|"
    r"compl\w+)\b[^{]{0,80}\bschema)\b[^{]{0,200}\{",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:write|create|generate|explain|design|fix|convert|improve|review|draft|"
    r"define)\b[^{.:]{0,40}\bjson[ -]?schema\b",
    re.I,
)
_ONLY = re.compile(
    r"\b(?:nothing else|no other text|no (?:additional|extra|surrounding) text|"
    r"without (?:any )?(?:other|additional|extra|markdown|code)|"
    r"only (?:a |the |with |valid |raw |one |single )*json|json(?: object)? only|"
    r"no (?:markdown|code fences?|explanations?|prose|preamble)|"
    r"do not (?:include|add|wrap|output|write)\b[^.]{0,40}(?:else|other|markdown|fence|"
    r"explanation|text)|raw json|directly parsable|nichts anderes|nur json)\b",
    re.I,
)
_MARKS = ("properties", "$schema", "items", "$ref", "enum", "anyOf", "oneOf", "allOf", "required")


def quoted_schema(prompt: str) -> dict[str, Any] | None:
    """The schema, or None when there is none or the prompt is about something else."""
    if "schema" not in prompt and "Schema" not in prompt:
        return None
    asked = _ASKED.search(prompt)
    if asked is None or _ABOUT.search(prompt):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(prompt, asked.end() - 1)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return value if "type" in value or any(mark in value for mark in _MARKS) else None


def demands_nothing_else(prompt: str) -> bool:
    """Whether the prompt wants the JSON alone, so that even a code fence around it is against the wish."""
    return _ONLY.search(prompt[:20_000]) is not None
