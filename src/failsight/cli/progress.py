"""A progress bar on stderr, for a person only."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from failsight.model.counted import counted
from failsight.model.job import FAJobStatus

STEP = 0.1


class Reading(Protocol):
    """How far a source is read, in bytes; ``size`` is None when nobody knows."""

    @property
    def done(self) -> int: ...

    @property
    def size(self) -> int | None: ...


class _Bar:
    """A context: a bar on stderr while it is open, where a person looks at it."""

    def __init__(self, quiet: bool, *columns: ProgressColumn) -> None:
        self._bar: Progress | None = None
        if sys.stderr.isatty() and not quiet:
            self._bar = Progress(*columns, console=Console(file=sys.stderr), transient=True)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


class Meter(_Bar):
    """A context; call ``move`` with the number of items done. It draws on a terminal only, ten times a second."""

    def __init__(self, reading: Reading, *, quiet: bool = False) -> None:
        super().__init__(
            quiet,
            TextColumn("analysing"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.fields[items]:,} items, {task.fields[speed]:,.0f}/s"),
            TimeRemainingColumn(),
        )
        self._reading = reading
        self._started = time.monotonic()
        self._next = self._started + STEP
        if self._bar is not None:
            self._task = self._bar.add_task("", total=reading.size, items=0, speed=0.0)

    def move(self, items: int, total: int | None) -> None:  # noqa: ARG002  (bytes say more than a missing total)
        now = time.monotonic()
        if self._bar is not None and now >= self._next:
            self._next = now + STEP
            speed = items / max(now - self._started, 1e-9)
            self._bar.update(self._task, completed=self._reading.done, items=items, speed=speed)


class JobMeter(_Bar):
    """A context; call ``show`` with each status of a server's job. A bar on a terminal; elsewhere nothing, or with
    ``lines`` a line for each tenth of the way."""

    def __init__(self, *, quiet: bool = False, lines: bool = False) -> None:
        super().__init__(
            quiet,
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.fields[items]}"),
        )
        self._lines = lines and not quiet and not sys.stderr.isatty()
        self._said = ""
        if self._bar is not None:
            self._task = self._bar.add_task("sending", total=100.0, items="")

    def show(self, status: FAJobStatus) -> None:
        """Draws how far the job is."""
        items = f"{status.current_item:,} of {counted(status.total_items, 'item')}"
        if status.estimated_remaining_seconds is not None:
            items += f", {timedelta(seconds=status.estimated_remaining_seconds)} left"
        if self._bar is not None:
            self._bar.update(self._task, description=status.status, completed=status.progress_percent, items=items)
        line = f"{status.status} {status.progress_percent // 10 * 10:.0f} %"
        if self._lines and line != self._said:
            self._said = line
            sys.stderr.write(f"{status.status}: {items}\n")
            sys.stderr.flush()
