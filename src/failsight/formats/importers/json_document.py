"""JSON: an array of records, an object that holds such an array, one record, or several of these in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from failsight.formats.importer import Importer, RawRecord, as_record
from failsight.formats.json_stream import BadJson, Element, JsonStream
from failsight.formats.record import names_text_field
from failsight.model.run import RecordError

CONTAINERS = frozenset({"items", "data", "dataset", "records", "examples", "rows", "samples", "test_cases"})


class JsonDocument(Importer):
    """Read record by record, so a big array needs no more memory than its biggest record."""

    name = "json"
    extensions = (".json",)

    def read(self, pieces: Iterable[str], name: str) -> Iterator[RawRecord | RecordError]:  # noqa: ARG002
        stream = JsonStream(pieces)
        while sign := stream.peek():
            try:
                if sign == "[":
                    stream.take()
                    yield from _array(stream)
                elif sign == "{":
                    yield from _object(stream)
                else:
                    raise BadJson(stream.line, f"expected '[' or '{{', found '{sign}'", fatal=True)
            except BadJson as bad:
                yield RecordError(line=bad.line, message=f"line {bad.line}: {bad.problem}.")
                return


def _array(stream: JsonStream) -> Iterator[RawRecord | RecordError]:
    """The elements after an opening bracket, the closing one consumed; broken ones become errors."""
    while (sign := stream.peek()) != "]":
        if not sign:
            raise BadJson(stream.line, "the file ends inside the list; it may be cut off", fatal=True)
        if sign == ",":
            stream.take()
            continue
        if sign in "}:":
            yield _error(BadJson(stream.line, f"not valid JSON: '{sign}' stands between two records"))
            stream.take()
            stream.resume()
            continue
        try:
            yield as_record(*stream.element())
        except BadJson as bad:
            if bad.fatal:
                raise
            yield _error(bad)
    stream.take()


def _object(stream: JsonStream) -> Iterator[RawRecord | RecordError]:
    """An object: the records of the list it holds, or else itself as the one record."""
    line, fields, held = stream.line, dict[str, Any](), False
    stream.take()
    while (sign := stream.peek()) != "}":
        if sign == ",":
            stream.take()
            continue
        if sign != '"':
            found = f"'{sign}'" if sign else "the end of the file"
            raise BadJson(stream.line, f"not valid JSON: expected a quoted key or '}}', found {found}", fatal=True)
        key = stream.element().value
        if stream.peek() != ":":
            raise BadJson(stream.line, f"not valid JSON: expected ':' after \"{key}\"", fatal=True)
        stream.take()
        sign = stream.peek()
        if not sign:
            raise BadJson(stream.line, "the file ends inside an object; it may be cut off", fatal=True)
        if sign == "[" and key.lower() in CONTAINERS and not held and not any(map(names_text_field, fields)):
            stream.take()
            if stream.peek() in "{]":
                held = True
                yield from _array(stream)
            else:
                fields[key] = [element.value for element in _plain_list(stream)]
        else:
            fields[key] = stream.element().value
    stream.take()
    if not held:
        yield RawRecord(line, fields)


def _plain_list(stream: JsonStream) -> Iterator[Element]:
    while (sign := stream.peek()) != "]":
        if not sign:
            raise BadJson(stream.line, "the file ends inside the list; it may be cut off", fatal=True)
        if sign == ",":
            stream.take()
        else:
            yield stream.element()
    stream.take()


def _error(bad: BadJson) -> RecordError:
    return RecordError(line=bad.line, message=f"line {bad.line}: {bad.problem}.")
