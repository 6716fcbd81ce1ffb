"""What every spool promises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from failsight.engine.detector import Evidence, Finding
from failsight.engine.pipeline import Examination, SourcedFinding
from failsight.model.item import Item
from failsight.service.ports import Spool
from failsight.storage.spool import FileSpool, MemorySpool


def examination(index: int) -> Examination:
    item = Item.model_validate({"id": str(index), "input": "ä" * index, "output": "x", "tool_calls": [{"name": "f"}]})
    piece = Evidence("text", "seen", "output", "x", 0, 1, details={"n": index})
    finding = Finding("pii_leak", "fail", 0.9, "because", (piece,), signals={"a": 1.0})
    return Examination(index, item, "agent", findings={"pii_leak": [SourcedFinding("d@1", finding)]})


@pytest.fixture(params=[MemorySpool, FileSpool])
def spool(request: pytest.FixtureRequest) -> Iterator[Spool]:
    made: Spool = request.param()
    yield made
    made.close()


def test_an_empty_spool(spool: Spool) -> None:
    assert len(spool) == 0
    assert list(spool) == []


def test_order_and_content_are_kept_as_often_as_asked(spool: Spool) -> None:
    kept = [examination(index) for index in range(50)]
    for one in kept:
        spool.add(one)
    assert len(spool) == 50
    assert list(spool) == kept
    assert list(spool) == kept


def test_adding_goes_on_after_reading(spool: Spool) -> None:
    spool.add(examination(0))
    assert [one.index for one in spool] == [0]
    spool.add(examination(1))
    assert [one.index for one in spool] == [0, 1]


def test_adding_after_a_reading_that_was_broken_off(spool: Spool) -> None:
    for index in range(3):
        spool.add(examination(index))
    assert next(iter(spool)).index == 0
    spool.add(examination(3))
    assert [one.index for one in spool] == [0, 1, 2, 3]
