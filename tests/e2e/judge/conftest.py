"""A few items, an endpoint that fails them all, and the command that asks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from judge_commands import Start, environment_of, starter, verdicts, write

from failsight.testing.endpoint import ScriptedEndpoint


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    write(path, 4)
    return path


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(verdicts) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, endpoint: ScriptedEndpoint) -> dict[str, str]:
    return environment_of(tmp_path, endpoint.url)


@pytest.fixture
def run(environment: dict[str, str]) -> Start:
    return starter(environment)
