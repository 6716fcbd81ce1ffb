"""Databases and servers that tests share; property tests draw the same examples every time
(``--hypothesis-profile explore`` draws new ones, and more)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

from servers import Server, postgresql, serve

settings.register_profile("steady", derandomize=True, max_examples=80, deadline=None, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one worker, on each database."""
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    with serve(tmp_path_factory.mktemp(request.param), url=url) as running:
        yield running
