"""What the tests of the command share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import BAD, FINE, lines


@pytest.fixture
def without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILSIGHT_ENCODER", "off")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text(lines(BAD, FINE), "utf-8")
    return path
