"""Validation against JSON Schema: compiled once per schema, offline, and safe from patterns that never end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from jsonschema import (
    Draft3Validator,
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
    FormatChecker,
    SchemaError,
    ValidationError,
    validators,
)
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing.exceptions import Unresolvable

from failsight.engine.value import value_class

Schema = dict[str, Any] | bool
_DRAFTS = {
    "draft-03": Draft3Validator,
    "draft-04": Draft4Validator,
    "draft-06": Draft6Validator,
    "draft-07": Draft7Validator,
    "2019-09": Draft201909Validator,
    "2020-12": Draft202012Validator,
}
_FORMATS = FormatChecker(formats=("date", "email", "ipv4", "ipv6", "uuid"))
_LONGEST_MATCHED = 5_000
_ATOM = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|\((?:\?[:=!]|\?P?<\w+>)?|[^)\\]", re.S)
_QUANTIFIER = re.compile(r"(?P<open>[*+]|\{\d+,\})[?+]?|\?|\{\d+(?:,\d+)?\}")


class Undecidable(Exception):
    """The schema cannot be used, or not on this value; the message says why."""


@value_class
class SchemaViolation:
    """One broken rule. ``path`` is a JSON path (``$.items[0].price``), ``key`` the last property name on it."""

    path: str
    message: str
    key: str | None


def violations(schema: Schema, value: Any, *, limit: int = 5) -> list[SchemaViolation]:
    """The first rules that a value breaks; raises Undecidable."""
    try:
        validator = _compiled(json.dumps(schema, sort_keys=True))
        return [_violation(error) for error in islice(validator.iter_errors(value), limit)]
    except Unresolvable as missing:
        raise Undecidable(f"the schema refers to something that is not in it: {missing}") from missing
    except SchemaError as broken:
        raise Undecidable(f"the schema is not valid: {broken.message[:200]} at {broken.json_path}") from broken
    except RecursionError as deep:
        raise Undecidable("the schema or the value is nested too deeply") from deep
    except (re.error, TypeError, ValueError, OverflowError) as odd:
        raise Undecidable(f"the schema cannot be used: {odd}") from odd


@lru_cache(maxsize=256)
def _compiled(text: str) -> Any:
    """A validator of a schema in its JSON text; raises SchemaError, Undecidable."""
    schema = json.loads(text)
    named = str(schema.get("$schema", "")) if isinstance(schema, dict) else ""
    draft = next((draft for name, draft in _DRAFTS.items() if name in named), Draft202012Validator)
    draft.check_schema(schema)
    return safe_validator(schema, draft, _FORMATS)


def safe_validator(schema: Any, draft: Any = Draft202012Validator, formats: FormatChecker | None = None) -> Any:
    """A validator that never asks the network for a reference and never loops in a pattern; it raises Undecidable
    instead, here or while it validates."""
    for pattern in _property_patterns(schema):
        if explodes(pattern):
            raise Undecidable(f"the pattern {pattern[:80]!r} could take for ever to match")
    guarded: Any = validators.extend(draft, {"pattern": _match_pattern})  # type: ignore[no-untyped-call]
    return guarded(schema, registry=REGISTRY, format_checker=formats)


def explodes(pattern: str) -> bool:
    """Whether a pattern repeats a group that is itself made of nothing but repeated parts, like ``(a+)+``."""
    groups: list[list[bool | None]] = []
    position = 0
    while position < len(pattern):
        closing = pattern[position] == ")"
        atom = None if closing else _ATOM.match(pattern, position)
        if not closing and atom is not None and atom.group()[0] == "(":
            groups.append([])
            position = atom.end()
            continue
        end = position + 1 if atom is None else atom.end()
        quantifier = _QUANTIFIER.match(pattern, end)
        inside = groups.pop() if closing and groups else []
        unbounded = quantifier is not None and quantifier["open"] is not None
        if unbounded and closing and any(inside) and None not in inside:
            return True
        if groups:
            nested = closing and any(inside) and None not in inside
            groups[-1].append((unbounded or nested) if quantifier is not None or nested else None)
        position = end if quantifier is None else quantifier.end()
    return False


def _match_pattern(validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "string"):
        return
    if explodes(pattern) or (len(value) > _LONGEST_MATCHED and re.search(r"[*+}]", pattern)):
        raise Undecidable(f"the pattern {pattern[:80]!r} could take too long on a text of {len(value)} characters")
    if not re.search(pattern, value):
        yield ValidationError(f"{value[:80]!r} does not match {pattern[:80]!r}")


def _property_patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        named = schema.get("patternProperties")
        if isinstance(named, dict):
            yield from named
        for part in schema.values():
            yield from _property_patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _property_patterns(part)


def _violation(error: Any) -> SchemaViolation:
    names = [part for part in error.absolute_path if isinstance(part, str)]
    return SchemaViolation(error.json_path, error.message[:300], names[-1] if names else None)
