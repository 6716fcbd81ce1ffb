"""How far an argument value rests on what was given: the measurements behind "nothing supports this value"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from failsight.engine.tool_use.given import Given, squeeze
from failsight.engine.tool_use.json_schema import ArgumentSchema
from failsight.engine.tool_use.places import is_region
from failsight.engine.tool_use.quantities import CONVERSIONS, close, derivable
from failsight.engine.tool_use.terms import STOP_WORDS, terms
from failsight.engine.value import value_class

_ISO_DATE = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2}))?")
_QUOTED = re.compile(r"['\"`‘“]([\w ./-]{2,30})['\"`’”]")
_LOCAL_DATE = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.]\d{4}\b")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::\d{2})?$")
_FILLERS = frozenset(
    ["dontcare", "any", "all", "none", "null", "default", "auto", "unknown", "not specified", "n a", "true", "false"]
)
_NO_VALUES = STOP_WORDS | {
    "calculate", "compute", "determine", "identify", "explain", "provide", "retrieve", "return", "search", "look",
    "hello", "hi", "hallo", "hey", "thanks", "thank", "d", "ll", "m", "re", "s", "t", "ve",
}  # fmt: skip
_SYMBOLS = re.compile(r"[=(){}*^/\\<>]")
MAX_LEAVES = 60


@value_class
class Leaf:
    """One scalar of a call's arguments. ``top`` is its top-level argument, ``siblings`` how many leaves that has."""

    path: str
    top: str
    value: Any
    spec: Mapping[str, Any]
    required: bool
    siblings: int


def leaves(arguments: Mapping[str, Any], schema: ArgumentSchema) -> list[Leaf]:
    """The scalars of the arguments, at most 60."""
    found: list[Leaf] = []
    for name, value in arguments.items():
        if value is None:
            continue
        spec = schema.properties.get(name)
        spec = spec if isinstance(spec, dict) else {}
        inner = list(_walk(name, value, spec))
        for path, scalar, inner_spec in inner:
            found.append(Leaf(path, name, scalar, inner_spec, name in schema.required, len(inner)))
        if len(found) >= MAX_LEAVES:
            break
    return found[:MAX_LEAVES]


def _walk(
    path: str, value: Any, spec: Mapping[str, Any], depth: int = 0
) -> Iterator[tuple[str, Any, Mapping[str, Any]]]:
    if depth > 5:
        return
    if isinstance(value, dict):
        properties = spec.get("properties")
        for name, part in value.items():
            inner = properties.get(name) if isinstance(properties, dict) else None
            yield from _walk(f"{path}.{name}", part, inner if isinstance(inner, dict) else {}, depth + 1)
    elif isinstance(value, list):
        items = spec.get("items")
        inner = {**items} if isinstance(items, dict) else {}
        inner.setdefault("description", spec.get("description", ""))
        for place, part in enumerate(value[:MAX_LEAVES]):
            yield from _walk(f"{path}[{place}]", part, inner, depth + 1)
    elif value is not None:
        yield path, value, spec


def measure(leaf: Leaf, base: Given) -> dict[str, float]:
    """The measurements of one leaf; absent names count as 0."""
    spec, value = leaf.spec, leaf.value
    description = str(spec.get("description", ""))
    out = {"bias": 1.0, "optional": float(not leaf.required), "in_list": float(leaf.siblings > 1)}
    if "default" in spec and _equal(spec["default"], value):
        out["default"] = 1.0
    if isinstance(value, str) and value.lower() in ("true", "false"):
        value = value.lower() == "true"
    if isinstance(value, bool):
        named = any(base.has_term(term) for term in terms(leaf.top) if len(term) > 3 and term not in STOP_WORDS)
        sort = f"boolean_{str(value).lower()}_{'named' if named else 'unnamed'}"
        out[sort] = 1.0
        out["boolean_false_denied"] = float(named and not value and base.negation)
    elif isinstance(value, (int, float)):
        out.update(_number(float(value), leaf, base, description))
    else:
        out.update(_text(str(value), leaf, base, description))
    if not base.english:
        out["foreign"] = 1.0
    return out


def _number(value: float, leaf: Leaf, base: Given, description: str) -> dict[str, float]:
    out = {"number": 1.0}
    stated = base.numbers
    if any(close(abs(value), abs(known)) for known in stated):
        out["number_stated"] = 1.0
        return out
    if any(close(value * 100, k) or close(value, k * 100) for k in stated):
        out["number_percent"] = 1.0
    elif any(close(value * f, k) or close(value, k * f) for k in stated for f in CONVERSIONS):
        out["number_converted"] = 1.0
    elif derivable(value, set(stated)):
        out["number_derived"] = 1.0
    else:
        out["number_strange"] = 1.0
    out["number_small"] = float(value in (0.0, 1.0))
    out["number_small_required"] = float(value in (0.0, 1.0) and leaf.required)
    out["number_two"] = float(value == 2.0)
    out["number_described"] = float(bool(re.search(rf"(?<![\d.]){re.escape(f'{value:g}')}(?![\d.])", description)))
    out["number_unset"] = float(not stated)
    return out


