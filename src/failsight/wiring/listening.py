"""The place where a server listens."""

from __future__ import annotations

import socket

from failsight.errors import CannotListen


def listen(host: str, port: int) -> socket.socket:
    """A socket at that place, before anything else is started. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio leaves Nagle on: 40 ms
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
    except (OSError, OverflowError) as broken:
        server.close()
        problem = broken.strerror if isinstance(broken, OSError) else str(broken)
        raise CannotListen(host=host, port=port, problem=problem) from broken
    return server
