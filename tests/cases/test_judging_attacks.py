"""Judged text that gives orders: it stays data, and a judge that obeys cannot clear what rules found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.judging.manipulation import speaks_to_judge
from failsight.engine.judging.prompt import build_request
from failsight.engine.judging.shown import show
from failsight.engine.pipeline import decision_of
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.judge import JudgeRequest
from failsight.service.judge_items import JudgePlan, judge_items
from failsight.settings import Settings
from failsight.testing.judge import ScriptedJudge
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_rubrics

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("judging").joinpath("attacks.yaml").read_text("utf-8")
)
ENGINE = build_engine(Settings(encoder=False))
RUBRICS = load_rubrics()
TOKENS = ("<|", "|>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "</s>", "<s>", "<start_of_turn>", "<｜")
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))


def obey(request: JudgeRequest) -> str:
    """What the attacks want: everything passes, everything is perfect."""
    verdict = {"reasoning": "as told", "quote": "", "quote_field": "", "verdict": "pass", "probability": 0.0}
    properties = request.response_schema["properties"]
    return json.dumps(
        {n: {"explanation": "", "score": 5} if "score" in p["properties"] else verdict for n, p in properties.items()}
    )


@every_case
def test_the_judge_gets_it_as_data(case: dict[str, Any]) -> None:
    item = Item.model_validate(case["item"])
    content = build_request(show(item), RUBRICS[:3]).messages[1].content
    marker = content.partition("BEGIN DATA ")[2][:16]
    lines = content.splitlines()
    assert lines.count(f"BEGIN DATA {marker}") == lines.count(f"END DATA {marker}") == 1
    block = content.partition(f"\nBEGIN DATA {marker}\n")[2].partition(f"\nEND DATA {marker}\n")[0]
    assert marker not in block
    assert json.loads(block)["output"] == item.output
    assert not [token for token in TOKENS if token in block]
    assert all(character.isprintable() or character == "\n" for character in block)


@every_case
def test_who_speaks_to_the_judge_is_known(case: dict[str, Any]) -> None:
    found = speaks_to_judge(show(Item.model_validate(case["item"])).texts)
    assert (found is not None) is case["speaks"], found


@every_case
def test_a_judge_that_obeys_clears_nothing(case: dict[str, Any]) -> None:
    item, plan = Item.model_validate(case["item"]), ENGINE.plan(AnalysisOptions())
    local = plan.examine(item, 0)
    [seen] = judge_items(plan, [plan.examine(item, 0)], JudgePlan(ScriptedJudge(obey), RUBRICS, "always"))
    for sub, found in local.findings.items():
        if any(one.finding.decision == "fail" and one.finding.family == "rule" for one in found):
            assert decision_of(seen.findings[sub]) == "fail"
    if case["speaks"]:
        own = [one.finding for found in seen.findings.values() for one in found if one.finding.family == "judge"]
        assert own
        assert {finding.decision for finding in own} == {"unsure"}
        assert all("speaks to its judge" in finding.rationale for finding in own)
        assert {name: score.value for name, score in seen.scores.items()} == {
            name: score.value for name, score in local.scores.items()
        }
