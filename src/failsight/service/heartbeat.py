"""Prolongs the lease of a piece of work in a thread, for as long as somebody works on it and gets on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from failsight.errors import Unavailable
from failsight.service.ports import Clock, Watch

LONGEST_PAUSE = 2.0


class Heartbeat:
    """A context; ``lost`` is true from the moment that the lease is known to be gone.

    prolong: the lease; False when it belongs to somebody else, or the job was cancelled. lease_seconds: how long each
    lease is. item_seconds: an item that takes longer hangs: its lease is prolonged no more, so that somebody else may
    take over. watch: told of every item. on_lost: called once, from the thread, to interrupt what waits.
    """

    def __init__(
        self,
        prolong: Callable[[], bool],
        clock: Clock,
        *,
        lease_seconds: float,
        item_seconds: float,
        watch: Watch | None = None,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self.lost = False
        self._prolong = prolong
        self._clock = clock
        self._pause = min(LONGEST_PAUSE, lease_seconds / 3)
        self._item_ms = 1000 * item_seconds
        self._watch = watch
        self._on_lost = on_lost
        self._item_since: int | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def item_begins(self) -> None:
        """An item's own time begins."""
        self._item_since = self._clock.monotonic_ms()
        if self._watch is not None:
            self._watch.item_begins()

    def item_ends(self) -> None:
        """Nothing of an item's own time goes by from here on."""
        self._item_since = None

    def pause(self, seconds: float) -> None:
        """Waits."""
        self._ended.wait(seconds)

    def _beat(self) -> None:
        while not self._ended.wait(self._pause):
            if self._hangs() or not self._is_prolonged():
                self.lost = True
                self._on_lost()
                return

    def _hangs(self) -> bool:
        since = self._item_since
        return since is not None and self._clock.monotonic_ms() - since > self._item_ms

    def _is_prolonged(self) -> bool:
        """An outage says nothing: the lease may outlast it."""
        try:
            return self._prolong()
        except Unavailable:
            return True
