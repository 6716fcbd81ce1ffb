"""What of an item a judge gets to see, never its id, metadata, labels or unknown keys; long texts lose their middle.

A cut leaves the first three fifths and the last two fifths of what fits, says so in the text, and is listed in
``Shown.cuts``. The budget is shared so that every text is either whole or as long as the longest that fits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from failsight.engine.judging.defuse import encode_fields, marker_of
from failsight.model.item import Item, Message, ToolCall

ITEM_CHARS = 48_000
LEAST_CHARS = 200
HEAD_SHARE = 0.6
ALWAYS = ("system_prompt", "conversation", "input", "context", "tools", "tool_calls", "output")
ON_DEMAND = ("expected", "output_schema")


@dataclass(frozen=True, slots=True)
class Cut:
    """What was left out: ``field`` is the item's field, ``what`` says in words which part."""

    field: str
    what: str


@dataclass(frozen=True, slots=True)
class Shown:
    """text: the JSON that the judge reads. marker: names this text and is not in it. texts: every text of the item that
    it comes from, whole, by its place (``output``, ``context[2]``, ``tool_calls[0].result``). cuts: what was left out.
    """

    text: str
    marker: str
    texts: dict[str, str]
    cuts: tuple[Cut, ...]

    def cut_of(self, fields: Iterable[str]) -> str | None:
        """In words, what is missing of these fields; None when they are whole."""
        wanted = set(fields)
        missing = [cut.what for cut in self.cuts if cut.field in wanted]
        return "; ".join(missing[:4]) + ("; and more" if len(missing) > 4 else "") if missing else None


def show(item: Item, extra: Iterable[str] = (), budget: int = ITEM_CHARS) -> Shown:
    """The item as data for a judge. extra: fields of ``ON_DEMAND`` that a rubric asks for. budget: characters of
    judged text in all, before it is written as JSON."""
    names = [name for name in ALWAYS if getattr(item, name) is not None]
    names += [name for name in ON_DEMAND if name in set(extra) and getattr(item, name) is not None]
    cuts: list[Cut] = []
    fields = {name: _thinned(name, _plain(getattr(item, name)), len(names), budget, cuts) for name in names}
    lengths = [len(_text(leaf)) for name in names for leaf in _leaves(fields[name])]
    cap = _cap(sorted(lengths), budget)
    texts: dict[str, str] = {}
    for name in names:
        fields[name] = _cutting(fields[name], name, lambda leaf, place: _fit(leaf, place, cap, cuts, texts))
    text = encode_fields(fields)
    return Shown(text, marker_of(text), texts, tuple(cuts))


class _Blob:
    """A JSON value that is cut as one text."""

    def __init__(self, value: Any) -> None:
        self.value = value


class _Skipped:
    """Stands for ``count`` entries of a list that were left out."""

    def __init__(self, count: int) -> None:
        self.count = count


def _plain(value: Any) -> Any:
    """An item's field as lists, dicts, texts and blobs."""
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Message):
        calls = [_plain(call) for call in value.tool_calls]
        full: dict[str, Any] = {
            "role": value.role,
            "name": value.name,
            "content": value.content,
            "tool_calls": calls or None,
        }
        return {key: part for key, part in full.items() if part is not None}
    if isinstance(value, ToolCall):
        given = value.raw_arguments if value.raw_arguments is not None else _Blob(value.arguments)
        full = {"name": value.name, "arguments": given, "result": value.result, "error": value.error}
        return {key: part for key, part in full.items() if part is not None}
    if isinstance(value, (str, type(None))):
        return value
    if hasattr(value, "parameters"):
        return {"name": value.name, "description": value.description, "parameters": _Blob(value.parameters)}
    return _Blob(value)


def _thinned(name: str, value: Any, fields: int, budget: int, cuts: list[Cut]) -> Any:
    """A list with so many entries that each would get too little room loses its middle ones."""
    room = max(4, budget // LEAST_CHARS // fields)
    if not isinstance(value, list) or len(value) <= room:
        return value
    head = round(room * HEAD_SHARE)
    gone = len(value) - room
    cuts.append(Cut(name, f"entries {head} to {head + gone - 1} of {name}"))
    return [*value[:head], _Skipped(gone), *value[head + gone :]]


def _leaves(value: Any) -> Iterable[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part)
    elif not isinstance(value, _Skipped):
        yield value


def _text(leaf: Any) -> str:
    if isinstance(leaf, _Blob):
        return json.dumps(leaf.value, ensure_ascii=False)
    return str(leaf)


def _cap(lengths: list[int], budget: int) -> int | None:
    """The longest that a text may be so that all together fit, None when they fit as they are."""
    if sum(lengths) <= budget:
        return None
    left = budget
    for place, length in enumerate(lengths):
        share = left // (len(lengths) - place)
        if length > share:
            return max(share, LEAST_CHARS)
        left -= length
    return None


def _cutting(value: Any, place: str, fit: Callable[[Any, str], Any]) -> Any:
    if isinstance(value, list):
        made, index = [], 0
        for part in value:
            if isinstance(part, _Skipped):
                made.append(f"[... {part.count} entries left out here ...]")
                index += part.count
            else:
                made.append(_cutting(part, f"{place}[{index}]", fit))
                index += 1
        return made
    if isinstance(value, dict):
        return {key: _cutting(part, f"{place}.{key}", fit) for key, part in value.items()}
    return fit(value, place)


def _fit(leaf: Any, place: str, cap: int | None, cuts: list[Cut], texts: dict[str, str]) -> Any:
    text = _text(leaf)
    texts[place] = text
    if cap is None or len(text) <= cap:
        return leaf.value if isinstance(leaf, _Blob) else leaf
    head = round(cap * HEAD_SHARE)
    end = len(text) - (cap - head)
    cuts.append(Cut(place.partition("[")[0].partition(".")[0], f"characters {head} to {end} of {place}"))
    return f"{text[:head]} [... {end - head} characters left out here ...] {text[end:]}"
