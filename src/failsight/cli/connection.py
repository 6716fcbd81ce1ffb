"""Options that say which server, and the client that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from failsight.errors import InvalidInput

if TYPE_CHECKING:
    from failsight.client import FailureAnalysisClient

ServerOption = Annotated[
    str | None, typer.Option("--server", metavar="URL", help="Address of a server. [env: FAILSIGHT_SERVER]")
]
KeyOption = Annotated[
    str | None,
    typer.Option("--api-key", metavar="KEY", help="Key for the server. [env: FAILSIGHT_API_KEY, which no list shows]"),
]


def chosen_server(server: str | None) -> str | None:
    """The server that the flag or the environment names; an empty flag means none."""
    from failsight.settings import read_settings  # noqa: PLC0415  (commands load what they need)

    return (read_settings().server if server is None else server.strip()) or None


def connect(server: str | None, api_key: str | None) -> FailureAnalysisClient:
    """A client for the server that flags or the environment name. Raises InvalidInput when the key is missing or the
    address is none."""
    from failsight.client import FailureAnalysisClient  # noqa: PLC0415
    from failsight.client.wire import DEFAULT_URL  # noqa: PLC0415
    from failsight.settings import read_settings  # noqa: PLC0415

    url = chosen_server(server) or DEFAULT_URL
    key = (api_key or "").strip() or read_settings().api_key
    if not key:
        fix = "Set FAILSIGHT_API_KEY, or give --api-key; `failsight keys create` on the server makes one."
        raise InvalidInput(problem="No API key is given for the server", fix=fix)
    if not key.isascii() or not key.isprintable():
        raise InvalidInput(problem="The API key has signs that no key has", fix="Copy it once more.")
    if not url.startswith(("http://", "https://")):
        raise InvalidInput(problem=f"'{url}' is no address of a server", fix="Write http://HOST:PORT.")
    return FailureAnalysisClient(key, url)
