"""The items of one or more files or standard input, read as one stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from failsight.errors import FailsightError, InvalidInput
from failsight.formats.reader import AUTO, ItemReader
from failsight.model.item import Item
from failsight.model.run import InputType, RecordError
from failsight.storage.source import STDIN, Source


class ItemFiles:
    """Opens every path at once, so that a missing file is known before anything is analysed; iterate it once.

    Raises UnreadableFile for a path that cannot be opened, is empty or in no known format, and InvalidInput when
    standard input is named twice.
    """

    def __init__(
        self,
        sources: Sequence[str | Source],
        *,
        format: str = AUTO,  # noqa: A002  (the name of the option)
        mapping: Mapping[str, str] | None = None,
    ) -> None:
        if list(sources).count(STDIN) > 1:
            raise InvalidInput(problem="Standard input (-) is named twice", fix="Name it once.")
        self._sources: list[Source] = []
        try:
            for source in sources:
                self._sources.append(Source(source) if isinstance(source, str) else source)
            self._readers = [
                ItemReader(
                    opened.path,
                    opened.chunks(),
                    format=format,
                    mapping=mapping,
                    label=opened.path if len(sources) > 1 else "",
                )
                for opened in self._sources
            ]
        except FailsightError:
            self.close()
            raise

    def __iter__(self) -> Iterator[Item | RecordError]:
        for reader in self._readers:
            yield from reader

    @property
    def input_type(self) -> InputType:
        """``csv`` when every source is CSV."""
        return "csv" if {reader.input_type for reader in self._readers} == {"csv"} else "json"

    @property
    def notes(self) -> list[str]:
        """What was read as what, each once."""
        return list(dict.fromkeys(note for reader in self._readers for note in reader.notes))

    @property
    def done(self) -> int:
        """Bytes read so far."""
        return sum(source.done for source in self._sources)

    @property
    def size(self) -> int | None:
        """Bytes in all, None when one source does not know."""
        sizes = [source.size for source in self._sources]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    def close(self) -> None:
        for source in self._sources:
            source.close()
