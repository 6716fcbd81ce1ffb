"""The whole engine with the local judge on ordinary traffic: healthy items never fail grounding, inventions never
pass."""

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

CHECKS = ("unsupported_factual_claim", "factual_contradiction", "wrong_entity_or_number")


def items(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name(name).read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build_engine(Settings()).plan(AnalysisOptions(subcategories=CHECKS, run_eval=False, run_security=False))


@pytest.mark.parametrize("item", items("healthy_items.yaml"), ids=lambda item: item["output"][:40])
def test_an_ordinary_answer_does_not_fail(plan: Plan, item: dict[str, Any]) -> None:
    seen = plan.examine(Item.model_validate(item), 0)
    for name, found in seen.findings.items():
        for sourced in found:
            assert sourced.finding.decision != "fail", (name, sourced.finding)


@pytest.mark.parametrize("case", items("invented_items.yaml"), ids=lambda item: item["output"][:40])
def test_an_invention_does_not_pass_and_is_pointed_at(plan: Plan, case: dict[str, Any]) -> None:
    mark = case.pop("mark")
    item = Item.model_validate(case)
    (sourced,) = plan.examine(item, 0).findings["unsupported_factual_claim"]
    assert sourced.finding.decision != "pass"
    spans = [piece for piece in sourced.finding.evidence if piece.kind == "span"]
    assert any(mark in (piece.snippet or "") for piece in spans)
    for piece in spans:
        assert item.output[piece.start : piece.end] == piece.snippet
    assert {"lexical_probability", "token_probability"} <= set(sourced.finding.signals)
