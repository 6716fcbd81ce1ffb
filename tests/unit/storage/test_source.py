"""Opening and reading sources."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from failsight.errors import InvalidInput, UnreadableFile
from failsight.model.item import Item
from failsight.storage.item_files import ItemFiles
from failsight.storage.source import CHUNK, Source


def test_pieces_size_and_progress(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a" * (CHUNK + 5))
    source = Source(str(path))
    assert (source.size, source.done) == (CHUNK + 5, 0)
    assert len(source.peek()) == len(source.peek()) == CHUNK
    assert source.done == CHUNK
    assert b"".join(source.chunks()) == path.read_bytes()
    assert source.done == source.size


def test_stdin_has_no_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"input": "a", "output": "b"}')))
    files = ItemFiles(["-"])
    assert files.size is None
    assert [type(item) for item in files] == [Item]
    with pytest.raises(InvalidInput, match="twice"):
        ItemFiles(["-", "-"])


def test_every_file_is_opened_before_the_first_is_read(tmp_path: Path) -> None:
    good = tmp_path / "good.jsonl"
    good.write_text('{"input": "a", "output": "b"}', "utf-8")
    with pytest.raises(UnreadableFile, match=r"missing\.jsonl"):
        ItemFiles([str(good), str(tmp_path / "missing.jsonl")])
