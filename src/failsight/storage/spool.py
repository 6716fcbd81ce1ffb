"""Spools: where a run's examinations wait for the second pass."""

from __future__ import annotations

import copyreg
import pickle
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any

from failsight.engine.detector import Evidence, Finding
from failsight.engine.head import CategoryFinding
from failsight.engine.metric import Score
from failsight.engine.pipeline import Examination, SourcedFinding
from failsight.model.item import Item, Message, ToolCall, ToolSchema
from failsight.model.noun import Noun


def _by_constructor(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    """How to pickle a dataclass as a call of itself: a third of the time that its fields take one by one."""
    values = attrgetter(*(field.name for field in fields(kind)))
    return lambda made: (kind, values(made))


def _by_fields(noun: Noun) -> tuple[Any, ...]:
    """How to pickle a noun as its fields, which are valid already."""
    return _trusted, (type(noun), noun.__dict__)


def _trusted(kind: type[Noun], values: dict[str, Any]) -> Noun:
    return kind.trusted(values)


_KINDS = (CategoryFinding, Evidence, Examination, Finding, Score, SourcedFinding)
_REDUCERS: dict[type[Any], Callable[[Any], Any]] = {
    **copyreg.dispatch_table,
    **{kind: _by_constructor(kind) for kind in _KINDS},
    **dict.fromkeys((Item, Message, ToolCall, ToolSchema), _by_fields),
}


class MemorySpool:
    """Keeps examinations in a list; for runs that fit in memory."""

    def __init__(self) -> None:
        self._kept: list[Examination] = []

    def add(self, examination: Examination) -> None:
        self._kept.append(examination)

    def __iter__(self) -> Iterator[Examination]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def close(self) -> None:
        self._kept.clear()


class FileSpool:
    """Keeps examinations in an anonymous temporary file that vanishes with the process; memory stays flat."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="failsight-")  # noqa: SIM115  (closed by close())
        self._pickler = pickle.Pickler(self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._pickler.dispatch_table = _REDUCERS
        self._count = 0
        self._at_end = True

    def add(self, examination: Examination) -> None:
        if not self._at_end:
            self._file.seek(0, 2)
            self._at_end = True
        self._pickler.dump(examination)
        self._pickler.clear_memo()
        self._count += 1

    def __iter__(self) -> Iterator[Examination]:
        self._at_end = False
        self._file.seek(0)
        for _ in range(self._count):
            yield pickle.load(self._file)  # noqa: S301  (our own unnamed file, written by this process)

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        self._file.close()
