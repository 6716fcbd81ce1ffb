"""Clocks: one that stands still, for results that must be byte-equal, and time that passes at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta


class FrozenClock:
    """Always the same moment; a run takes no time."""

    def __init__(self, now: str = "2026-01-01T00:00:00.000Z") -> None:
        self._now = now

    def now_iso(self) -> str:
        return self._now

    def later_iso(self, seconds: float) -> str:
        moment = datetime.fromisoformat(self._now) + timedelta(seconds=seconds)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def monotonic_ms(self) -> int:
        return 0


class PassingTime:
    """A stopwatch whose time passes only where somebody waits, and at once. Threads may share it."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds waited for so far, by all together."""
        with self._lock:
            return self._now

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        """Those seconds are over, and others had a turn."""
        with self._lock:
            self._now += seconds
        changed.wait(0)
