"""Healthy items of ordinary applications: whatever is on or off, no check fails on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.pipeline import Plan
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.settings import Settings
from failsight.wiring.engine import build_engine

ITEMS = yaml.safe_load(Path(__file__).with_name("ordinary_items.yaml").read_text("utf-8"))


@pytest.fixture(scope="module", params=[True, False], ids=["models", "words"])
def plan(request: pytest.FixtureRequest) -> Plan:
    settings = Settings(encoder=request.param, local_judge=request.param)
    return build_engine(settings).plan(AnalysisOptions(mode="full", run_security=True))


@pytest.mark.parametrize("record", ITEMS, ids=[record["input"][:40] for record in ITEMS])
def test_an_ordinary_item_has_no_fails(plan: Plan, record: dict[str, Any]) -> None:
    seen = plan.examine(Item.model_validate(record), 0)
    failed = [
        (sub, s.finding.rationale)
        for sub, found in seen.findings.items()
        for s in found
        if s.finding.decision == "fail"
    ]
    assert not failed
    assert "fail" not in seen.flags.values()
