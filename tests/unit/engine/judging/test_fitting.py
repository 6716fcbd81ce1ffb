"""Interviews with a judge whose context is too small for the first request."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from failsight.engine.judging.estimate import estimate_tokens_in
from failsight.engine.judging.fitting import LEAST_ITEM_CHARS
from failsight.engine.judging.interview import SILENT, Interview
from failsight.engine.pipeline import Examination
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.judge import JudgeReply, JudgeRequest
from failsight.settings import Settings
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_rubrics

PLAN = build_engine(Settings(encoder=False)).plan(AnalysisOptions())
VERDICTS = [rubric for rubric in load_rubrics() if rubric.subcategory and set(rubric.needs) <= {"input", "output"}][:12]
SHORT = Item(input="Who leads the choir in Varde?", output="The choir is led by Ms Holm, who lives nearby.")
LONG = Item(input="What does the log say?", output="The pump was checked and the valve was closed. " * 800)
Say = Callable[[str], dict[str, Any]]


def passing(_name: str) -> dict[str, Any]:
    return {"reasoning": "seen", "quote": "", "quote_field": "", "verdict": "pass", "probability": 0.1}


def size(request: JudgeRequest) -> int:
    return estimate_tokens_in(request) + request.max_tokens


def hold(item: Item, room: int, say: Say = passing, rejudge: int = 0) -> tuple[Examination, list[JudgeRequest]]:
    """The examination after an interview with a judge that has room for so many tokens, and what it answered."""
    interview = Interview(PLAN, PLAN.examine(item, 0), VERDICTS, rejudge=rejudge)
    answered: list[JudgeRequest] = []
    while requests := interview.requests():
        for request in requests:
            if size(request) > room:
                interview.accept(request, JudgeReply(text="", model="m", request_hash="h", problem="too_long"))
                continue
            answered.append(request)
            names = [receipt.partition("@")[0] for receipt in request.rubrics]
            text = json.dumps({name: say(name) for name in names})
            interview.accept(request, JudgeReply(text=text, model="m", request_hash="h"))
    return interview.conclude(), answered


def first_size(item: Item) -> int:
    """Of the request that asks all of them about the whole item."""
    [request] = Interview(PLAN, PLAN.examine(item, 0), VERDICTS).requests()
    return size(request)


def judged(seen: Examination) -> set[str]:
    return {name for name, found in seen.findings.items() if any(one.finding.family == "judge" for one in found)}


def test_fewer_rubrics_are_asked_at_once_and_the_item_stays_whole() -> None:
    seen, answered = hold(SHORT, first_size(SHORT) // 3)
    assert judged(seen) == {rubric.name for rubric in VERDICTS}
    assert sorted(receipt for one in answered for receipt in one.rubrics) == sorted(one.receipt for one in VERDICTS)
    assert max(len(one.rubrics) for one in answered) in {3, 6}
    assert all("left out here" not in one.messages[-1].content for one in answered)


def test_a_long_item_is_shortened_and_every_verdict_says_so() -> None:
    seen, answered = hold(LONG, first_size(LONG) // 2)
    assert judged(seen) == {rubric.name for rubric in VERDICTS}
    assert len(answered) < len(VERDICTS), "the item was the larger part: rubrics stay together"
    assert all(re.search(r"characters left out here", one.messages[-1].content) for one in answered)
    for name in (rubric.name for rubric in VERDICTS if "output" in rubric.needs):
        [own] = [one.finding for one in seen.findings[name] if one.finding.family == "judge"]
        assert "Judged on shortened texts (characters" in own.rationale
        assert own.signals["judge_saw_part"] == 1.0
        assert "of output" in own.evidence[-1].details["not_shown"]


@pytest.mark.parametrize("item", [SHORT, LONG])
@pytest.mark.parametrize("parts", [2, 5, 9])
def test_nothing_is_lost_and_no_more_is_asked_than_needed(item: Item, parts: int) -> None:
    room = max(first_size(item) // parts, 2_200)
    seen, answered = hold(item, room)
    assert judged(seen) == {rubric.name for rubric in VERDICTS}
    assert len(answered) <= len(VERDICTS)


def test_a_judge_with_no_room_at_all_says_so() -> None:
    seen, answered = hold(LONG, 300)
    assert not answered
    assert not judged(seen)
    assert {seen.skipped.get(one.name, seen.skipped.get(f"judge:{one.name}")) for one in VERDICTS} == {
        SILENT["too_long"]
    }
    assert len(LONG.output) > LEAST_ITEM_CHARS


def test_what_a_full_context_let_through_counts_and_the_rest_is_asked() -> None:
    interview = Interview(PLAN, PLAN.examine(SHORT, 0), VERDICTS)
    [request] = interview.requests()
    first, *rest = (rubric.name for rubric in VERDICTS)
    begun = json.dumps({first: passing(first), rest[0]: {"reasoning": "it"}})[:-8]
    interview.accept(request, JudgeReply(text=begun, model="m", request_hash="h", problem="too_long"))
    [again] = interview.requests()
    assert [receipt.partition("@")[0] for receipt in again.rubrics] == rest


def test_repetitions_are_no_larger_than_what_was_answered() -> None:
    def torn(_name: str) -> dict[str, Any]:
        return passing("") | {"verdict": "unsure", "probability": 0.5}

    seen, answered = hold(SHORT, first_size(SHORT) // 3, torn, rejudge=2)
    repeated = [one for one in answered if one.sample]
    assert {one.sample for one in repeated} == {1, 2}
    assert len([receipt for one in repeated for receipt in one.rubrics]) == 2 * len(VERDICTS)
    for name in judged(seen):
        [own] = [one.finding for one in seen.findings[name] if one.finding.family == "judge"]
        assert own.signals["judge_samples"] == 3


def test_a_repair_that_is_too_long_becomes_a_new_question() -> None:
    interview = Interview(PLAN, PLAN.examine(SHORT, 0), VERDICTS[:4])
    [request] = interview.requests()
    interview.accept(request, JudgeReply(text="I would say fine.", model="m", request_hash="h"))
    [repair] = interview.requests()
    interview.accept(repair, JudgeReply(text="", model="m", request_hash="h", problem="too_long"))
    anew = interview.requests()
    assert [len(one.rubrics) for one in anew] == [2, 2]
    assert all(len(one.messages) == 2 for one in anew)
    for one in anew:
        interview.accept(one, JudgeReply(text="", model="m", request_hash="h", problem="unreachable"))
    assert not interview.requests()
    assert all("cannot be read" in _note(interview.conclude(), rubric.name) for rubric in VERDICTS[:4])


def _note(seen: Examination, name: str) -> str:
    own = [one.finding.rationale for one in seen.findings.get(name, ()) if one.finding.family == "judge"]
    return own[0] if own else str(seen.skipped.get(f"judge:{name}"))
