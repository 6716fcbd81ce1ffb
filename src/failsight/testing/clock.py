"""A clock that stands still, for results that must be byte-equal."""

from __future__ import annotations


class FrozenClock:
    """Always the same moment; a run takes no time."""

    def __init__(self, now: str = "2026-01-01T00:00:00Z") -> None:
        self._now = now

    def now_iso(self) -> str:
        return self._now

    def monotonic_ms(self) -> int:
        return 0
