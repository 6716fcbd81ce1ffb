"""A run's summary: every figure follows from the tags, so the two cannot disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from failsight.model.run import FASummary
from failsight.model.tag import FATag

ALERT_SEVERITY = 4.0
GATE_SEVERITY = 3.0
GATE_CONFIDENCE = 0.5


@dataclass(slots=True)
class SummaryTally:
    """Counts tags item by item in constant memory; ``summary()`` reads off the result.

    overall_severity: of the worst failure. overall_confidence: mean confidence of the failures, weighted by severity,
    or of the passed checks when nothing failed. primary_failure: the subcategory of the worst failure (by severity,
    then confidence, then order). should_alert: a failure of severity >= 4 or with a security override.
    should_gate_ci: a failure of severity >= 3 with confidence >= 0.5. needs_human_review: anything unsure, or a failure
    with confidence below 0.5. items_all_passed: items with at least one check, all of them passed.
    """

    decisions: Counter[str] = field(default_factory=Counter)
    buckets: dict[str, None] = field(default_factory=dict)
    worst: tuple[float, float, str, str] | None = None
    weighted_confidence: float = 0.0
    severity_sum: float = 0.0
    passed_confidence: float = 0.0
    alert: bool = False
    gate: bool = False
    review: bool = False
    items: int = 0
    items_failed: int = 0
    items_passed: int = 0

    def add_item(self, tags: Iterable[FATag]) -> None:
        own: Counter[str] = Counter()
        for tag in tags:
            own[tag.decision] += 1
            if tag.decision == "fail":
                self._add_failure(tag)
            elif tag.decision == "unsure":
                self.review = True
            else:
                self.passed_confidence += tag.confidence
        self.decisions += own
        self.items += 1
        self.items_failed += own["fail"] > 0
        self.items_passed += own["pass"] > 0 and own["pass"] == own.total()

    def _add_failure(self, tag: FATag) -> None:
        self.buckets[tag.bucket_id] = None
        if self.worst is None or (tag.severity, tag.confidence) > self.worst[:2]:
            self.worst = (tag.severity, tag.confidence, tag.subcategory_id, tag.subcategory_name)
        weight = max(tag.severity, 1e-9)
        self.severity_sum += weight
        self.weighted_confidence += weight * tag.confidence
        overridden = tag.scoring_breakdown is not None and tag.scoring_breakdown.security_override is not None
        self.alert |= tag.severity >= ALERT_SEVERITY or overridden
        self.gate |= tag.severity >= GATE_SEVERITY and tag.confidence >= GATE_CONFIDENCE
        self.review |= tag.confidence < GATE_CONFIDENCE

    def summary(self) -> FASummary:
        failures, passes = self.decisions["fail"], self.decisions["pass"]
        if failures:
            sure = self.weighted_confidence / self.severity_sum
        else:
            sure = self.passed_confidence / passes if passes else 0.0
        return FASummary(
            total_failures_detected=failures,
            total_passes=passes,
            total_uncertain=self.decisions["unsure"],
            overall_severity=self.worst[0] if self.worst else 0.0,
            overall_confidence=round(sure, 4),
            primary_failure=self.worst[2] if self.worst else None,
            primary_failure_name=self.worst[3] if self.worst else None,
            buckets_affected=list(self.buckets),
            should_alert=self.alert,
            should_gate_ci=self.gate,
            needs_human_review=self.review,
            total_items=self.items,
            items_with_failures=self.items_failed,
            items_all_passed=self.items_passed,
        )


def summarize(items: Iterable[Iterable[FATag]]) -> FASummary:
    """The summary of items given as their tags."""
    tally = SummaryTally()
    for tags in items:
        tally.add_item(tags)
    return tally.summary()
