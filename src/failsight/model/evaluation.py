"""Evaluation runs as clients read them: views of stored runs. Names of the client's models and of the REST documents
stand side by side where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from failsight.model.noun import Noun


class EvaluationResult(Noun):
    """A run with its mean score by metric. ``overall_score`` is the mean of these, None when nothing was measured;
    ``metadata["metrics_not_measured"]`` gives the reasons for what is absent. ``id`` is ``run_id``."""

    run_id: str = ""
    project_id: str = ""
    status: str = ""
    overall_score: float | None = None
    aggregate_scores: dict[str, float] = Field(default_factory=dict)
    total_items: int = 0
    items_evaluated: int = 0
    metadata: dict[str, Any] = Field(default_factory=dict)
    id: str = ""
    evaluated_items: int = 0
    run_name: str | None = None
    name: str = ""
    mode: str = ""
    source: str = ""
    created_at: str | None = None
    started_at: str | None = None
    finished_at: str | None = None


class RunMetric(Noun):
    """A metric's mean over the items of a run that have it."""

    metric_key: str = ""
    metric_name: str = ""
    mean_value: float = 0.0
    value_type: str = "numeric"
    key: str = ""
    display_name: str = ""
    score: float = 0.0


class EvalItemDetail(Noun):
    """One item with its scores; ``overall_score`` is their mean. ``metadata["metrics_not_measured"]`` has reasons,
    ``receipts`` what a judge was asked and said about its metrics."""

    id: str = ""
    run_id: str = ""
    input: str = ""
    output: str = ""
    context: str | None = None
    expected: str | None = None
    overall_score: float | None = None
    metric_scores: dict[str, float] = Field(default_factory=dict)
    explanations: dict[str, str] = Field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    metadata: dict[str, Any] = Field(default_factory=dict)
    item_id: str = ""
    item_index: int = 0


class EvalItemsPage(Noun):
    """A page of a run's items."""

    items: list[EvalItemDetail] = Field(default_factory=list)
    total: int = 0
    page: int = 1
    page_size: int = 20

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[EvalItemDetail]:  # type: ignore[override]  # the published model iterates its items
        return iter(self.items)


class EvalTrendPoint(Noun):
    """A metric on one UTC day: the mean of the scores of that day's runs."""

    date: str = ""
    metric: str = ""
    score: float = 0.0
    run_count: int = 0


class EvalRunComparison(Noun):
    """Runs side by side. ``metrics`` has for each metric its ``values`` by run id (null where it was not measured) and
    its ``differences`` from the first run, the baseline."""

    runs: list[dict[str, Any]] = Field(default_factory=list)
    metrics: list[dict[str, Any]] = Field(default_factory=list)
    overall_scores: list[float | None] = Field(default_factory=list)
    baseline_run_id: str | None = None


class MetricInfo(Noun):
    """A metric that can be asked for. ``available``: it is computed here; else only a judge could tell."""

    key: str = ""
    display_name: str = ""
    definition: str | None = None
    value_type: str = "numeric"
    category: str | None = None
    id: str = ""
    available: bool = True


class ProjectMetric(MetricInfo):
    """A metric of a project, as it was added."""

    template_id: str | None = None
    default_enabled: bool = True
    default_visible: bool = True
    default_weight: float = 1.0


class ProjectStats(Noun):
    """Evaluations of a project. ``average_score`` is the mean overall score of its newest 1,000 completed runs."""

    project_id: str
    project_name: str
    total_runs: int
    total_items: int
    average_score: float | None
    metrics: dict[str, float]
    recent_runs: list[EvaluationResult]
