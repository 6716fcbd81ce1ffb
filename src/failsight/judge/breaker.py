"""An address that does not answer is not asked for every item of a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Breaker:
    """Open after ``most`` questions in a row without any answer; then one may try every ``rest`` seconds. Threads share
    it."""

    def __init__(self, most: int = 5, rest: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rest, self._clock = most, rest, clock
        self._in_a_row = 0
        self._next_try = 0.0
        self._last = ""
        self._lock = threading.Lock()

    def open(self) -> str | None:
        """Why not to ask now, None when it may be tried."""
        with self._lock:
            now = self._clock()
            if self._in_a_row < self._most:
                return None
            if now >= self._next_try:
                self._next_try = now + self._rest
                return None
            return (
                f"{self._in_a_row} questions in a row had no answer, so this one was not sent; the last: {self._last}"
            )

    def answered(self) -> None:
        """The endpoint spoke."""
        with self._lock:
            self._in_a_row = 0

    def silent(self, detail: str) -> None:
        """A question was given up."""
        with self._lock:
            self._in_a_row += 1
            self._last = detail
            if self._in_a_row == self._most:
                self._next_try = self._clock() + self._rest
