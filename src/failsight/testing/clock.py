"""A clock that stands still, for results that must be byte-equal."""

from __future__ import annotations

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
