"""The machine's clock, and ids."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock."""

    def now_iso(self) -> str:
        return self.later_iso(0)

    def later_iso(self, seconds: float) -> str:
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


def new_id() -> str:
    """A random id, which nothing else has."""
    return str(uuid.uuid4())
