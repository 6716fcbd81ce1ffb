"""An upload of test runs, tests and results: JSON Lines with a ``type``, or one JSON object of three lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from pydantic_core import from_json

from failsight.errors import UnreadableFile
from failsight.formats.decoding import decode
from failsight.formats.json_stream import BadJson, JsonStream, parse_json
from failsight.formats.lines import split_lines
from failsight.model.run import RecordError

HEAD = 1 << 12
MAX_LINE = 1 << 26
PACKED_RATIO = 200
PACKED_SLACK = 1 << 26
LISTS = {"test_runs": "test_run", "tests": "test", "test_results": "test_result"}
_DOCUMENT = re.compile(r'\s*\{\s*(\}|"(test_runs|tests|test_results)"\s*:\s*\[)')


class TypedRecord(NamedTuple):
    """One record: ``kind`` is test_run, test or test_result."""

    line: int
    kind: str
    fields: dict[str, Any]


def read_test_records(chunks: Iterable[bytes], name: str) -> Iterator[TypedRecord | RecordError]:
    """Records in their order, plain or gzip; memory holds one at a time. Raises UnreadableFile for other kinds of file,
    for a damaged archive and for one that swells beyond measure; a broken record is a RecordError with its line."""
    pieces = _within_measure(chunks, name)
    head = ""
    for piece in pieces:
        head += piece
        if len(head.lstrip()) >= HEAD:
            break
    whole = chain([head], pieces)
    return _document(JsonStream(whole)) if _DOCUMENT.match(head) else _lines(_with_short_lines(whole, name))


def _within_measure(chunks: Iterable[bytes], name: str) -> Iterator[str]:
    """The text, as long as it is not much longer than what it is packed in."""
    taken = given = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for chunk in chunks:
            taken += len(chunk)
            yield chunk

    for piece in decode(counted(), name):
        given += len(piece)
        if given > PACKED_SLACK + PACKED_RATIO * taken:
            raise _too_much(name, f"it unpacks to more than {PACKED_RATIO} times its size")
        yield piece


def _with_short_lines(pieces: Iterable[str], name: str) -> Iterator[str]:
    length = 0
    for piece in pieces:
        end = piece.rfind("\n")
        length = length + len(piece) if end < 0 else len(piece) - end - 1
        if length > MAX_LINE:
            raise _too_much(name, f"a line is longer than {MAX_LINE >> 20} million characters")
        yield piece


def _too_much(name: str, problem: str) -> UnreadableFile:
    return UnreadableFile(path=name, problem=problem, fix="Send it in smaller parts, less tightly packed.")


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
