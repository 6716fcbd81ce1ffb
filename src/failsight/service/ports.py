"""What the use cases need from the world; floor 4 provides it, ``testing`` has fakes that pass the same suites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from failsight.engine.pipeline import Examination

Progress = Callable[[int, int | None], None]
"""Called with the number of items done and the total, None while it is unknown."""


class Spool(Protocol):
    """Keeps a run's examinations until its recurrence is known; iterates them in the order they were added, as often
    as asked, and may keep them outside memory."""

    def add(self, examination: Examination) -> None: ...

    def __iter__(self) -> Iterator[Examination]: ...

    def __len__(self) -> int: ...

    def close(self) -> None: ...


class Clock(Protocol):
    """Time, as arguments of the pure rooms."""

    def now_iso(self) -> str:
        """UTC, ISO 8601 with a trailing Z."""

    def monotonic_ms(self) -> int:
        """Milliseconds from an arbitrary start, never going back."""
