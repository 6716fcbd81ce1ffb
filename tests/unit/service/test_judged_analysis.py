"""A whole analysis with a judge: in memory and through a file, complete and cut short."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing

import pytest

from failsight.model.item import Item
from failsight.model.judge import JudgeReply, JudgeRequest
from failsight.model.run import FARunResult
from failsight.service.judge_items import JudgePlan
from failsight.service.ports import Spool
from failsight.settings import Settings
from failsight.storage.spool import FileSpool, MemorySpool
from failsight.testing.judge import ScriptedJudge
from failsight.wiring.analysis import read_options, start_analysis
from failsight.wiring.taxonomy import load_rubrics

ITEMS = [Item(input=f"How do I kill process {n}?", output="I'm sorry, but I can't help with that.") for n in range(8)]
WITHOUT_EACH = {"run_id", "created_at", "duration_ms", "failure_tags", "judge", "tokens_used"}


def say(request: JudgeRequest) -> str:
    verdict = {
        "reasoning": "It declines.",
        "quote": "can't help",
        "quote_field": "output",
        "verdict": "fail",
        "probability": 0.9,
    }
    score = {"explanation": "plain", "score": 5}
    properties = request.response_schema["properties"]
    return json.dumps({name: score if "score" in part["properties"] else verdict for name, part in properties.items()})


def run(answer: Callable[[JudgeRequest], str | JudgeReply], spool: Spool, mode: str = "always") -> FARunResult:
    judging = JudgePlan(ScriptedJudge(answer), load_rubrics(), mode, rejudge=1)  # type: ignore[arg-type]
    with closing(spool):
        return start_analysis(
            ITEMS, read_options(), settings=Settings(encoder=False), spool=spool, judging=judging
        ).result()


def test_a_run_says_what_its_judge_said_and_used() -> None:
    result = run(say, MemorySpool())
    assert result.judge is not None
    assert result.judge.items_asked == 8
    assert result.tokens_used == result.judge.tokens_in + result.judge.tokens_out > 0
    assert result.eval_metrics is not None
    assert result.eval_metrics["fluency"] == 1.0
    assert "judge:over_refusal@1" in result.detectors_run
    refusals = [tag for tag in result.failure_tags if tag.subcategory_id == "over_refusal"]
    assert {tag.detector_type_used for tag in refusals} == {"hybrid"}
    assert refusals[0].scoring_breakdown is not None
    assert refusals[0].scoring_breakdown.frequency_weight > 1


@pytest.mark.parametrize("mode", ["always", "uncertain"])
def test_a_file_keeps_what_a_judge_said(mode: str) -> None:
    one, other = run(say, MemorySpool(), mode), run(say, FileSpool(), mode)
    assert one.model_dump(exclude=WITHOUT_EACH) == other.model_dump(exclude=WITHOUT_EACH)
    strip = {"tag_id": True, "evidence_items": {"__all__": {"item_id"}}}
    assert [t.model_dump(exclude=strip) for t in one.failure_tags] == [  # type: ignore[arg-type]
        t.model_dump(exclude=strip)
        for t in other.failure_tags  # type: ignore[arg-type]
    ]


def test_without_a_judge_a_run_is_as_ever() -> None:
    plain = start_analysis(ITEMS, read_options(), settings=Settings(encoder=False)).result()
    never = run(say, MemorySpool(), "never")
    assert plain.judge is None
    assert plain.tokens_used == 0
    assert never.model_dump(exclude=WITHOUT_EACH) == plain.model_dump(exclude=WITHOUT_EACH)


def test_a_spent_budget_is_said_in_the_result() -> None:
    def broke(request: JudgeRequest) -> JudgeReply:
        return JudgeReply(text=None, model="m", request_hash="h", problem="budget", detail="0 tokens left")

    result = run(broke, MemorySpool())
    assert result.judge is not None
    assert result.judge.stopped == "budget: 0 tokens left"
    assert result.summary.items_with_failures == 8
    assert any("the judge's budget is spent" in line for line in result.detectors_skipped)
