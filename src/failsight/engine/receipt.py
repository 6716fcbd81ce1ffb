"""The numbers behind a tag's severity and confidence, in words."""

from __future__ import annotations

from failsight.engine.scoring import AGREEMENT, DISAGREEMENT, OVERRIDE_SEVERITY, RISK
from failsight.model.tag import FATag

_RISK_NAMES = {number: name for name, number in RISK.items()}
_VOICES = (
    ("deterministic_weight", "rules and local models"),
    ("judge_weight", "a judge"),
    ("security_weight", "security checks"),
)


def explain_severity(tag: FATag) -> list[str]:
    """How the severity came about, one step a line; see ``engine/scoring.py`` for the formula."""
    numbers = tag.scoring_breakdown
    if tag.decision != "fail" or numbers is None:
        return ["0: only a failure has a severity"]
    base = (numbers.impact + numbers.risk) / 2
    extent = 0.6 + 0.4 * numbers.extent
    risk = _RISK_NAMES.get(numbers.risk, str(numbers.risk))
    lines = [
        f"impact {numbers.impact} of 5, risk {risk} ({numbers.risk} of 4): "
        f"({numbers.impact} + {numbers.risk}) / 2 = {base:g}",
        f"{numbers.extent:.0%} of the item is affected: x {extent:.2f}",
        f"recurrence in this run: x {numbers.frequency_weight:.2f}"
        + ("" if numbers.frequency_weight > 1 else " (this failure stands alone)"),
    ]
    scaled = base * extent * numbers.frequency_weight
    lines.append(
        f"{base:g} x {extent:.2f} x {numbers.frequency_weight:.2f} = {scaled:.2f}"
        + (", at most 5" if scaled > 5 else "")
    )
    if numbers.security_override:
        lines.append(f"lifted to at least {OVERRIDE_SEVERITY} by the critical category {numbers.security_override}")
    return [*lines, f"severity {tag.severity:.2f} of 5"]


def explain_confidence(tag: FATag) -> list[str]:
    """How the confidence came about, one step a line."""
    numbers = tag.scoring_breakdown
    if numbers is None:
        return []
    lines = [f"probability of a failure, from the check that decided: {numbers.failure_probability:.2f}"]
    voices = [(name, getattr(numbers, field)) for field, name in _VOICES if getattr(numbers, field)]
    if voices:
        lines.append("who spoke: " + ", ".join(f"{name} (weight {weight:.2f})" for name, weight in voices))
    if numbers.metric_agreement_bonus:
        lines.append(f"+ {numbers.metric_agreement_bonus:.2f}: independent signals agree (+ {AGREEMENT} each)")
    if numbers.disagreement_penalty:
        lines.append(f"- {numbers.disagreement_penalty:.2f}: a signal contradicts the decision (- {DISAGREEMENT})")
    if tag.eval_metric_values:
        lines.append("related metrics: " + ", ".join(f"{k} {v:.2f}" for k, v in tag.eval_metric_values.items()))
    if numbers.signals:
        lines.append("signals: " + ", ".join(f"{name} {value:g}" for name, value in numbers.signals.items()))
    return [*lines, f"confidence {tag.confidence:.2f} in the decision '{tag.decision}'"]
