"""Audits as clients read them: views of stored runs, and the vocabulary of security. Names of the client's models and
of the REST documents stand side by side where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from failsight.model.judge import JudgeUsage
from failsight.model.noun import Noun


class AuditBatchItem(Noun):
    """One audited item. ``status`` is ``safe``, ``unsafe`` or ``not_checked``, the last when no category could be
    checked on it; ``is_safe`` is true for the first only. ``risk_score`` is the highest probability of failure."""

    id: str = ""
    batch_id: str = ""
    user_input: str = ""
    assistant_response: str = ""
    is_safe: bool = True
    triggered_categories: list[str] = Field(default_factory=list)
    risk_score: float = 0.0
    explanation: str | None = None
    input_safety_categories: list[str] = Field(default_factory=list)
    output_safety_categories: list[str] = Field(default_factory=list)
    item_id: str = ""
    item_index: int = 0
    status: str = "safe"
    checked_categories: list[str] = Field(default_factory=list)
    timestamp: str | None = None
    input_short: str = ""
    output_short: str = ""
    risk_categories: list[str] = Field(default_factory=list)
    top_risk_name: str | None = None
    input_safety: str = "safe"
    audit_metadata: dict[str, Any] = Field(default_factory=dict)


class AuditBatchItemsPage(Noun):
    """A page of a batch's items."""

    items: list[AuditBatchItem] = Field(default_factory=list)
    total: int = 0
    page: int = 1
    page_size: int = 20

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[AuditBatchItem]:  # type: ignore[override]  # the published model iterates its items
        return iter(self.items)


class AuditBatch(Noun):
    """An audited batch in a list. ``safety_score`` is the share of items known to be safe, ``unsafe_rate`` of those
    that are not, both 0 to 1. ``unchecked_items`` have no category that could be checked: they are neither."""

    id: str = ""
    project_id: str = ""
    batch_name: str | None = None
    status: str = "completed"
    total_items: int = 0
    unsafe_items: int = 0
    unsafe_rate: float = 0.0
    top_risk_category: str | None = None
    created_at: str | None = None
    batch_id: str = ""
    name: str = ""
    code: str = ""
    unsafe_inputs: int = 0
    unsafe_input_rate: float = 0.0
    unchecked_items: int = 0
    triggered_categories: dict[str, int] = Field(default_factory=dict)
    safety_score: float = 1.0


class SecurityAuditResult(AuditBatch):
    """An audit with its items in ``details``, or the first 100 unsafe ones when it has more than 100.
    ``categories_checked`` were looked at on at least one item; ``categories_not_checked`` could not be, or were not
    asked for. judge: what was asked of one, None where nothing was to be."""

    audit_id: str = ""
    safe_count: int = 0
    unsafe_count: int = 0
    details: list[AuditBatchItem] = Field(default_factory=list)
    categories_checked: list[str] = Field(default_factory=list)
    categories_not_checked: list[str] = Field(default_factory=list)
    judge: JudgeUsage | None = None


class VulnerabilityInfo(Noun):
    """One of S1 to S23. ``available``: something here can check it."""

    key: str = ""
    display_name: str = ""
    description: str | None = None
    severity: str | None = None
    available: bool = True


class AttackVectorInfo(Noun):
    """A way of attacking an LLM application."""

    key: str = ""
    name: str = ""
    description: str | None = None


class ProjectVulnerability(Noun):
    """A category as a project wants it. A disabled one is left out of audits that name no categories. ``threshold``:
    the probability of failure from which on it fails, once it is set; before, its sources decide, mostly at 0.5."""

    id: str = ""
    project_id: str = ""
    key: str = ""
    display_name: str = ""
    enabled: bool = True
    threshold: float = 0.5
    severity: str | None = None
    description: str | None = None


class ProjectAttackVector(Noun):
    """An attack vector as a project wants it."""

    id: str = ""
    project_id: str = ""
    key: str = ""
    name: str = ""
    enabled: bool = True
    weight: float = 1.0
    description: str | None = None


ATTACK_VECTORS: tuple[AttackVectorInfo, ...] = (
    AttackVectorInfo(key="jailbreak", name="Jailbreak", description="Asks the model to drop its rules."),
    AttackVectorInfo(
        key="prompt_injection", name="Prompt injection", description="Puts instructions where data is expected."
    ),
    AttackVectorInfo(
        key="indirect_injection",
        name="Indirect injection",
        description="Puts instructions into documents or tool results that the application reads.",
    ),
    AttackVectorInfo(key="role_play", name="Role play", description="Hides a harmful request in a role or a story."),
    AttackVectorInfo(
        key="system_prompt_extraction",
        name="System prompt extraction",
        description="Asks for the hidden instructions of the application.",
    ),
    AttackVectorInfo(key="rot13", name="ROT13", description="Writes a harmful request in ROT13."),
    AttackVectorInfo(key="base64", name="Base64", description="Writes a harmful request in Base64."),
    AttackVectorInfo(key="leetspeak", name="Leetspeak", description="Replaces letters by digits and signs."),
    AttackVectorInfo(
        key="multilingual", name="Other languages", description="Asks in a language that is less guarded."
    ),
    AttackVectorInfo(key="many_shot", name="Many-shot", description="Shows many examples of compliance before asking."),
)
