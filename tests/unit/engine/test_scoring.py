"""Severity and confidence against values worked out by hand from the formulas in the module's docstring."""

from __future__ import annotations

import pytest

from failsight.engine.detector import Finding
from failsight.engine.scoring import Recurrence, breakdown, confidence, merge, severity
from failsight.model.taxonomy import FASubcategory

SUB = FASubcategory(subcategory_id="x", subcategory_name="X", impact_score=4, risk_category="high")


def finding(decision: str, probability: float, family: str = "rule", **more) -> Finding:  # type: ignore[no-untyped-def]
    return Finding("x", decision, probability, "because", family=family, **more)


@pytest.mark.parametrize(
    ("failing", "items", "weight"),
    [(0, 10, 1.0), (1, 1, 1.0), (1, 10, 1.0), (2, 10, 1.05), (5, 10, 1.2), (10, 10, 1.45), (100, 100, 1.495)],
)
def test_recurrence(failing: int, items: int, weight: float) -> None:
    assert Recurrence(failing, items).weight == pytest.approx(weight)


@pytest.mark.parametrize(
    ("impact", "risk", "extent", "weight", "override", "expected"),
    [
        (4, 3, 1.0, 1.0, False, 3.5),
        (4, 3, 0.0, 1.0, False, 2.1),
        (4, 3, 0.5, 1.0, False, 2.8),
        (4, 3, 1.0, 1.2, False, 4.2),
        (5, 4, 1.0, 1.5, False, 5.0),
        (1, 1, 0.0, 1.0, False, 0.6),
        (1, 1, 0.0, 1.0, True, 4.5),
        (5, 4, 1.0, 1.2, True, 5.0),
    ],
)
def test_severity(impact: int, risk: int, extent: float, weight: float, override: bool, expected: float) -> None:
    assert severity(impact, risk, extent, weight, override) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("decision", "findings", "metric", "expected"),
    [
        ("fail", [finding("fail", 0.9)], False, 0.9),
        ("fail", [finding("fail", 0.9)], True, 0.95),
        ("pass", [finding("pass", 0.1)], False, 0.9),
        ("fail", [finding("fail", 0.7), finding("fail", 0.8)], False, 0.85),
        ("fail", [finding("fail", 0.9), finding("pass", 0.2)], False, 0.8),
        ("fail", [finding("fail", 0.6), finding("fail", 0.9, "judge")], False, 0.85),
        ("fail", [finding("fail", 0.6), finding("fail", 0.9, "judge")], True, 0.9),
        ("fail", [finding("fail", 1.0), finding("fail", 1.0, "judge")], True, 1.0),
        ("fail", [finding("fail", 0.8), finding("fail", 0.6, "security")], False, 0.75),
        ("pass", [finding("pass", 0.2), finding("pass", 0.4, "judge")], False, 0.7167),
    ],
)
def test_confidence(decision, findings, metric, expected) -> None:  # type: ignore[no-untyped-def]
    assert confidence(decision, findings, metric)[0] == pytest.approx(expected, abs=1e-4)


def test_weights_of_those_that_spoke_sum_to_one() -> None:
    _, terms = confidence(
        "fail", [finding("fail", 0.6), finding("fail", 0.9, "judge"), finding("pass", 0.1, "security")]
    )
    assert terms["deterministic_weight"] == pytest.approx(0.25)
    assert terms["judge_weight"] == pytest.approx(0.5)
    assert terms["security_weight"] == pytest.approx(0.25)
    assert terms["disagreement_penalty"] == pytest.approx(0.1)


def test_a_lone_voice_weighs_one() -> None:
    _, terms = confidence("fail", [finding("fail", 0.6, "judge")])
    assert (terms["deterministic_weight"], terms["judge_weight"], terms["security_weight"]) == (0.0, 1.0, 0.0)


def test_any_fail_wins_and_the_most_suspicious_finding_leads() -> None:
    findings = [finding("pass", 0.1), finding("unsure", 0.5), finding("fail", 0.6), finding("fail", 0.8)]
    assert merge(findings) == ("fail", findings[3])
    assert merge(findings[:2]) == ("unsure", findings[1])
    assert merge(findings[:1]) == ("pass", findings[0])


def test_the_receipt_of_a_failure() -> None:
    lead = finding("fail", 0.9, extent=0.5, signals={"missing_words": 3})
    receipt = breakdown(SUB, [lead], Recurrence(5, 10), None, {"task_adherence": 0.2})
    assert (receipt.impact, receipt.risk) == (4, 3)
    assert receipt.frequency_weight == pytest.approx(1.2)
    assert receipt.final_severity == pytest.approx(3.5 * 0.8 * 1.2)
    assert receipt.final_confidence == pytest.approx(0.95)
    assert receipt.metric_agreement_bonus == pytest.approx(0.05)
    assert receipt.signals == {"missing_words": 3.0}
    assert receipt.security_override is None


def test_an_override_lifts_and_names_its_reason() -> None:
    receipt = breakdown(SUB, [finding("fail", 0.9, extent=0.0)], Recurrence(), "S10 Privacy Violations", {})
    assert receipt.final_severity == pytest.approx(4.5)
    assert receipt.security_override == "S10 Privacy Violations"


@pytest.mark.parametrize("decision", ["pass", "unsure"])
def test_only_failures_are_severe(decision: str) -> None:
    receipt = breakdown(
        SUB, [finding(decision, 0.4)], Recurrence(5, 10), "S10 Privacy Violations", {"hallucination": 0.1}
    )
    assert receipt.final_severity == 0.0
    assert receipt.frequency_weight == 1.0
    assert receipt.security_override is None
    assert receipt.metric_agreement_bonus == 0.0
