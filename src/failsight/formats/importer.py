"""What an importer is: text pieces of one file format in, raw records or record errors out, one at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from failsight.model.run import InputType, RecordError


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record before its fields are understood; ``line`` is the 1-based line on which it begins."""

    line: int
    fields: Mapping[str, Any]


class Importer(ABC):
    """``name`` is what ``--format`` calls it; ``extensions`` are the file name endings that suggest it.

    ``cells``: its values are texts only, so lists and objects arrive as JSON inside a text.
    """

    name: ClassVar[str]
    extensions: ClassVar[tuple[str, ...]]
    input_type: ClassVar[InputType] = "json"
    cells: ClassVar[bool] = False

    @abstractmethod
    def read(self, pieces: Iterable[str], name: str) -> Iterator[RawRecord | RecordError]:
        """Records in their order. Raises UnreadableFile, naming the source ``name``, when no record can be read."""


def as_record(line: int, value: Any) -> RawRecord | RecordError:
    """A parsed JSON value as a record; anything but an object is an error."""
    if isinstance(value, dict):
        return RawRecord(line, value)
    kinds = {str: "a text", list: "a list", bool: "true or false", type(None): "null"}
    kind = kinds.get(type(value), "a number")
    message = f'line {line}: the record is {kind}, not an object. Fix: write {{"input": ..., "output": ...}}'
    return RecordError(line=line, message=message)
