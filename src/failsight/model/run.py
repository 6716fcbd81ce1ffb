"""A run: one analysis of a data set or trace, and its result."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from failsight.errors import ExtraMissing
from failsight.model.counted import counted
from failsight.model.judge import JudgeUsage
from failsight.model.noun import Noun
from failsight.model.tag import FATag

if TYPE_CHECKING:
    import pandas as pd

Mode = Literal["minimal", "full"]
InputType = Literal["trace", "json", "csv"]


class FASummary(Noun):
    """Aggregated failure summary; ``engine/summary.py`` says how each figure follows from the tags."""

    total_failures_detected: int = 0
    total_passes: int = 0
    total_uncertain: int = 0
    overall_severity: float = 0.0
    overall_confidence: float = 0.0
    primary_failure: str | None = None
    primary_failure_name: str | None = None
    buckets_affected: list[str] = Field(default_factory=list)
    should_alert: bool = False
    should_gate_ci: bool = False
    needs_human_review: bool = False
    total_items: int = 0
    items_with_failures: int = 0
    items_all_passed: int = 0


class FARunInput(Noun):
    """An input item with its statistics. The fields after ``max_severity`` are additions of Failsight.

    eval_receipts: by judged metric the model, the rubric with its version, the prompt version, the request's hash, that
    part of the raw reply, the explanation, and the local approximation that it replaced.
    """

    item_index: int = 0
    input_text: str = ""
    output_text: str = ""
    input_preview: str = ""
    output_preview: str = ""
    context: list[str] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    trace_id: str | None = None
    failure_count: int = 0
    pass_count: int = 0
    unsure_count: int = 0
    max_severity: float = 0.0
    item_id: str | None = None
    eval_metrics: dict[str, float] = Field(default_factory=dict)
    security_flags: dict[str, str] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    eval_receipts: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @property
    def total_checks(self) -> int:
        return self.failure_count + self.pass_count + self.unsure_count

    @property
    def has_failures(self) -> bool:
        return self.failure_count > 0


class RecordError(Noun):
    """A record that could not be read and was skipped. ``line`` is 1-based, None where the source has no lines."""

    line: int | None = None
    field: str | None = None
    message: str


class FARunResult(Noun):
    """The full result of a failure analysis run."""

    run_id: str = ""
    status: str = ""
    mode: str = ""
    input_type: str = ""
    feature_kind: str = ""
    summary: FASummary = Field(default_factory=FASummary)
    failure_tags: list[FATag] = Field(default_factory=list)
    eval_metrics: dict[str, float] | None = None
    eval_run_id: str | None = None
    security_flags: dict[str, str] | None = None
    security_batch_id: str | None = None
    detectors_run: list[str] = Field(default_factory=list)
    detectors_skipped: list[str] = Field(default_factory=list)
    duration_ms: int = 0
    tokens_used: int = 0
    created_at: str | None = None
    inputs: list[FARunInput] = Field(default_factory=list)
    record_errors: list[RecordError] = Field(default_factory=list)
    records_skipped: int = 0
    engine_version: str = ""
    taxonomy_version: str = ""
    judge: JudgeUsage | None = None

    @property
    def tags(self) -> list[FATag]:
        """Alias of ``failure_tags``."""
        return self.failure_tags

    def get_item_tags(self, item_index: int) -> list[FATag]:
        """Tags of one input item, in the order of the taxonomy."""
        return [tag for tag in self.failure_tags if tag.item_index == item_index]

    def get_failed_items(self) -> list[FARunInput]:
        """Items with at least one failure."""
        return [item for item in self.inputs if item.has_failures]

    def get_clean_items(self) -> list[FARunInput]:
        """Items with no failures."""
        return [item for item in self.inputs if not item.has_failures]

    def to_pandas(self) -> pd.DataFrame:
        """One row a tag: the tag's plain fields plus the item's id and previews. Raises ExtraMissing without pandas."""
        try:
            import pandas as pd  # noqa: PLC0415  (an extra)
        except ImportError as missing:
            raise ExtraMissing(feature="to_pandas()", package="pandas", extra="pandas") from missing
        inputs = {item.item_index: item for item in self.inputs}
        return pd.DataFrame([_row(tag, inputs) for tag in self.failure_tags], columns=list(_COLUMNS))

    def _repr_html_(self) -> str:
        """A short table for notebooks: the summary and the failures, worst first."""
        failures = sorted(
            (tag for tag in self.failure_tags if tag.decision == "fail"),
            key=lambda tag: (-tag.severity, -tag.confidence, tag.item_index or 0, tag.subcategory_id),
        )
        rows = "".join(_html_row(tag) for tag in failures[:20])
        more = f"<p>… and {len(failures) - 20} more.</p>" if len(failures) > 20 else ""
        summary = self.summary
        return (
            f"<h4>Failsight: {summary.items_with_failures} of {counted(summary.total_items, 'item')} failed</h4>"
            f"<p>{counted(summary.total_failures_detected, 'failure')}, {summary.total_uncertain} unsure, "
            f"{counted(summary.total_passes, 'check')} passed.</p><table><thead><tr><th>item</th><th>failure</th>"
            f"<th>severity</th><th>confidence</th><th>why</th></tr></thead><tbody>{rows}</tbody></table>{more}"
        )


_COLUMNS = (
    "item_index", "item_id", "bucket_id", "subcategory_id", "decision", "severity", "confidence",
    "detector_type_used", "judge_rationale", "evidence", "input_preview", "output_preview", "tag_id",
)  # fmt: skip


def _row(tag: FATag, inputs: dict[int, FARunInput]) -> dict[str, Any]:
    item = inputs.get(tag.item_index if tag.item_index is not None else -1, FARunInput())
    known = tag.model_dump(include=set(_COLUMNS))
    evidence = "; ".join(e.content_snippet or e.description for e in tag.evidence_items)
    return (
        known
        | {"item_id": item.item_id, "evidence": evidence}
        | item.model_dump(include=set(_COLUMNS) & {"input_preview", "output_preview"})
    )


def _html_row(tag: FATag) -> str:
    cells = (
        tag.item_index,
        tag.subcategory_name,
        f"{tag.severity:.1f}",
        f"{tag.confidence:.2f}",
        tag.judge_rationale,
    )
    return "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells) + "</tr>"


class FARunListItem(Noun):
    """Summary of a run in a list."""

    run_id: str = ""
    status: str = ""
    input_type: str = ""
    minimal_mode: bool = False
    dataset_item_count: int = 0
    created_at: str = ""
    feature_kind: str | None = None
    project_name: str | None = None
    trace_id: str | None = None
    total_failures_detected: int | None = None
    total_passes: int | None = None
    primary_failure: str | None = None
    overall_severity: float | None = None
    eval_run_id: str | None = None
    security_batch_id: str | None = None
    has_security_issues: bool | None = None
    duration_ms: int | None = None


class FARunListPage(Noun):
    """A page of runs; has a length and can be iterated."""

    items: list[FARunListItem] = Field(default_factory=list)
    total: int = 0
    page: int = 1
    page_size: int = 20
    has_more: bool = False

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[FARunListItem]:  # type: ignore[override]  # the published model iterates its items
        return iter(self.items)


class FAPlaygroundResult(Noun):
    """Result of the playground: one item, a few times a day."""

    run_id: str = ""
    summary: FASummary = Field(default_factory=FASummary)
    failure_tags: list[FATag] = Field(default_factory=list)
    checks_passed: int = 0
    security_flags: dict[str, str] = Field(default_factory=dict)
    duration_ms: int = 0
    playground_runs_today: int = 0
    playground_limit_per_day: int = 10
