"""Where a report goes: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

STDOUT = "-"


class Sink:
    """``terminal`` says whether a person reads along."""

    def __init__(self, stream: TextIO, *, terminal: bool) -> None:
        self.stream = stream
        self.terminal = terminal

    def write_all(self, pieces: Iterable[str]) -> None:
        for piece in pieces:
            self.stream.write(piece)


@contextmanager
def open_sink(path: str) -> Iterator[Sink]:
    """Standard output for ``-``. A file is written beside its place and moved there at the end."""
    if path == STDOUT:
        yield Sink(sys.stdout, terminal=sys.stdout.isatty())
        sys.stdout.flush()
        return
    goal = Path(path)
    if goal.exists() and not goal.is_file():
        with goal.open("w", encoding="utf-8") as stream:
            yield Sink(stream, terminal=False)
        return
    part = goal.with_name(f".{goal.name}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            yield Sink(stream, terminal=False)
        part.replace(goal)
    finally:
        part.unlink(missing_ok=True)
