"""One record to one Item: known aliases, the user's field mapping, and errors that name item, field and fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from failsight.errors import InvalidInput, InvalidItem, UnknownName
from failsight.formats.cells import read_cell
from failsight.formats.fields import ALIASES, ALLOWED, describe, normal, suggest
from failsight.formats.json_stream import mended
from failsight.formats.messages import fill_from_conversation, schema_of
from failsight.formats.storable import FLATTEN, TOO_DEEP, is_too_deep
from failsight.model.item import Item

_FIELDS = frozenset(Item.model_fields)
_TEXTS = ("input", "output")
_TEXT_NAMES = frozenset(name for field in _TEXTS for name in (field, *ALIASES[field]))
_PARSED = ("tool_calls", "tools", "conversation", "metadata")


def read_item(record: Any, where: str) -> Item:
    """An Item from a mapping; raises InvalidItem naming ``where`` (such as ``line 3``), the field and the fix."""
    return RecordReader().read(record, where)


def parse_mapping(pairs: list[str]) -> dict[str, str]:
    """``["input=a.b", "output=c"]`` as a mapping of item field to path; raises InvalidInput or UnknownName."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, sign, path = (part.strip() for part in pair.partition("="))
        if not sign or not field or not path:
            fix = "Write FIELD=PATH, such as --map input=question or --map output=choices.0.message.content."
            raise InvalidInput(problem=f"'{pair}' is no field mapping", fix=fix)
        if field not in ALLOWED or field == "extra":
            raise UnknownName("item field", field, [name for name in ALLOWED if name != "extra"])
        mapping[field] = path
    return mapping


def names_text_field(key: str) -> bool:
    """Whether a key is the input or the output of a record, by its own name or an alias."""
    return normal(key) in _TEXT_NAMES


class RecordReader:
    """Reads records of one source. ``notes`` says once which other names were read as which field.

    mapping: item field to a dotted path in the record (``choices.0.message.content``); it wins over every name.
    cells: values come from table cells, so lists and objects stand in texts and an empty text means "not given".
    """

    def __init__(self, mapping: Mapping[str, str] | None = None, *, cells: bool = False) -> None:
        self.mapping = dict(mapping or {})
        self.cells = cells
        self.notes: dict[str, None] = {}
        self._renames: dict[tuple[str, ...], dict[str, str]] = {}

    def read(self, record: Any, where: str) -> Item:
        """The record as an Item; raises InvalidItem."""
        if not isinstance(record, Mapping):
            fix = 'write {"input": ..., "output": ...}'
            raise InvalidItem(
                where=where, field="(record)", problem=f"it is {describe(record)}, not an object", fix=fix
            )
        if is_too_deep(record):
            raise InvalidItem(where=where, field="(record)", problem=TOO_DEEP, fix=FLATTEN)
        fields = self._named(record)
        for field, path in self.mapping.items():
            self._map(record, fields, field, path, where)
        self._interpret(fields)
        for field in _TEXTS:
            if field not in fields:
                raise _missing(field, record, where)
            if isinstance(fields[field], (bool, int, float)):
                fields[field] = str(fields[field])
        return _validated(fields, where)

    def _named(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with the names of other tools replaced; the plan is made once for each set of keys."""
        keys = tuple(record)
        renames = self._renames.get(keys)
        if renames is None:
            renames = _plan(keys, self.mapping)
            if len(self._renames) < 1000:
                self._renames[keys] = renames
            for old, new in renames.items():
                if not isinstance(record[old], Mapping):
                    self.notes.setdefault(f"'{old}' is read as {new}")
        if not renames:
            return dict(record)
        fields = {renames.get(key, key): value for key, value in record.items()}
        if "conversation" not in record and isinstance(fields.get("conversation"), Mapping):
            return {key: value for key, value in fields.items() if key != "conversation"}  # a trace of another kind
        return fields

    def _map(self, record: Mapping[str, Any], fields: dict[str, Any], field: str, path: str, where: str) -> None:
        found, value, place = _follow(record, path)
        if found:
            fields[field] = value
        elif field in _TEXTS:
            raise InvalidItem(
                where=where,
                field=field,
                problem=f"--map points at '{path}', but {place}",
                fix="correct the path in --map",
            )
        else:
            fields.pop(field, None)

    def _interpret(self, fields: dict[str, Any]) -> None:
        """Texts that hold lists or objects, response formats, and a conversation that carries input and output."""
        if self.cells:
            for field in [name for name in fields if name in _FIELDS and name not in _TEXTS]:
                value = read_cell(field, fields[field])
                if value is None:
                    del fields[field]
                else:
                    fields[field] = value
        else:
            for field in _PARSED:
                if isinstance(fields.get(field), str):
                    fields[field] = read_cell(field, fields[field])
        if "output_schema" in fields:
            fields["output_schema"] = schema_of(fields["output_schema"])
        if isinstance(fields.get("conversation"), list):
            fill_from_conversation(fields)


def _plan(keys: tuple[str, ...], mapping: Mapping[str, str]) -> dict[str, str]:
    """Which keys of a record are renamed to which field."""
    renames: dict[str, str] = {}
    present = {normal(key): key for key in reversed(keys)}
    for field in _FIELDS:
        if field in keys or field in mapping:
            continue
        for name in (field, *ALIASES.get(field, ())):
            if name in present:
                renames[present[name]] = field
                break
    return renames


def _follow(record: Any, path: str) -> tuple[bool, Any, str]:
    """Whether the path exists, the value there, and where it ends otherwise."""
    if path in record:
        return True, record[path], ""
    value: Any = record
    for done, step in enumerate(path.split(".")):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.lstrip("-").isdigit() and -len(value) <= int(step) < len(value):
            value = value[int(step)]
        else:
            before = ".".join(path.split(".")[:done])
            return False, None, f"{repr(before) if before else 'the record'} is {describe(value)}"
    return True, value, ""


def _missing(field: str, record: Mapping[str, Any], where: str) -> InvalidItem:
    names = [str(name) for name in record]
    guess = suggest(field, names)
    if guess:
        fix = f"rename '{guess}' to {field}, or pass --map {field}={guess}"
    else:
        fix = f"add the field, or pass --map {field}=PATH with the path of the field that holds it"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return InvalidItem(
        where=where, field=field, problem=f"it is missing; this record has: {shown or 'nothing'}", fix=fix
    )


def _validated(fields: dict[str, Any], where: str) -> Item:
    try:
        return Item.model_validate(fields)
    except ValidationError as broken:
        if any(error["type"] == "string_unicode" for error in broken.errors()):
            return _validated(mended(fields), where)
        raise _wrong(broken, fields, where) from broken
    except ValueError as broken:
        problem = f"the record cannot be read ({broken})"
        raise InvalidItem(where=where, field="(record)", problem=problem, fix="correct the record") from broken


def _wrong(broken: ValidationError, fields: dict[str, Any], where: str) -> InvalidItem:
    """The first validation error in plain words: what was found, what is allowed, an example."""
    error = broken.errors()[0]
    place = [part for part in error["loc"] if part not in {"str", "tuple[str, ...]", "bool", "dict[str,any]"}]
    field = str(place[0]) if place else "(record)"
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    allowed, fix = ALLOWED.get(field, ("something else", "correct it"))
    whole = fields.get(field)
    if len(place) > 1 and error["type"] != "missing":
        problem = f"it holds {describe(error['input'])} at {path}; it must be {allowed}"
    elif len(place) > 1:
        problem = f"{path} is missing"
    else:
        problem = f"it is {describe(whole)}; it must be {allowed}"
    return InvalidItem(where=where, field=field, problem=problem, fix=fix)