def _text(value: str, leaf: Leaf, base: Given, description: str) -> dict[str, float]:
    out = {"text": 1.0}
    phrase = squeeze(value)
    options = leaf.spec.get("enum")
    listed = isinstance(options, list)
    if not phrase.strip():
        return out | {"text_blank": 1.0}
    if phrase.strip() in _FILLERS:
        return out | {"text_filler": 1.0}
    if not listed and len(value) > 1 and all(term in _NO_VALUES for term in phrase.split()):
        return out | {"text_function_word": 1.0}
    date, clock = _ISO_DATE.match(value.strip()), _CLOCK.match(value.strip())
    if date:
        return out | _date(int(date.group(2)), int(date.group(3)), base)
    local = _LOCAL_DATE.match(value.strip())
    if local and not base.has_phrase(phrase):
        first, second = int(local.group(1)), int(local.group(2))
        month_first = second > 12 or (first <= 12 and base.has_date(first, second))
        return out | _date(*((first, second) if month_first else (second, first)), base)
    if isinstance(options, list):
        out.update(_option(phrase, options, base))
    if base.has_phrase(phrase):
        return out | {"text_stated": 1.0}
    if clock:
        stated = base.has_clock(int(clock.group(1)), int(clock.group(2)))
        relative = float(base.relative_time)
        return {"text": 1.0, "clock": 1.0, "clock_strange": float(not stated), "date_relative": relative}
    return out | _unstated(value, phrase, base, description)


def _unstated(value: str, phrase: str, base: Given, description: str) -> dict[str, float]:
    """A text that does not stand anywhere as it is: how near something that does comes."""
    share, unsupported = _coverage(value, base)
    code = phrase.strip()
    quoted = {squeeze(other) for other in _QUOTED.findall(description)} - {phrase}
    named = any(base.has_phrase(other) for other in quoted if len(other) > 4)
    region = bool(unsupported) and share > 0 and all(is_region(term) for term in unsupported)
    return {
        "text_missing": 1.0 - share,
        "text_nothing": float(share == 0.0),
        "text_fuzzy": base.near(phrase),
        "text_words": min(6, len(phrase.split())) / 6,
        "text_described": float(code in squeeze(description)),
        "text_initials": float(share < 1 and base.has_initials(code.replace(" ", ""))),
        "text_code": float(bool(_SYMBOLS.search(value))),
        "text_digits": float(any(c.isdigit() for term in unsupported for c in term)),
        "text_region": float(region),
        "text_region_alone": float(share == 0 and is_region(code)),
        "text_region_other": float(share == 0 and is_region(code) and base.names_region()),
        "text_code_of": float(2 <= len(code) <= 5 and code.isalpha() and base.contracts_to(code)),
        "text_other_named": float(named),
        "text_capital": float(value[:1].isupper()),
    }


def _coverage(value: str, base: Given) -> tuple[float, list[str]]:
    """The share of the value's words that are given, by length, and those that are not."""
    parts = [term for term in terms(value) if term not in STOP_WORDS] or terms(value)
    if not parts:
        return 0.0, []
    missing = [term for term in parts if not _given_term(term, base)]
    total = sum(len(term) for term in parts)
    return 1.0 - sum(len(term) for term in missing) / total, missing


def _given_term(term: str, base: Given) -> bool:
    if term.isdigit():
        return term in base.words or float(term[:15]) in base.numbers
    return base.has_term(term)


def _option(phrase: str, options: list[Any], base: Given) -> dict[str, float]:
    """For a value out of a list: whether the request names another one and not this one."""
    squeezed = {squeeze(str(option)) for option in options} - {phrase}
    others = [other for other in squeezed if other.strip() and other.strip() not in _FILLERS]
    named = any(base.has_phrase(other) or all(base.has_term(term) for term in other.split()) for other in others)
    return {"option": 1.0, "option_other_named": float(named)}


def _date(month: int, day: int, base: Given) -> dict[str, float]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return {"date": 1.0, "date_invalid": 1.0}
    day_there = base.has_date(month, day)
    swapped = not day_there and day <= 12 and base.has_date(day, month)
    out = {"date": 1.0, "date_relative": float(base.relative_time)}
    out["date_day_missing"] = float(not day_there and not swapped and not base.relative_time)
    out["date_day_relative"] = float(not day_there and not swapped and base.relative_time)
    return out


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return float(left) == float(right)
    return str(left).lower() == str(right).lower()
