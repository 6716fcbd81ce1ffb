"""Lines of text that arrives in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def split_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Lines without their end (LF or CR LF; no other character ends a line), each character copied once."""
    waiting: list[str] = []
    for piece in pieces:
        first, *others = piece.split("\n")
        waiting.append(first)
        if others:
            yield "".join(waiting).removesuffix("\r")
            for line in others[:-1]:
                yield line.removesuffix("\r")
            waiting = [others[-1]]
    last = "".join(waiting)
    if last:
        yield last.removesuffix("\r")
