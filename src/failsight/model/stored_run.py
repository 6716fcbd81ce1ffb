"""A run as it is stored: what was asked, how far it is, and its result without the items."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from failsight.model.analysis import AnalysisOptions
from failsight.model.job import JobState
from failsight.model.noun import Noun
from failsight.model.run import FARunListItem, FARunResult
from failsight.model.taxonomy import FeatureKind

RunKind = Literal["failure_analysis", "evaluation", "security"]


class RunRequest(Noun):
    """What a run was asked beside its options: its name, the caller's metadata, and the metrics that were asked for but
    that nothing here can compute, each with the reason."""

    name: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    metrics: tuple[str, ...] = ()
    not_computed: dict[str, str] = Field(default_factory=dict)


class StoredRun(Noun):
    """``result`` is None until the run is completed; items and tags are read apart, in batches. ``checked_items`` have
    at least one security flag; ``unsafe_items`` fail at least one, ``unsafe_inputs`` of them by what the user wrote."""

    id: str
    organization_id: str
    kind: RunKind = "failure_analysis"
    request: RunRequest = Field(default_factory=RunRequest)
    project_id: str | None = None
    project_name: str | None = None
    status: JobState = "queued"
    options: AnalysisOptions
    trace_id: str | None = None
    total_items: int = 0
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    error: str | None = None
    result: FARunResult | None = None
    checked_items: int | None = None
    unsafe_items: int | None = None
    unsafe_inputs: int | None = None

    def to_list_item(self) -> FARunListItem:
        done = self.result
        flags = (done.security_flags if done else None) or {}
        return FARunListItem(
            run_id=self.id,
            status=self.status,
            input_type=self.options.input_type,
            minimal_mode=self.options.mode == "minimal",
            dataset_item_count=self.total_items,
            created_at=self.created_at,
            feature_kind=done.feature_kind if done else self.options.feature_kind,
            project_name=self.project_name,
            trace_id=self.trace_id,
            total_failures_detected=done.summary.total_failures_detected if done else None,
            total_passes=done.summary.total_passes if done else None,
            primary_failure=done.summary.primary_failure if done else None,
            overall_severity=done.summary.overall_severity if done else None,
            eval_run_id=done.eval_run_id if done else None,
            security_batch_id=done.security_batch_id if done else None,
            has_security_issues="fail" in flags.values() if done and done.security_flags is not None else None,
            duration_ms=done.duration_ms if done else None,
        )


class SecurityNotes(Noun):
    """Why an item's security flags are what they are. ``risk`` is the highest probability of failure among all that
    was checked, None when nothing was; ``reasons`` has the failing codes, which stand in ``input_codes`` or
    ``output_codes`` by the text that carries them."""

    risk: float | None = None
    reasons: dict[str, str] = Field(default_factory=dict)
    input_codes: list[str] = Field(default_factory=list)
    output_codes: list[str] = Field(default_factory=list)


class ItemNotes(Noun):
    """What an item adds to its run besides tags: its kind, which detectors ran, what was skipped and why, how its
    metrics explain themselves, and the reasons of its security flags."""

    feature_kind: FeatureKind = "generic_llm"
    ran: list[str] = Field(default_factory=list)
    skipped: dict[str, str] = Field(default_factory=dict)
    explanations: dict[str, str] = Field(default_factory=dict)
    security: SecurityNotes = Field(default_factory=SecurityNotes)


class FailureRow(Noun):
    """One failing tag, as insights count it."""

    item_index: int
    subcategory_id: str
    bucket_id: str
    severity: float
    confidence: float


class ItemOutcome(Noun):
    """One examined item, ready to be stored: ``record`` (FARunInput) and ``tags`` (a list of FATag) as JSON texts."""

    item_index: int
    record: str
    tags: str
    notes: str
    failures: tuple[FailureRow, ...] = ()


class TagReview(Noun):
    """What a person said about a tag."""

    tag_id: str
    run_id: str = ""
    is_reviewed: bool = False
    reviewed_at: str | None = None
    issue_url: str | None = None
