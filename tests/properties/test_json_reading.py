"""The incremental JSON reader agrees with json.loads however the bytes arrive."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from failsight.formats.decoding import decode
from failsight.formats.importer import RawRecord
from failsight.formats.importers import IMPORTERS
from failsight.formats.json_stream import JsonStream

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "\\", '\\"', "]", "}", "{[", '"},{"', "\\\\", "\n", "é😀", ""]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=6)
LAYOUTS = st.sampled_from([{}, {"indent": 2}, {"separators": (",", ":")}, {"ensure_ascii": False}])


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({place % (len(data) + 1) for place in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


def read(importer: str, chunks: list[bytes]) -> list[Any]:
    read = list(IMPORTERS[importer].read(decode(chunks, "test"), "test"))
    assert all(isinstance(record, RawRecord) for record in read), read
    return [record.fields for record in read if isinstance(record, RawRecord)]


@settings(max_examples=200, deadline=None)
@given(RECORDS, LAYOUTS, st.lists(st.integers(0, 10_000), max_size=30))
def test_an_array_is_what_json_loads_makes_of_it(records: list[Any], layout: dict[str, Any], cuts: list[int]) -> None:
    text = json.dumps(records, **layout)
    assert read("json", cut(text.encode(), cuts)) == json.loads(text)


@settings(max_examples=100, deadline=None)
@given(RECORDS, LAYOUTS, st.lists(st.integers(0, 10_000), max_size=30), st.sampled_from(["items", "data"]))
def test_an_object_that_holds_a_list(records: list[Any], layout: dict[str, Any], cuts: list[int], key: str) -> None:
    text = json.dumps({"version": [1, {"items": 2}], key: records, "end": {"a": ["]"]}}, **layout)
    assert read("json", cut(text.encode(), cuts)) == records


@settings(max_examples=100, deadline=None)
@given(RECORDS, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n"]), st.lists(st.integers(0, 10_000), max_size=30))
def test_lines_and_objects_in_a_row(records: list[Any], ascii_only: bool, end: str, cuts: list[int]) -> None:
    text = end.join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
    assert read("jsonl", cut(text.encode(), cuts)) == records
    held = {"items", "data", "dataset", "records"}
    if not any(held & set(record) for record in records):
        assert read("json", cut(text.encode(), cuts)) == records


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('[]{}":,\\ \n1ae'), max_size=40), st.lists(st.integers(0, 50), max_size=10))
def test_junk_never_hangs_or_raises(text: str, cuts: list[int]) -> None:
    for importer in ("json", "jsonl"):
        read = list(IMPORTERS[importer].read(decode(cut(text.encode(), cuts), "test"), "test"))
        try:
            known = json.loads(text)
        except ValueError:
            continue
        if importer == "json" and isinstance(known, list) and all(isinstance(part, dict) for part in known):
            assert [record.fields for record in read if isinstance(record, RawRecord)] == known


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_lines_are_counted_over_pieces(size: int) -> None:
    text = '\n\n[\n{"a": "x\\ny"},\n\n{"b": 1}\n]'
    stream = JsonStream(text[i : i + size] for i in range(0, len(text), size))
    assert stream.peek() == "["
    stream.take()
    stream.peek()
    assert stream.element() == (4, {"a": "x\ny"})
    assert stream.peek() == ","
    stream.take()
    stream.peek()
    assert stream.element() == (6, {"b": 1})
