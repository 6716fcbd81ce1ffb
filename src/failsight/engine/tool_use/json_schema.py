"""Checks of a call's arguments against the tool's schema, in whichever dialect the schema is written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jsonschema.exceptions import UnknownType, ValidationError
from referencing.exceptions import Unresolvable

from failsight.engine.structured.schema import Undecidable, safe_validator
from failsight.engine.value import value_class

_UNUSABLE = (
    Undecidable, Unresolvable, UnknownType, RecursionError, ValueError, TypeError, AttributeError, KeyError, re.error
)  # fmt: skip

_TYPES = {
    **dict.fromkeys(("dict", "dictionary", "object", "hashmap", "map", "json", "struct"), "object"),
    **dict.fromkeys(("float", "double", "number", "decimal", "numeric"), "number"),
    **dict.fromkeys(("int", "integer", "long", "short"), "integer"),
    **dict.fromkeys(("list", "tuple", "array", "arraylist", "sequence", "set"), "array"),
    **dict.fromkeys(("str", "string", "text", "char"), "string"),
    **dict.fromkeys(("bool", "boolean"), "boolean"),
    **dict.fromkeys(("null", "none", "nonetype"), "null"),
}
_IN_JSON = json.JSONEncoder(ensure_ascii=False)
_NESTED = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_NESTED_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_NESTED_MAPS = ("properties", "$defs", "definitions", "patternProperties")


@value_class
class Problem:
    """One way in which arguments break a schema. ``kind``: missing, unknown, type, enum, value."""

    kind: str
    path: str
    message: str


@value_class
class ArgumentSchema:
    """A tool's parameters, normalised to JSON Schema 2020-12; ``validator`` is None when they are unusable."""

    schema: dict[str, Any]
    validator: Any

    @property
    def properties(self) -> dict[str, Any]:
        found = self.schema.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def required(self) -> frozenset[str]:
        return frozenset(self.schema.get("required") or ())

    def check(self, arguments: Mapping[str, Any]) -> tuple[list[Problem], bool]:
        """All problems, in reading order, and whether the schema can judge these arguments at all: it is usable, refers
        to nothing outside itself, and has no pattern that could take for ever."""
        if self.validator is None:
            return [], False
        given = {k: v for k, v in arguments.items() if v is not None or k in self.required}
        try:
            errors = list(self.validator.iter_errors(given))
        except _UNUSABLE:
            return self._unknown(arguments), self._decides(arguments)
        problems = [problem for error in errors[:20] if (problem := _read(error)) is not None]
        return [*self._unknown(arguments), *problems], len(given) == len(arguments) or self._decides(arguments)

    def _decides(self, arguments: Mapping[str, Any]) -> bool:
        try:
            return self.validator.is_valid(dict(arguments)) in {True, False}
        except _UNUSABLE:
            return False

    def _unknown(self, arguments: Mapping[str, Any]) -> list[Problem]:
        """Arguments the tool does not have; a schema without properties, or an open one, knows none."""
        if not self.properties or "additionalProperties" in self.schema or "patternProperties" in self.schema:
            return []
        known = ", ".join(list(self.properties)[:12])
        return [
            Problem("unknown", name, f"there is no argument {name!r}; the tool takes {known}")
            for name in arguments
            if name not in self.properties
        ]


def argument_schema(parameters: Mapping[str, Any]) -> ArgumentSchema:
    """The schema object for a tool's ``parameters``, built once for equal contents (the last 512 are kept)."""
    try:
        return _build(_IN_JSON.encode(parameters))
    except (TypeError, ValueError, RecursionError):
        return ArgumentSchema({}, None)


@lru_cache(maxsize=512)
def _build(text: str) -> ArgumentSchema:
    raw = json.loads(text)
    if raw and not isinstance(raw.get("properties"), dict) and not {"type", "anyOf", "oneOf", "$ref"} & set(raw):
        raw = {"type": "object", "properties": raw}
    schema = _normalise(raw) if raw else {}
    if not isinstance(schema, dict):
        return ArgumentSchema({}, None)
    try:
        return ArgumentSchema(schema, safe_validator(schema))
    except Undecidable:
        return ArgumentSchema(schema, None)


def _normalise(node: Any) -> Any:
    """A schema with standard type names, list-valued ``required`` and no annotation that breaks validation."""
    if not isinstance(node, dict):
        return node if isinstance(node, bool) else {}
    out = dict(node)
    _normalise_type(out)
    for key in _NESTED:
        if key in out:
            out[key] = _normalise(out[key])
    for key in _NESTED_LISTS:
        if isinstance(out.get(key), list):
            out[key] = [_normalise(part) for part in out[key]]
    for key in _NESTED_MAPS:
        if isinstance(out.get(key), dict):
            out[key] = {name: _normalise(part) for name, part in out[key].items()}
    _normalise_required(out, node)
    if not isinstance(out.get("enum", []), list) or out.get("enum") == []:
        out.pop("enum")
    return out


def _normalise_type(out: dict[str, Any]) -> None:
    kind = out.get("type")
    names = kind if isinstance(kind, list) else [kind]
    known = [_TYPES.get(str(name).lower().partition("[")[0].partition("<")[0]) for name in names]
    if kind is None or None in known:
        out.pop("type", None)
        return
    if out.get("nullable") or ("default" in out and out["default"] is None):
        known.append("null")
    out["type"] = list(dict.fromkeys(known)) if len(set(known)) > 1 else known[0]


def _normalise_required(out: dict[str, Any], node: Mapping[str, Any]) -> None:
    """``required`` as a list of names that exist; the old style marks each property instead."""
    properties = node.get("properties")
    marked = [
        name
        for name, part in (properties.items() if isinstance(properties, dict) else ())
        if isinstance(part, dict) and part.get("required") is True
    ]
    listed = out.pop("required", None)
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else marked
    if names:
        out["required"] = list(dict.fromkeys(names))


def _read(error: ValidationError) -> Problem | None:
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "required":
        missing = error.message.split("'")[1] if "'" in error.message else error.message
        return Problem("missing", f"{path}.{missing}".lstrip("."), f"the required argument {missing!r} is missing")
    shown = json.dumps(error.instance, ensure_ascii=False, default=str)[:80]
    if error.validator == "type":
        wanted = error.validator_value
        names = " or ".join(wanted) if isinstance(wanted, list) else wanted
        return Problem("type", path, f"{shown} is not of type {names}")
    if error.validator == "enum":
        allowed = list(error.schema.get("enum", ())) if isinstance(error.schema, dict) else []
        if isinstance(error.instance, str) and error.instance.lower() in {str(a).lower() for a in allowed}:
            return None
        listed = ", ".join(json.dumps(a, ensure_ascii=False, default=str) for a in allowed[:8])
        return Problem("enum", path, f"{shown} is none of the allowed values {listed}")
    return Problem("value", path, f"{shown} breaks the rule {error.validator} = {str(error.validator_value)[:60]}")
