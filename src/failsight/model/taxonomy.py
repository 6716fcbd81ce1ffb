"""The taxonomy: buckets of failure subcategories, crosswalks to other vocabularies, and the table of security flags."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from pydantic import Field

from failsight.model.noun import Noun

DetectionApproach = Literal["deterministic", "llm_judge", "hybrid"]
RiskCategory = Literal["low", "medium", "high", "critical"]
FeatureKind = Literal["rag", "agent", "agentic_rag", "generic_llm"]
Audience = Literal["all", "rag", "agent", "agentic_rag", "tool_agent", "multimodal"]


class FASubcategory(Noun):
    """A failure subcategory within a bucket; ``impact_score`` is 1 to 5."""

    subcategory_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    subcategory_name: str
    description: str = ""
    detection_approach: DetectionApproach = "llm_judge"
    applies_to: list[Audience] = ["all"]
    requires_retrieval: bool = False
    requires_tools: bool = False
    minimal_mode_compatible: bool = True
    required_inputs: list[str] = Field(default_factory=list)
    related_eval_metrics: list[str] = Field(default_factory=list)
    related_security_categories: list[str] = Field(default_factory=list)
    impact_score: int = Field(default=1, ge=1, le=5)
    risk_category: RiskCategory = "medium"
    crosswalks: dict[str, list[str]] = Field(default_factory=dict)


class FABucket(Noun):
    """A failure bucket in the taxonomy."""

    bucket_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    bucket_name: str
    description: str = ""
    subcategories: list[FASubcategory] = Field(default_factory=list)


class SecurityCategory(Noun):
    """One S-code and what makes it fail: ``tags`` are subcategory ids, ``heads`` are names of category heads.

    A category that nothing can check locally has neither, and is absent from the flags.
    """

    code: str = Field(pattern=r"^S\d{1,2}$")
    name: str
    severity: RiskCategory = "medium"
    tags: list[str] = Field(default_factory=list)
    heads: list[str] = Field(default_factory=list)
    note: str = ""


class Vocabulary(Noun):
    """A taxonomy of somebody else, to which crosswalks point: every code with its name."""

    title: str
    version: str = ""
    url: str = ""
    codes: dict[str, str] = Field(default_factory=dict)


class Taxonomy(Noun):
    """A complete, versioned taxonomy. ``unmapped`` lists the codes of a vocabulary that have no counterpart here."""

    version: str
    buckets: list[FABucket]
    security_categories: list[SecurityCategory] = Field(default_factory=list)
    vocabularies: dict[str, Vocabulary] = Field(default_factory=dict)
    unmapped: dict[str, list[str]] = Field(default_factory=dict)

    def subcategories(self) -> Mapping[str, tuple[FABucket, FASubcategory]]:
        """Every subcategory by id, with its bucket, in the order of the file."""
        return self._by_id

    @cached_property
    def _by_id(self) -> dict[str, tuple[FABucket, FASubcategory]]:
        return {sub.subcategory_id: (bucket, sub) for bucket in self.buckets for sub in bucket.subcategories}
