"""Uploads of test results: lines or one document, plain or gzip, in any pieces."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest

from failsight.errors import UnreadableFile
from failsight.formats.test_records import TypedRecord, read_test_records
from failsight.model.run import RecordError

DOCUMENT = {"test_runs": [{"id": "r"}], "tests": [{"id": "t"}], "test_results": [{"id": "a"}, {"id": "b"}]}
LINES = [{"type": "test_run", "id": "r"}, {"type": "test", "id": "t"}, {"type": "test_result", "id": "a"}]


def kinds(body: bytes, size: int = 7) -> list[Any]:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [
        (record.kind, record.fields["id"]) if isinstance(record, TypedRecord) else record.line
        for record in read_test_records(pieces, "upload")
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_document(pack: Any, indent: int | None) -> None:
    found = kinds(pack(json.dumps(DOCUMENT, indent=indent).encode()))
    assert found == [("test_run", "r"), ("test", "t"), ("test_result", "a"), ("test_result", "b")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines(pack: Any) -> None:
    body = b"\n\n".join(json.dumps(line).encode() for line in LINES)
    assert kinds(pack(body)) == [("test_run", "r"), ("test", "t"), ("test_result", "a")]


def test_broken_records_are_named_with_their_lines() -> None:
    assert kinds(b'{"type": "test", "id": "t"}\n{bad\n[1]\n{"type": "odd"}\n{"type": "test", "id": "u"}') == [
        ("test", "t"), 2, 3, 4, ("test", "u"),
    ]  # fmt: skip
    assert kinds(b'{"tests": [\n{"id": "t"},\n3,\n{"id": "u"}\n],\n"else": 1,\n"tests": [') == [
        ("test", "t"), 3, ("test", "u"), 6, 7,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "fill", "problem"),
    [
        (b"", b" " * 7 + b"\n", "200 times its size"),
        (b'{"type": "test", "prompt": "', b"a", "million characters|200 times"),
        (b'{"tests": [', b" ", "200 times its size"),
    ],
)
def test_a_bomb_is_left_after_what_came_before(head: bytes, fill: bytes, problem: str) -> None:
    good = b'{"type": "test", "id": "t"}\n' if not head.startswith(b'{"tests') else b""
    packer = zlib.compressobj(9, wbits=31)
    packed = packer.compress(good + head) + b"".join(
        packer.compress(fill * ((1 << 20) // len(fill))) for _ in range(100)
    )
    found: list[Any] = []
    with pytest.raises(UnreadableFile, match=problem):
        found.extend(read_test_records([packed + packer.flush()], "upload"))
    assert len(found) == (1 if good else 0)


def test_nothing_is_no_record() -> None:
    assert kinds(b"") == []
    assert kinds(b"{}") == []
    assert [type(one) for one in read_test_records([b'{"tests": {}}'], "upload")] == [RecordError]
