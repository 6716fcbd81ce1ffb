"""Small rules of the services that show runs as evaluations, audits and usage."""

from __future__ import annotations

from datetime import date

import pytest

from failsight.errors import NotFound
from failsight.model.analysis import AnalysisOptions
from failsight.model.run import FARunResult
from failsight.model.stored_run import RunRequest, StoredRun
from failsight.service.audits import exchange
from failsight.service.evaluation_views import not_measured, overall_score, place_of_item, scores_of
from failsight.service.usage import next_month


def run(**result: object) -> StoredRun:
    known = FARunResult.model_validate(result) if result else None
    request = RunRequest(not_computed={"tone": "its own"})
    return StoredRun(
        id="r", organization_id="o", options=AnalysisOptions(), created_at="2026-11-18", result=known, request=request
    )


def test_a_score_is_the_mean_of_what_was_measured() -> None:
    done = run(
        eval_metrics={"contains": 1.0, "equals": 0.0},
        detectors_skipped=[
            "metric:coherence: only a judge can tell",
            "metric:equals: the item has no expected (1 of 3 items)",
            "leak: switched off",
        ],
    )
    assert overall_score(done) == 0.5
    assert not_measured(done) == {"tone": "its own", "coherence": "only a judge can tell"}


def test_nothing_measured_is_none_and_never_zero() -> None:
    assert overall_score(run()) is None
    assert overall_score(run(eval_metrics={})) is None
    assert scores_of(run()) == {}


def test_item_ids() -> None:
    assert place_of_item("a-b.c.12") == ("a-b.c", 12)
    for name in ("", "a", ".1", "a.", "a.x", "a.-1", "a.1234567890", "a.\u0661"):
        with pytest.raises(NotFound):
            place_of_item(name)


def test_months() -> None:
    assert next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert next_month(date(2026, 1, 1)) == date(2026, 2, 1)


def test_a_conversation_history_is_the_conversation() -> None:
    history = [{"role": "user", "content": "Hi"}]
    record = {"user_input": "a", "assistant_response": "b", "conversation_history": history}
    assert exchange(record) == {"user_input": "a", "assistant_response": "b", "conversation": history}
    odd = record | {"conversation_history": ["Hi"]}
    assert exchange(odd) == odd
    assert exchange("no record") == "no record"
