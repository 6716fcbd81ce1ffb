"""Where results of an upload wait for a test or run that may still come."""

from __future__ import annotations

import pickle
import tempfile
import zlib
from collections.abc import Iterator

from failsight.model.test_result import NewResult

PIECE = 1000
IN_MEMORY = 4 << 20


class FileResultSpool:
    """See ``service.result_ports.ResultSpool``: packed pieces in a file without a name once they are many."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, prefix="failsight-")  # noqa: SIM115  (close)
        self._piece: list[NewResult] = []
        self._sizes: list[int] = []

    def add(self, result: NewResult) -> None:
        self._piece.append(result)
        if len(self._piece) == PIECE:
            self._pack()

    def __iter__(self) -> Iterator[NewResult]:
        self._pack()
        self._file.seek(0)
        for size in self._sizes:
            yield from pickle.loads(zlib.decompress(self._file.read(size)))  # noqa: S301  (our own unnamed file)

    def close(self) -> None:
        self._file.close()

    def _pack(self) -> None:
        if self._piece:
            packed = zlib.compress(pickle.dumps(self._piece, pickle.HIGHEST_PROTOCOL), 1)
            self._file.write(packed)
            self._sizes.append(len(packed))
            self._piece = []
