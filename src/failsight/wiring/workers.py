"""Worker processes: what one does until it is stopped, and how a server keeps some beside itself."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Self

from failsight.errors import Unavailable
from failsight.http.logs import log_as_json
from failsight.judge.cores import usable_cores
from failsight.service.work import Worker
from failsight.settings import Settings, child_environment

log = logging.getLogger("failsight.worker")
IDLE_SECONDS = 0.2
MAX_PAUSE = 10.0
STEADY_SECONDS = 60.0
WATCH_SECONDS = 1.0
END_SECONDS = 10.0
MOST_WORKERS = 4


class Stop:
    """Whether this process was asked to end (SIGTERM or SIGINT, or ``end``)."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> bool:
        return self._event.is_set()

    def end(self) -> None:
        """Asks."""
        self._event.set()

    def listen(self) -> None:
        """From now on both signals set it instead of ending the process."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._event.set())

    def wait(self, seconds: float) -> None:
        """Sleeps, but not longer than until the process is asked to end."""
        self._event.wait(seconds)


class Watchdog:
    """Ends the process when one item takes longer than ``seconds``, and says on stderr where it hung. Its thread needs
    no interpreter lock, so it also ends what no signal would. It does nothing until it is armed: only a process that
    does nothing but work may be ended so."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._armed = False
        self._since: float | None = None

    def arm(self) -> None:
        self._armed = True

    def item_begins(self) -> None:
        """The time begins anew, at most a second late: beginning costs more than looking at the clock."""
        now = time.monotonic()
        if self._armed and (self._since is None or now - self._since > WATCH_SECONDS):
            self._since = now
            faulthandler.dump_traceback_later(self._seconds + WATCH_SECONDS, exit=True)

    def rest(self) -> None:
        if self._since is not None:
            self._since = None
            faulthandler.cancel_dump_traceback_later()


def work_forever(worker: Worker, stop: Stop, watchdog: Watchdog, parent: int | None = None) -> None:
    """Works on jobs until the process is asked to end, or until its parent process is gone. A database that goes away
    is waited for; an item that hangs ends the process."""
    log_as_json()
    stop.listen()
    watchdog.arm()
    pause = IDLE_SECONDS
    while not stop() and (parent is None or os.getppid() == parent):
        try:
            busy, pause = worker.work_once(), IDLE_SECONDS
        except Unavailable as outage:
            busy, pause = False, min(MAX_PAUSE, 2 * pause)
            log.warning("%s; waiting", outage.known["problem"])
        except Exception:
            busy = False
            log.exception("a job failed")
        if not busy:
            stop.wait(pause)
    give_back(worker)


def give_back(worker: Worker) -> None:
    """Lets others go on at once with what a worker has, unless the database is away."""
    try:
        worker.let_go()
    except Unavailable as outage:
        log.warning("%s; what this worker has is free when its leases end", outage.known["problem"])


def usual_workers() -> int:
    """One a core that this process may use, at most 4: each holds the models in memory."""
    return min(MOST_WORKERS, usable_cores())


class WorkerProcesses:
    """A context that keeps ``count`` worker processes; one that ends is started again, slower each time."""

    def __init__(self, settings: Settings, count: int) -> None:
        family = uuid.uuid4().hex[:8]
        self._keepers = [_Keeper(_starter(settings, f"{family}-{number}")) for number in range(count)]

    def __enter__(self) -> Self:
        for keeper in self._keepers:
            keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for keeper in self._keepers:
            keeper.end()
        for keeper in self._keepers:
            keeper.join()


class _Keeper(threading.Thread):
    """Watches one process in a thread."""

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        super().__init__(daemon=True)
        self._start = start
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        pause = 1.0
        while True:
            with self._lock:
                if self._ending.is_set():
                    return
                self._process = self._start()
            started = time.monotonic()
            code = self._process.wait()
            if self._ending.is_set():
                return
            log.error("a worker process ended with %s; starting another in %.0f s", code, pause)
            self._ending.wait(pause)
            pause = 1.0 if time.monotonic() - started > STEADY_SECONDS else min(MAX_PAUSE, 2 * pause)

    def end(self) -> None:
        """Asks the process to end: it gives its job back first."""
        self._ending.set()
        with self._lock:
            if self._process is not None:
                self._process.terminate()

    def join(self, timeout: float | None = END_SECONDS) -> None:
        super().join(timeout)
        if self.is_alive() and self._process is not None:
            self._process.kill()
            super().join(timeout)


def _starter(settings: Settings, name: str) -> Callable[[], subprocess.Popen[bytes]]:
    """Starts a worker of that name: one that follows another goes on at once with what that one had. The database's
    address goes through the environment: it may hold a password, and arguments are public."""
    command = [sys.executable, "-m", "failsight", "worker", "--parent", str(os.getpid()), "--name", name]
    environment = child_environment(settings)
    return lambda: subprocess.Popen(command, env=environment)  # noqa: S603  (our own program)
