"""Bytes of one source to items: finds the format, reads record by record, and turns what is broken into errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from failsight.errors import InvalidItem, UnreadableFile
from failsight.formats.decoding import decode
from failsight.formats.detection import detect_format
from failsight.formats.importer import RawRecord
from failsight.formats.importers import IMPORTERS
from failsight.formats.record import RecordReader
from failsight.model.item import Item
from failsight.model.run import InputType, RecordError

AUTO = "auto"
HEAD = 1 << 15


class ItemReader:
    """Iterate it once for Items and RecordErrors, in the order of the source. Memory holds one record at a time.

    name: the source's file name, or ``-``; it helps to find the format. chunks: its bytes, plain or gzip.
    format: ``auto`` or the name of an importer. mapping: see RecordReader. label: put before "line 3" in errors, for
    runs over several sources. Raises UnreadableFile at once when the source is empty or no known format, and
    UnknownName for a format that does not exist; damage further on becomes a RecordError.
    """

    def __init__(
        self,
        name: str,
        chunks: Iterable[bytes],
        *,
        format: str = AUTO,  # noqa: A002  (the name of the option)
        mapping: Mapping[str, str] | None = None,
        label: str = "",
    ) -> None:
        self._name = name
        self._label = f"{label} " if label else ""
        pieces = decode(chunks, name)
        head = _head(pieces)
        self._importer = detect_format(name, head) if format == AUTO or not head.strip() else IMPORTERS[format]
        self._pieces = chain([head], pieces)
        self._records = RecordReader(mapping, cells=self._importer.cells)

    @property
    def format(self) -> str:
        return self._importer.name

    @property
    def input_type(self) -> InputType:
        return self._importer.input_type

    @property
    def notes(self) -> list[str]:
        """What was read as what, so far; each once."""
        return list(self._records.notes)

    def __iter__(self) -> Iterator[Item | RecordError]:
        try:
            for raw in self._importer.read(self._pieces, self._name):
                yield self._item(raw) if isinstance(raw, RawRecord) else self._labelled(raw)
        except UnreadableFile as damage:
            yield RecordError(message=f"{damage} What came before was read; the rest is missing.")

    def _item(self, raw: RawRecord) -> Item | RecordError:
        try:
            return self._records.read(raw.fields, f"{self._label}line {raw.line}")
        except InvalidItem as bad:
            return RecordError(line=raw.line, field=str(bad.known["field"]), message=str(bad))

    def _labelled(self, error: RecordError) -> RecordError:
        return error.model_copy(update={"message": self._label + error.message}) if self._label else error


def _head(pieces: Iterator[str]) -> str:
    """The first pieces: enough to see the first lines of any ordinary source."""
    head: list[str] = []
    while sum(map(len, head)) < HEAD or not head[-1].strip():
        piece = next(pieces, None)
        if piece is None:
            break
        head.append(piece)
    return "".join(head)
