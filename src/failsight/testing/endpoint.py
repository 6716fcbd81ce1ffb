"""A small server that speaks the OpenAI protocol's chat completions and says what a test wants, well or badly."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer as it goes over the wire. delay: seconds before it begins. drip: seconds between its bytes, sent in
    chunks. cut: the connection is dropped after that many bytes of the body, before any answer where it is -1."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    delay: float = 0.0
    drip: float | None = None
    cut: int | None = None


def completion(text: str | None, *, finish_reason: str = "stop", usage: Body | None = None, **message: Any) -> Canned:
    """A chat completion that says ``text``; usage is left out where None. message: more fields of its message."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish_reason}
    told: Body = {"id": "c", "object": "chat.completion", "choices": [choice]}
    return Canned(json.dumps(told if usage is None else {**told, "usage": usage}).encode())


def failure(status: int, message: str = "", **headers: str) -> Canned:
    """An error in the protocol's shape; a header's underscores stand for hyphens."""
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Canned(json.dumps({"error": {"message": message}}).encode(), status, sent)


class ScriptedEndpoint:
    """Listens on loopback while its context is open; ``url`` is what OPENAI_BASE_URL would be. ``answer`` gets the body
    of each request, one thread a connection; a text becomes a completion with a word a token.

    ``bodies`` and ``authorizations`` hold what came in, ``most_at_once`` how many requests overlapped.
    """

    def __init__(self, answer: Callable[[Body], str | Canned]) -> None:
        self.answer = answer
        self.bodies: list[Body] = []
        self.authorizations: list[str | None] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, body: Body, authorization: str | None) -> Canned:
        """Notes a request and makes its answer."""
        with self._lock:
            self.bodies.append(body)
            self.authorizations.append(authorization)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            said = self.answer(body)
            if isinstance(said, Canned):
                time.sleep(said.delay)
                return said
            words = sum(len(message["content"].split()) for message in body["messages"])
            return completion(said, usage={"prompt_tokens": words, "completion_tokens": len(said.split())})
        finally:
            with self._lock:
                self._at_once -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news; anything else is a fault of the test."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(endpoint: ScriptedEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if self.path != "/v1/chat/completions":
                self._send(failure(404, "there is nothing here"))
                return
            try:
                self._send(endpoint.take(body, self.headers.get("Authorization")))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _send(self, canned: Canned) -> None:
            self.close_connection = _send(self, canned) or self.close_connection

        def log_message(self, *_parts: object) -> None:
            """Says nothing on stderr."""

    return Handler


def _send(handler: BaseHTTPRequestHandler, canned: Canned) -> bool:
    """Writes an answer; True when the connection is then dropped."""
    if canned.cut is not None and canned.cut < 0:
        return True
    handler.send_response_only(canned.status)
    for name, value in canned.headers.items():
        handler.send_header(name, value)
    if canned.drip is None:
        handler.send_header("Content-Length", str(len(canned.body)))
        handler.end_headers()
        handler.wfile.write(canned.body[: canned.cut])
        return canned.cut is not None
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for byte in canned.body:
        handler.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        handler.wfile.flush()
        time.sleep(canned.drip)
    handler.wfile.write(b"0\r\n\r\n")
    return False
