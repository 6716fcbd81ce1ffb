"""Bytes to items: formats, encodings, broken records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest

from failsight.errors import UnknownName, UnreadableFile
from failsight.formats.reader import ItemReader
from failsight.model.item import Item
from failsight.model.run import RecordError

GOOD = {"input": "How?", "output": "So."}
LINES = b'{"input": "a", "output": "b"}\n{"input": "c", "output": "d"}\n'


def read(data: bytes, name: str = "-", **options: object) -> list[Item | RecordError]:
    return list(ItemReader(name, [data], **options))  # type: ignore[arg-type]


def items(data: bytes, name: str = "-", **options: object) -> list[Item]:
    found = read(data, name, **options)
    assert all(isinstance(item, Item) for item in found), found
    return [item for item in found if isinstance(item, Item)]


def error(data: bytes, name: str = "-", **options: object) -> RecordError:
    errors = [found for found in read(data, name, **options) if isinstance(found, RecordError)]
    assert len(errors) == 1, errors
    return errors[0]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.json", json.dumps([GOOD]).encode(), "json"),
        ("-", json.dumps([GOOD], indent=2).encode(), "json"),
        ("-", json.dumps(GOOD, indent=2).encode(), "json"),
        ("-", json.dumps({"items": [GOOD]}, indent=1).encode(), "json"),
        ("-", b'{"items": [\n{"input": "a", "output": "b"},\n{"input": "c", "output": "d"}]}', "json"),
        ("x.jsonl", json.dumps([GOOD]).encode(), "json"),
        ("x.jsonl", json.dumps(GOOD).encode(), "jsonl"),
        ("x.jsonl.gz", LINES, "jsonl"),
        ("x.ndjson", json.dumps(GOOD).encode(), "jsonl"),
        ("x.json", LINES, "jsonl"),
        ("-", LINES, "jsonl"),
        ("-", b'{"input": "a", "outp\n' + LINES, "jsonl"),
        ("x.csv", b"input,output\na,b\n", "csv"),
        ("-", b"input;output\na;b\n", "csv"),
        ("x.tsv", b"input\toutput\na\tb\n", "csv"),
    ],
)
def test_the_format_is_found(name: str, data: bytes, expected: str) -> None:
    assert ItemReader(name, [data]).format == expected
    assert [found for found in read(data, name) if isinstance(found, Item)]


@pytest.mark.parametrize(
    "data",
    [LINES, gzip.compress(LINES), gzip.compress(LINES[:30]) + gzip.compress(LINES[30:])],
    ids=["plain", "gzip", "two members"],
)
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_gzip_and_byte_order_mark(data: bytes, bom: bytes, size: int) -> None:
    data = gzip.compress(bom + gzip.decompress(data)) if data.startswith(b"\x1f") else bom + data
    chunks = [data[i : i + size] for i in range(0, len(data), size)]
    assert [item.input for item in ItemReader("-", chunks) if isinstance(item, Item)] == ["a", "c"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        ("ü,é".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04abc", "Excel"),
        (b"PAR1abc", "Parquet"),
        (b"\x89PNG\x00\x00", "binary"),
        (b"hello", "does not look like"),
        (gzip.compress(b"", mtime=0), "empty"),
    ],
)
def test_what_no_record_can_be_read_from(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        ItemReader("x", [data])


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'jsonl'"):
        ItemReader("x", [LINES], format="jsonnl")


def test_a_damaged_archive_keeps_what_came_before() -> None:
    packed = gzip.compress(b'{"input": "a", "output": "b"}\n' * 50_000)
    found = read(packed[:-12])
    assert len(found) > 1000
    assert isinstance(found[-1], RecordError)
    assert "cut off" in found[-1].message


def test_a_broken_line_is_reported_and_skipped() -> None:
    found = read(b'{"input": "a", "output": "b"}\n{"input": "c", "output": \n\n{"input": "e", "output": "f"}\n')
    assert [type(part) for part in found] == [Item, RecordError, Item]
    assert isinstance(found[1], RecordError)
    assert found[1].line == 2
    assert "not valid JSON" in found[1].message


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('{"input": "a" "output": "b"}', 3),
        ('{"input": "a", "output": nothing}', 3),
        ("12", 3),
        ('"text"', 3),
        ("[1]", 3),
        ("null", 3),
        ('{"input": "a"}', 3),
        ('{"input": "a", "output": "b"}}', 3),
    ],
)
@pytest.mark.parametrize("size", [3, 10_000])
def test_a_broken_record_in_an_array_is_reported_and_skipped(broken: str, line: int, size: int) -> None:
    text = f'[\n{{"input": "1", "output": "x"}},\n{broken},\n{{"input": "2", "output": "x"}}\n]'.encode()
    found = list(ItemReader("-", [text[i : i + size] for i in range(0, len(text), size)]))
    assert [item.input for item in found if isinstance(item, Item)][0::1][0] == "1"
    assert [item.input for item in found if isinstance(item, Item)][-1] == "2"
    assert [part.line for part in found if isinstance(part, RecordError)] == [line]


@pytest.mark.parametrize("size", [3, 10_000])
def test_an_array_that_is_cut_off_is_not_taken_for_whole(size: int) -> None:
    for text in (b'[{"input": "1", "output": "x"}, {"input": "2", "out', b'[{"input": "1", "output": "x"},'):
        found = list(ItemReader("-", [text[i : i + size] for i in range(0, len(text), size)]))
        assert isinstance(found[0], Item)
        assert isinstance(found[-1], RecordError)


def test_invalid_utf8_spoils_one_record_only() -> None:
    found = read(LINES + b'{"input": "\xff", "output": "b"}\n' + '{"input": "é", "output": "ü"}'.encode())
    assert [type(part) for part in found] == [Item, Item, RecordError, Item]
    assert isinstance(found[2], RecordError)
    assert (found[2].line, "UTF-8" in found[2].message) == (3, True)


def test_half_an_emoji_is_mended() -> None:
    assert items(b'{"input": "\\ud83d", "output": "\\ud83d\\ude00", "metadata": {"x": ["\\uD83D"]}}') == [
        Item(input="\ufffd", output="😀", metadata={"x": ["\ufffd"]})
    ]


def test_a_record_of_many_megabytes_in_small_pieces() -> None:
    text = json.dumps([{"input": 'q" ] } \\' * 10, "output": 'word "x" ' * 300_000}, GOOD]).encode()
    found = list(ItemReader("-", (text[i : i + 4096] for i in range(0, len(text), 4096))))
    assert [isinstance(item, Item) for item in found] == [True, True]


def test_nested_too_deeply_is_an_error_of_that_record() -> None:
    deep = b'{"input": ' + b"[" * 100_000 + b"]" * 100_000 + b', "output": "b"}\n'
    assert "deep" in error(deep + LINES).message


def test_csv_cells() -> None:
    text = (
        "Question,answer,context,tool_calls,metadata,id\r\n"
        '"a ""quoted"", cell\nover two lines",b,one ||| two,"[{""name"": ""f"", ""arguments"": {""x"": 1}}]",,7\r\n'
        '[1],{"a": 1},"[""p"", ""q""]",,"{""m"": 1}",\r\n'
        "c,d,\"['it''s one', 'two']\",,,\r\n"
    )
    first, second, third = items(text.encode(), "x.csv")
    assert first.input == 'a "quoted", cell\nover two lines'
    assert first.context == ("one", "two")
    assert first.tool_calls is not None
    assert first.tool_calls[0].arguments == {"x": 1}
    assert first.id == "7"
    assert (second.input, second.output, second.context) == ("[1]", '{"a": 1}', ("p", "q"))
    assert (second.tool_calls, second.metadata, second.id) == (None, {"m": 1}, None)
    assert third.context is not None
    assert len(third.context) == 2


def test_csv_rows_that_are_broken() -> None:
    found = read(b'input,output\na,b,c\nd,e\nf\ng,"h\ni,j\n', "x.csv")
    errors = [part for part in found if isinstance(part, RecordError)]
    assert [part.line for part in errors] == [2, 4, 5]
    assert "3 cells" in errors[0].message
    assert errors[1].field == "output"
    assert "never closed" in errors[2].message


def test_csv_header_that_is_no_header() -> None:
    assert "twice" in str(read(b"input,input\na,b\n", "x.csv")[0])


def test_errors_carry_the_label_of_their_source() -> None:
    def chunks() -> Iterator[bytes]:
        yield LINES
        yield b'{"input": "a"}\n{broken'

    messages = [
        part.message for part in ItemReader("b.jsonl", chunks(), label="b.jsonl") if isinstance(part, RecordError)
    ]
    assert [message[:14] for message in messages] == ["b.jsonl line 3", "b.jsonl line 4"]
