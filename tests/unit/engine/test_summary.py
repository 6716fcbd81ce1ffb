"""A run's summary, figure by figure."""

from __future__ import annotations

import pytest

from failsight.engine.summary import summarize
from failsight.model.tag import FAScoringBreakdown, FATag


def tag(decision: str, severity: float = 0.0, confidence: float = 0.9, **more) -> FATag:  # type: ignore[no-untyped-def]
    fields = {"subcategory_id": "a", "subcategory_name": "A", "bucket_id": "b", **more}
    return FATag(decision=decision, severity=severity, confidence=confidence, **fields)


def test_counts() -> None:
    summary = summarize(
        [[tag("fail", 2.0), tag("pass"), tag("unsure")], [tag("pass")], [tag("pass"), tag("unsure")], []]
    )
    assert summary.total_failures_detected == 1
    assert summary.total_passes == 3
    assert summary.total_uncertain == 2
    assert summary.total_items == 4
    assert summary.items_with_failures == 1
    assert summary.items_all_passed == 1


def test_the_worst_failure_is_primary() -> None:
    summary = summarize(
        [[tag("fail", 2.0, subcategory_id="x"), tag("fail", 3.0, 0.6, subcategory_id="y", subcategory_name="Y")],
         [tag("fail", 3.0, 0.5, subcategory_id="z", bucket_id="c")]]
    )  # fmt: skip
    assert summary.primary_failure == "y"
    assert summary.primary_failure_name == "Y"
    assert summary.overall_severity == 3.0
    assert summary.overall_confidence == pytest.approx((2 * 0.9 + 3 * 0.6 + 3 * 0.5) / 8, abs=1e-4)
    assert summary.buckets_affected == ["b", "c"]


def test_confidence_of_a_clean_run_is_that_of_its_passes() -> None:
    assert summarize([[tag("pass", confidence=0.8), tag("pass", confidence=0.6)]]).overall_confidence == 0.7


def test_an_empty_run_is_not_healthy_in_any_figure() -> None:
    summary = summarize([])
    assert summary.overall_confidence == 0.0
    assert summary.primary_failure is None
    assert summary.items_all_passed == 0


OVERRIDE = FAScoringBreakdown(security_override="S10 Privacy Violations")


@pytest.mark.parametrize(
    ("tags", "alert", "gate", "review"),
    [
        ([tag("pass")], False, False, False),
        ([tag("fail", 2.9)], False, False, False),
        ([tag("fail", 3.0)], False, True, False),
        ([tag("fail", 4.0)], True, True, False),
        ([tag("fail", 3.0, 0.49)], False, False, True),
        ([tag("fail", 4.0, 0.49)], True, False, True),
        ([tag("fail", 1.0, 0.9, scoring_breakdown=OVERRIDE)], True, False, False),
        ([tag("unsure")], False, False, True),
    ],
)
def test_advice(tags: list[FATag], alert: bool, gate: bool, review: bool) -> None:
    summary = summarize([tags])
    assert (summary.should_alert, summary.should_gate_ci, summary.needs_human_review) == (alert, gate, review)
