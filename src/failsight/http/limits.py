"""Request ids and the limit on request bodies, as plain ASGI so that nothing is buffered twice."""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class RequestId:
    """Every answer carries ``X-Request-ID``: the client's own when it sent one, else a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"")[:64]
        request_id = given if given.isalnum() or given.replace(b"-", b"").isalnum() else uuid.uuid4().hex.encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id)]
            await send(message)

        await self._app(scope, receive, with_id)


class BodyLimit:
    """A body above ``max_bytes`` is answered with 400 ``dataset_too_large`` before it is read; paths in ``streamed``,
    whose bodies never are in memory as a whole, take any size."""

    def __init__(self, app: ASGIApp, max_bytes: int, streamed: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._max = max_bytes
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._streamed:
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max:
            await self._refuse(send, int(declared))
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max:
                raise _TooLarge
            return message

        async def unless_too_large(message: Message) -> None:
            if seen <= self._max:  # the framework answers what it could not read in words of its own
                await send(message)

        with suppress(_TooLarge):
            await self._app(scope, counted, unless_too_large)
        if seen > self._max:
            await self._refuse(send, seen)

    async def _refuse(self, send: Send, size: int) -> None:
        text = (
            f"The request body has {size} bytes or more; at most {self._max} are allowed. Send the data set in parts."
        )
        known: dict[str, Any] = {"error": "dataset_too_large", "dataset_size": size, "max_allowed": self._max}
        body = json.dumps(known | {"message": text, "detail": text}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 400, "headers": [*headers, (b"connection", b"close")]})
        await send({"type": "http.response.body", "body": body})


class _TooLarge(Exception):
    """The body grew beyond the limit while it was read."""
