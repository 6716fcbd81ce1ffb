"""A call that is waited for so long, and goes on in its thread when it takes longer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class InTime(Generic[T]):
    """Starts ``call`` in a thread that ends with the process, whatever it is at."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._found: T | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="work", daemon=True)
        self._thread.start()

    def result(self, seconds: float) -> T | None:
        """What the call returned, or raises what it raised; None when it has not ended in time."""
        self._thread.join(seconds)
        if self._error is not None:
            raise self._error
        return self._found

    def _run(self) -> None:
        try:
            self._found = self._call()
        except BaseException as broken:  # noqa: BLE001  (raised where the result is asked for)
            self._error = broken
