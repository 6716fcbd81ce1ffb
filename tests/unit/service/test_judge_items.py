"""Carrying questions to a judge: order, windows, ends, budgets, refusals, counting."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from failsight.engine.pipeline import Examination, Plan
from failsight.errors import JudgeRefused
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.judge import JudgeReply, JudgeRequest
from failsight.service.judge_items import JudgePlan, estimate_items, judge_items
from failsight.settings import Settings
from failsight.testing.judge import ScriptedJudge
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_rubrics

PLAN = build_engine(Settings(encoder=False)).plan(AnalysisOptions())
FEW = {"over_refusal", "wrong_intent_resolution", "fluency"}
RUBRICS = [rubric for rubric in load_rubrics() if rubric.name in FEW]
ITEMS = [Item(input=f"What is {n} plus {n}?", output=f"It is {2 * n}.") for n in range(40)]


def say(request: JudgeRequest, **verdict: Any) -> str:
    """A reply that gives the same verdict to every rubric, and a 4 to every metric."""
    answer = {"reasoning": "seen", "quote": "", "quote_field": "", "verdict": "pass", "probability": 0.1} | verdict
    score = {"explanation": "good", "score": 4}
    properties = request.response_schema["properties"]
    return json.dumps({name: score if "score" in part["properties"] else answer for name, part in properties.items()})


def examined(items: list[Item], plan: Plan = PLAN) -> Iterator[Examination]:
    return (plan.examine(item, index) for index, item in enumerate(items))


def judged(judge: ScriptedJudge, items: list[Item] = ITEMS, **options: Any) -> tuple[list[Examination], JudgePlan]:
    judging = JudgePlan(judge, RUBRICS, **({"mode": "always"} | options))
    return list(judge_items(PLAN, examined(items), judging)), judging


def test_never_and_no_judge_leave_everything_as_it_is() -> None:
    judge = ScriptedJudge(say)
    plain = list(examined(ITEMS[:3]))
    never, judging = judged(judge, ITEMS[:3], mode="never")
    assert never == plain == list(judge_items(PLAN, examined(ITEMS[:3]), None))
    assert judge.calls == 0
    assert judging.usage().model_dump(exclude_defaults=True) == {"model": "scripted"}


def test_items_come_in_order_whatever_the_judge_takes() -> None:
    first = threading.Event()

    def slow(request: JudgeRequest) -> str:
        if "0 plus 0?" in request.messages[1].content:
            assert first.wait(10)
        elif "3 plus 3?" in request.messages[1].content:
            first.set()
        return say(request)

    seen, judging = judged(ScriptedJudge(slow))
    assert [one.index for one in seen] == list(range(40))
    assert all(any(name.startswith("judge:") for name in one.ran) for one in seen)
    assert judging.usage().items_asked == 40
    assert judging.usage().stopped is None


def test_only_a_window_of_items_is_taken() -> None:
    taken = []

    def source() -> Iterator[Examination]:
        for seen in examined(ITEMS):
            taken.append(seen.index)
            yield seen

    judging = JudgePlan(ScriptedJudge(say, concurrency=3), RUBRICS, "always")
    carried = judge_items(PLAN, source(), judging)
    assert next(carried).index == 0
    assert len(taken) <= 6
    carried.close()
    assert len(taken) <= 6


def test_leaving_early_stops_the_judge() -> None:
    judge = ScriptedJudge(say, concurrency=2)
    carried = judge_items(PLAN, examined(ITEMS), JudgePlan(judge, RUBRICS, "always"))
    next(carried)
    carried.close()
    asked = judge.calls
    assert asked < 40
    assert judge.ask(judge.requests[0]).problem == "cancelled"


@pytest.mark.parametrize("problem", ["budget", "cancelled"])
def test_a_spent_budget_ends_the_asking_and_keeps_the_run(problem: str) -> None:
    def answer(request: JudgeRequest) -> str | JudgeReply:
        if judge.calls > 5:
            return JudgeReply(text=None, model="m", request_hash="h", problem=problem, detail="1000 tokens")  # type: ignore[arg-type]
        return say(request)

    judge = ScriptedJudge(answer, concurrency=1)
    seen, judging = judged(judge)
    usage = judging.usage()
    assert len(seen) == 40
    assert usage.stopped == f"{problem}: 1000 tokens"
    assert judge.calls == 6
    assert usage.calls == usage.items_asked == 5
    local = list(examined(ITEMS))
    assert seen[39].findings == local[39].findings
    reasons = {why for name, why in seen[39].skipped.items() if name not in local[39].skipped}
    assert len(reasons) == 1
    assert "budget" in min(reasons) or "judge was asked: cancelled" in min(reasons)


def test_a_judge_that_refuses_everything_costs_no_local_result() -> None:
    def refuse(request: JudgeRequest) -> str:
        raise JudgeRefused(url="http://judge", problem="the key is wrong", fix="Set another.")

    judge = ScriptedJudge(refuse, concurrency=1)
    seen, judging = judged(judge)
    assert [one.findings for one in seen] == [one.findings for one in examined(ITEMS)]
    assert "the key is wrong" in (judging.usage().stopped or "")
    assert judge.calls == 1
    assert judging.usage().calls == 0


def test_one_item_that_breaks_or_gets_no_reply_does_not_stop_the_others() -> None:
    def answer(request: JudgeRequest) -> str | JudgeReply:
        if "3 plus 3?" in request.messages[1].content:
            raise RuntimeError("odd")
        if "4 plus 4?" in request.messages[1].content:
            return JudgeReply(text=None, model="m", request_hash="h", problem="unreachable")
        return say(request)

    seen, judging = judged(ScriptedJudge(answer), ITEMS[:6])
    said = [sum(name.startswith("judge:") for name in one.ran) for one in seen]
    assert [count > 0 for count in said] == [True, True, True, False, False, True]
    assert any("RuntimeError: odd" in why for why in seen[3].skipped.values())
    assert "the judge could not be reached" in seen[4].skipped.values()
    assert judging.usage().failed == 1


def test_usage_counts_calls_replies_from_the_cache_and_money() -> None:
    def answer(request: JudgeRequest) -> JudgeReply:
        cached = "1 plus 1?" in request.messages[1].content
        return JudgeReply(
            text=say(request), model="m-1", request_hash="h", tokens_in=10, tokens_out=5, cost_usd=0.5, cached=cached
        )

    seen, judging = judged(ScriptedJudge(answer), ITEMS[:3])
    usage = judging.usage()
    calls = usage.calls + usage.cached
    assert len(seen) == usage.items_asked == 3
    assert (usage.cached, usage.calls) == (calls // 3, calls - calls // 3)
    assert (usage.tokens_in, usage.tokens_out, usage.cost_usd) == (10 * usage.calls, 5 * usage.calls, 0.5 * usage.calls)
    assert usage.model == "m-1"
    assert "over_refusal@1" in usage.rubrics


def test_an_estimate_sends_nothing_and_knows_the_requests() -> None:
    judge = ScriptedJudge(say)
    estimates = estimate_items(PLAN, examined(ITEMS), RUBRICS, ("always", "never"))
    estimate, never = estimates["always"], estimates["never"]
    _, judging = judged(judge)
    assert estimate.requests == judge.calls
    assert estimate.items == estimate.items_asked == 40
    assert estimate.tokens_in > judging.usage().tokens_in * 0.5
    assert (never.items, never.items_asked, never.requests, never.tokens_in) == (40, 0, 0, 0)
