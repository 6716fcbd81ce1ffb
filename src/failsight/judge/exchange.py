"""One request and its answer over HTTP: bounded in time and size, and never with the key in what comes out."""

from __future__ import annotations

import json
import socket
import threading
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx2

from failsight.judge.completion import Outcome, read_answer

MOST_BYTES = 4 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_SECRET_FROM = 12  # characters; a shorter key is a placeholder, which ordinary text may hold


class Exchange:
    """Sends bodies to ``<url>/chat/completions``. Redirects are not followed: the key is for one address only. Threads
    share it."""

    def __init__(self, url: str, key: str | None, connections: int) -> None:
        self._url = url.rstrip("/") + "/chat/completions"
        self._key = key or ""
        self._abandoned = False
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lock = threading.Lock()
        headers = {"User-Agent": "failsight", "Accept": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx2.Client(
            headers=headers,
            follow_redirects=False,
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def abandon(self) -> None:
        """Ends every call under way at once, as broken; none succeeds afterwards."""
        with self._lock:
            self._abandoned = True
            streams = list(self._streams)
        for stream in streams:
            _hang_up(stream)

    def send(self, body: dict[str, Any], seconds: float) -> Outcome:
        """One POST, over after ``seconds`` even where the answer drips."""
        over = time.monotonic() + seconds
        wait = max(seconds, 0.001)
        timeout = httpx2.Timeout(wait, connect=min(_CONNECT_SECONDS, wait))
        if self._abandoned:
            return Outcome("broken", detail="the call was not begun: the judge was stopped")
        try:
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
            headers = {"Content-Type": "application/json"}
            with self._http.stream(
                "POST",
                self._url,
                content=content,
                headers=headers,
                timeout=timeout,
                extensions={"trace": self._connected},
            ) as answer:
                received = bytearray()
                for chunk in answer.iter_bytes():
                    received += chunk
                    if len(received) > MOST_BYTES:
                        detail = f"the answer is longer than {MOST_BYTES:,} bytes"
                        return Outcome("reply", text="", problem="cut", detail=detail)
                    if time.monotonic() > over:
                        return Outcome("busy", detail=f"no whole answer within {seconds:.0f} s")
                names = {name.lower(): value for name, value in answer.headers.items()}
                return self._read(answer.status_code, names, bytes(received))
        except (httpx2.ConnectTimeout, httpx2.ConnectError, httpx2.ProxyError) as broken:
            return Outcome("absent", detail=f"no connection to {self._url} ({self._plain(broken)})")
        except httpx2.TimeoutException:
            return Outcome("busy", detail=f"no answer within {seconds:.0f} s")
        except (httpx2.TransportError, httpx2.DecodingError) as broken:
            return Outcome("broken", detail=f"the connection broke off ({self._plain(broken)})")

    def _connected(self, event: str, facts: Mapping[str, Any]) -> None:
        """Notes every new connection, so that it can be hung up (the HTTP client's ``trace`` extension)."""
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        with self._lock:
            self._streams.add(facts["return_value"])
            late = self._abandoned
        if late:
            _hang_up(facts["return_value"])

    def _read(self, status: int, headers: dict[str, str], body: bytes) -> Outcome:
        """The outcome; where the answer repeats the key, without it."""
        read = read_answer(status, headers, body)
        if len(self._key) < _SECRET_FROM:
            return read
        text = None if read.text is None else self._redacted(read.text)
        return Outcome(
            read.kind,
            text,
            read.problem,
            self._redacted(read.detail),
            read.tokens_in,
            read.tokens_out,
            read.retry_after,
        )

    def _redacted(self, text: str) -> str:
        return text.replace(self._key, "[key]")

    def _plain(self, broken: Exception) -> str:
        said = str(broken) or type(broken).__name__
        return self._redacted(said) if self._key else said


def _hang_up(stream: Any) -> None:
    """Whoever reads from or writes to the connection is woken with its end; closing it is left to them."""
    with suppress(OSError):
        # Not the method of a TLS socket: that takes its keys away under the thread that reads.
        socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)
