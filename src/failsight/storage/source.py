"""Sources: files and standard input, opened and read in pieces, with how far the reading is."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from failsight.errors import UnreadableFile

STDIN = "-"
CHUNK = 1 << 16


class Source:
    """An open file, or standard input for ``-``. Raises UnreadableFile when it cannot be opened.

    size: its bytes on disk, None where nobody knows (a pipe). done: bytes read so far, before any unpacking.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.done = 0
        self._head = b""
        self._file = _open(path)
        status = None if path == STDIN else Path(path).stat()
        self.size = status.st_size if status is not None and stat.S_ISREG(status.st_mode) else None

    def peek(self) -> bytes:
        """The first piece; ``chunks`` gives it once more."""
        if not self._head:
            self._head = self._read()
        return self._head

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of up to 64 kB; closes the file at its end."""
        try:
            chunk, self._head = self._head or self._read(), b""
            while chunk:
                yield chunk
                chunk = self._read()
        finally:
            self.close()

    def _read(self) -> bytes:
        try:
            chunk = self._file.read(CHUNK)
        except OSError as broken:
            fix = "Check the disk or the pipe and run again."
            raise UnreadableFile(path=self.path, problem=_reason(broken), fix=fix) from broken
        self.done += len(chunk)
        return chunk

    def close(self) -> None:
        if self.path != STDIN:
            self._file.close()


def _open(path: str) -> BinaryIO:
    if path == STDIN:
        return sys.stdin.buffer
    try:
        return Path(path).open("rb")
    except OSError as broken:
        fix = (
            "Check the spelling of the path." if isinstance(broken, FileNotFoundError) else "Give a file you may read."
        )
        raise UnreadableFile(path=path, problem=_reason(broken), fix=fix) from broken


def _reason(broken: OSError) -> str:
    return (broken.strerror or str(broken) or type(broken).__name__).lower()
