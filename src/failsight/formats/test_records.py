"""An upload of test runs, tests and results: JSON Lines with a ``type``, or one JSON object of three lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from pydantic_core import from_json

from failsight.formats.decoding import decode
from failsight.formats.json_stream import BadJson, JsonStream, parse_json
from failsight.formats.lines import split_lines
from failsight.model.run import RecordError

HEAD = 1 << 12
LISTS = {"test_runs": "test_run", "tests": "test", "test_results": "test_result"}
_DOCUMENT = re.compile(r'\s*\{\s*(\}|"(test_runs|tests|test_results)"\s*:\s*\[)')


class TypedRecord(NamedTuple):
    """One record: ``kind`` is test_run, test or test_result."""

    line: int
    kind: str
    fields: dict[str, Any]


def read_test_records(chunks: Iterable[bytes], name: str) -> Iterator[TypedRecord | RecordError]:
    """Records in their order, plain or gzip; memory holds one at a time. Raises UnreadableFile for other kinds of file
    and for a damaged archive; a broken record is a RecordError with its line."""
    pieces = decode(chunks, name)
    head = ""
    for piece in pieces:
        head += piece
        if len(head.lstrip()) >= HEAD:
            break
    whole = chain([head], pieces)
    return _document(JsonStream(whole)) if _DOCUMENT.match(head) else _lines(whole)


def _lines(pieces: Iterable[str]) -> Iterator[TypedRecord | RecordError]:
    for line, text in enumerate(split_lines(pieces), start=1):
        if not text or text.isspace():
            continue
        try:
            value = _parse(text, line)
        except BadJson as bad:
            yield _error(bad.line, bad.problem)
            continue
        kind = value.get("type") if isinstance(value, dict) else None
        if kind in ("test_result", "test", "test_run"):
            yield TypedRecord(line, kind, value)
        else:
            yield _error(line, 'every line must be an object with "type": "test_run", "test" or "test_result"')


def _parse(text: str, line: int) -> Any:
    """The line's value: quickly when nothing is odd about it, else with care, and with an error that helps."""
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError:
        return parse_json(text, line)


def _document(stream: JsonStream) -> Iterator[TypedRecord | RecordError]:
    try:
        stream.peek()
        stream.take()
        while (sign := stream.peek()) != "}":
            if sign == ",":
                stream.take()
                continue
            if sign != '"':
                raise BadJson(stream.line, "expected a quoted key or '}'")
            key = stream.element().value
            if stream.peek() != ":":
                raise BadJson(stream.line, f"expected ':' after \"{key}\"")
            stream.take()
            if key in LISTS and stream.peek() == "[":
                stream.take()
                yield from _list(stream, LISTS[key])
            elif stream.peek():
                line = stream.line
                stream.element()
                yield _error(line, f"'{key}' is none of the lists test_runs, tests, test_results")
    except BadJson as bad:
        yield _error(bad.line, bad.problem)


def _list(stream: JsonStream, kind: str) -> Iterator[TypedRecord | RecordError]:
    while (sign := stream.peek()) != "]":
        if not sign:
            raise BadJson(stream.line, "the document ends inside a list; it may be cut off")
        if sign == ",":
            stream.take()
            continue
        if sign in "}:":
            raise BadJson(stream.line, f"'{sign}' stands between two records")
        try:
            line, value = stream.element()
        except BadJson as bad:
            if bad.fatal:
                raise
            yield _error(bad.line, bad.problem)
            continue
        yield TypedRecord(line, kind, value) if isinstance(value, dict) else _error(line, "a record must be an object")
    stream.take()


def _error(line: int, problem: str) -> RecordError:
    return RecordError(line=line, message=f"line {line}: {problem}.")
