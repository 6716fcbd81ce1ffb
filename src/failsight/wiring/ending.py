"""The end of a server that SIGTERM asks for, whenever it comes."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn


class Ending:
    """From ``listen`` on SIGTERM ends this process with 0, and everything that it started.

    The exception that does so is lost where Python has nobody to pass it to: in a callback of its garbage collector.
    So the request is kept as well, and a server that starts afterwards ends at once. While it serves, uvicorn takes
    the signal, and sends it once more when it has closed its connections.
    """

    def __init__(self) -> None:
        self._asked = False
        self._server: uvicorn.Server | None = None

    def listen(self) -> None:
        signal.signal(signal.SIGTERM, self._hear)

    def also_of(self, server: uvicorn.Server) -> None:
        """A request ends that server too, one that came before included."""
        self._server = server
        if self._asked:
            server.should_exit = True

    def _hear(self, *_signal: object) -> None:
        self._asked = True
        if self._server is not None:
            self._server.should_exit = True
        raise SystemExit(0)
