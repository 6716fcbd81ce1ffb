"""How many calls are under way at once: more while all goes well, half when the endpoint is overrun."""

from __future__ import annotations

import threading
import time
from typing import Literal, Protocol

Leave = Literal["go", "stopped", "late"]


class Stopwatch(Protocol):
    """What time passes, and how it is waited for."""

    def now(self) -> float:
        """Seconds from an arbitrary start."""

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        """Waits so long for a change, or less."""


class RealTime:
    """The machine's."""

    def now(self) -> float:
        return time.monotonic()

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        changed.wait(seconds)


class Pace:
    """Additive increase, multiplicative decrease, between 1 and ``most`` calls. Threads share it.

    One overload halves the number once, however many calls it hits: a call that began before the last halving says
    nothing about the number after it. A pause that the endpoint asked for holds for every caller.
    """

    def __init__(self, most: int, stopwatch: Stopwatch | None = None) -> None:
        self._most = max(1, most)
        self._window = float(self._most)
        self._stopwatch = stopwatch or RealTime()
        self._under_way = 0
        self._not_before = 0.0
        self._halved_at = float("-inf")
        self._stopped = False
        self._changed = threading.Condition()

    @property
    def window(self) -> float:
        """How many calls may be under way now."""
        with self._changed:
            return self._window

    def enter(self, deadline: float) -> Leave:
        """Waits until a call may begin: ``go`` (``leave`` must follow), ``stopped``, or ``late`` after the deadline."""
        with self._changed:
            while True:
                now = self._stopwatch.now()
                if self._stopped:
                    return "stopped"
                if max(now, self._not_before) > deadline:
                    return "late"
                if now >= self._not_before and self._under_way < int(self._window):
                    self._under_way += 1
                    return "go"
                until = self._not_before if now < self._not_before else deadline
                self._stopwatch.wait(self._changed, max(0.0, until - now) + 0.001)

    def leave(self, began: float, *, busy: bool, well: bool, pause: float | None = None) -> None:
        """A call that entered at ``began`` has ended. busy: the endpoint was overrun. well: it answered."""
        with self._changed:
            self._under_way -= 1
            now = self._stopwatch.now()
            if busy and began > self._halved_at:
                self._window, self._halved_at = max(1.0, self._window / 2), now
            elif well:
                self._window = min(float(self._most), self._window + 1 / self._window)
            if pause is not None:
                self._not_before = max(self._not_before, now + pause)
            self._changed.notify_all()

    def rest(self, seconds: float) -> None:
        """Waits that long; less when stopped."""
        with self._changed:
            until = self._stopwatch.now() + seconds
            while not self._stopped and (left := until - self._stopwatch.now()) > 0:
                self._stopwatch.wait(self._changed, left)

    @property
    def stopped(self) -> bool:
        """Whether nobody may enter any more."""
        return self._stopped

    def stop(self) -> None:
        """Nobody enters any more; waiting ones come back at once."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
