"""A tag: the verdict on one failure subcategory for one item, with its receipt."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from failsight.model.noun import Noun

Decision = Literal["fail", "pass", "unsure"]


class FAScoringBreakdown(Noun):
    """The numbers behind severity and confidence; ``engine/scoring.py`` documents each.

    The fields up to ``disagreement_penalty`` are the wire contract's; those after it are additions of Failsight.
    """

    impact: int = 0
    risk: int = 0
    final_severity: float = 0.0
    final_confidence: float = 0.0
    frequency_weight: float = 1.0
    security_override: str | None = None
    deterministic_weight: float = 0.0
    judge_weight: float = 0.0
    security_weight: float = 0.0
    metric_agreement_bonus: float = 0.0
    disagreement_penalty: float = 0.0
    extent: float = 1.0
    failure_probability: float = 0.0
    signals: dict[str, float] = Field(default_factory=dict)


class FAEvidenceItem(Noun):
    """One piece of evidence: what was seen and where.

    ``source`` names the item's field (``output``, ``input``, ``context[2]``, ``tool_calls[0].arguments.city``);
    ``metadata`` holds ``start`` and ``end`` (character offsets in that field) where the snippet has a place.
    """

    item_id: str = ""
    evidence_type: str = ""
    description: str = ""
    source: str = ""
    confidence: float = 1.0
    content_snippet: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)


class FATag(Noun):
    """A single failure detection result."""

    tag_id: str = ""
    bucket_id: str = ""
    bucket_name: str = ""
    subcategory_id: str = ""
    subcategory_name: str = ""
    decision: str = ""
    severity: float = 0.0
    confidence: float = 0.0
    detector_type_used: str = ""
    judge_rationale: str | None = None
    scoring_breakdown: FAScoringBreakdown | None = None
    eval_metric_values: dict[str, float] = Field(default_factory=dict)
    evidence_items: list[FAEvidenceItem] = Field(default_factory=list)
    item_index: int | None = None
    is_reviewed: bool = False
    reviewed_at: str | None = None
    issue_url: str | None = None
    detectors: list[str] = Field(default_factory=list)
