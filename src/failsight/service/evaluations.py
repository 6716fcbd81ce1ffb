"""Evaluate items, and read stored runs as evaluations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from failsight.engine.pipeline import Engine
from failsight.errors import InvalidInput, NotFound, UnknownName
from failsight.formats.storable import storable
from failsight.model.analysis import AnalysisOptions
from failsight.model.counted import counted
from failsight.model.evaluation import (
    EvalItemDetail,
    EvalItemsPage,
    EvalRunComparison,
    EvalTrendPoint,
    EvaluationResult,
    ProjectStats,
    RunMetric,
)
from failsight.model.stored_run import RunRequest, StoredRun
from failsight.service.accounts import AccountService
from failsight.service.evaluation_views import item_detail, not_measured, overall_score, place_of_item, scores_of
from failsight.service.metrics import MetricService
from failsight.service.ports import Clock, Jobs, RecordFilter, Records, Runs
from failsight.service.submit import Order, SubmitService, item_of_trace

PERIODS = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90}
DAY = 86_400.0
NEWEST = 1_000
RECENT = 20
"""How many runs stand in a project's ``recent_runs``."""


class EvaluationService:
    """Starts evaluations, and shows every run with metrics as one."""

    def __init__(  # noqa: PLR0913  (the ports of this use case, by name)
        self,
        *,
        submit: SubmitService,
        metrics: MetricService,
        engine: Engine,
        runs: Runs,
        records: Records,
        jobs: Jobs,
        accounts: AccountService,
        clock: Clock,
    ) -> None:
        self._submit = submit
        self._metrics = metrics
        self._names = {metric.name: metric.display_name for metric in engine.metrics}
        self._runs = runs
        self._records = records
        self._jobs = jobs
        self._accounts = accounts
        self._clock = clock

    def evaluate(
        self,
        organization_id: str,
        dataset: Sequence[Any],
        asked: RunRequest,
        project_name: str | None,
        api_key: str | None = None,
    ) -> tuple[StoredRun, bool]:
        """Measures ``asked.metrics`` (all when empty) on a data set; the run, and whether it is finished.
        api_key: of the judge."""
        order = replace(self._order(organization_id, asked, project_name), api_key=api_key)
        return self._submit.submit(organization_id, dataset, order)

    def evaluate_trace(
        self,
        organization_id: str,
        trace: dict[str, Any],
        asked: RunRequest,
        project_name: str | None,
        api_key: str | None = None,
    ) -> tuple[StoredRun, bool]:
        """As ``evaluate``, on the item that a trace stands for. The trace itself is not stored."""
        item = item_of_trace(trace)
        order = replace(self._order(organization_id, asked, project_name, item.trace_id), api_key=api_key)
        return self._submit.start(organization_id, [item], order)

    def run(self, organization_id: str, run_id: str) -> EvaluationResult:
        """Raises NotFound."""
        return self._result(self._run(organization_id, run_id))

    def metrics(self, organization_id: str, run_id: str) -> list[RunMetric]:
        found = self._run(organization_id, run_id)
        return [
            RunMetric(
                metric_key=key,
                metric_name=self._names.get(key, key),
                mean_value=score,
                key=key,
                display_name=self._names.get(key, key),
                score=score,
            )
            for key, score in scores_of(found).items()
        ]

    def items(self, organization_id: str, run_id: str, page: int, page_size: int) -> EvalItemsPage:
        """Items in their order; ``page`` counts from 1. While a run goes on, those that are done."""
        run = self._run(organization_id, run_id)
        first = (page - 1) * page_size
        indices = range(first, min(first + page_size, run.total_items))
        return EvalItemsPage(
            items=self._details(run_id, indices), total=run.total_items, page=page, page_size=page_size
        )

    def item(self, organization_id: str, item_id: str) -> EvalItemDetail:
        """Raises NotFound."""
        run_id, index = place_of_item(item_id)
        self._run(organization_id, run_id)
        for detail in self._details(run_id, [index]):
            return detail
        raise NotFound(kind="item", name=item_id)

    def trends(
        self, organization_id: str, project_id: str | None, period: str, names: Sequence[str]
    ) -> list[EvalTrendPoint]:
        """By day and metric, over completed runs; all metrics unless some are named."""
        if period not in PERIODS:
            raise UnknownName("period", period, PERIODS)
        since = self._clock.later_iso(-DAY * PERIODS[period])
        by_day: dict[tuple[str, str], list[float]] = {}
        for run in self._completed(organization_id, project_id, since):
            for metric, score in scores_of(run).items():
                if not names or metric in names:
                    by_day.setdefault((run.created_at[:10], metric), []).append(score)
        return [
            EvalTrendPoint(date=day, metric=metric, score=round(fmean(scores), 4), run_count=len(scores))
            for (day, metric), scores in sorted(by_day.items())
        ]

    def compare(self, organization_id: str, run_ids: Sequence[str]) -> EvalRunComparison:
        """Two to five runs; differences are from the first."""
        if not 2 <= len(run_ids) <= 5 or len(set(run_ids)) < len(run_ids):
            raise InvalidInput(
                problem=f"{counted(len(run_ids), 'run')} to compare", fix="Name 2 to 5 different run ids."
            )
        runs = [self._run(organization_id, run_id) for run_id in run_ids]
        scores = {run.id: scores_of(run) for run in runs}
        baseline = scores[runs[0].id]
        metrics = []
        for key in sorted({key for own in scores.values() for key in own}):
            values = {run_id: own.get(key) for run_id, own in scores.items()}
            base = baseline.get(key)
            differences = {
                run_id: round(value - base, 4)
                for run_id, value in values.items()
                if value is not None and base is not None
            }
            known = {"metric_id": key, "metric_key": key, "metric_name": self._names.get(key, key)}
            metrics.append(known | {"values": values, "differences": differences})
        results = [self._result(run) for run in runs]
        return EvalRunComparison(
            runs=[result.model_dump() for result in results],
            metrics=metrics,
            overall_scores=[result.overall_score for result in results],
            baseline_run_id=runs[0].id,
        )

    def stats(self, organization_id: str, project_id: str) -> ProjectStats:
        """Raises NotFound."""
        project = self._accounts.project_by_id(organization_id, project_id)
        wanted = RecordFilter((project_id,))
        recent, total = self._records.page(organization_id, "evaluation", wanted, RECENT, 0)
        done = self._completed(organization_id, project_id, "", NEWEST)
        overall = [score for score in map(overall_score, done) if score is not None]
        by_metric: dict[str, list[float]] = {}
        for run in done:
            for metric, score in scores_of(run).items():
                by_metric.setdefault(metric, []).append(score)
        return ProjectStats(
            project_id=project_id,
            project_name=project.name,
            total_runs=total,
            total_items=sum(run.total_items for run in done),
            average_score=round(fmean(overall), 4) if overall else None,
            metrics={metric: round(fmean(scores), 4) for metric, scores in sorted(by_metric.items())},
            recent_runs=[self._result(run) for run in recent],
        )

    def _order(
        self, organization_id: str, asked: RunRequest, project_name: str | None, trace_id: str | None = None
    ) -> Order:
        computed, missing = self._metrics.choose(organization_id, asked.metrics, project_name)
        options = AnalysisOptions(
            mode="minimal" if trace_id is None else "full",
            input_type="json" if trace_id is None else "trace",
            run_checks=False,
            run_security=False,
            run_eval=not asked.metrics,
            mandatory_eval_metrics=computed,
        )
        request = asked.model_copy(update={"not_computed": missing, "metadata": storable(asked.metadata)})
        return Order(options, project_name, trace_id, "evaluation", request)

    def _run(self, organization_id: str, run_id: str) -> StoredRun:
        found = self._records.run(organization_id, "evaluation", run_id)
        if found is None:
            raise NotFound(kind="evaluation run", name=run_id)
        return found

    def _completed(
        self, organization_id: str, project_id: str | None, since: str, newest: int | None = None
    ) -> list[StoredRun]:
        """Completed runs, newest first; all of them unless only the ``newest`` are asked for."""
        if project_id is not None:
            self._accounts.project_by_id(organization_id, project_id)
        wanted = RecordFilter(() if project_id is None else (project_id,), since, completed=True)
        found: list[StoredRun] = []
        while newest is None or len(found) < newest:
            more, total = self._records.page(organization_id, "evaluation", wanted, NEWEST, len(found))
            found += more
            if not more or len(found) >= total:
                break
        return found

    def _result(self, run: StoredRun) -> EvaluationResult:
        done = run.total_items if run.status == "completed" else self._progress(run)
        request = run.request
        metadata = {**request.metadata, "metrics_not_measured": not_measured(run)}
        if run.result is not None and run.result.judge is not None:
            metadata["judge"] = run.result.judge.model_dump()
        return EvaluationResult(
            run_id=run.id,
            id=run.id,
            project_id=run.project_id or "",
            status=run.status,
            overall_score=overall_score(run),
            aggregate_scores=scores_of(run),
            total_items=run.total_items,
            items_evaluated=done,
            evaluated_items=done,
            metadata=metadata | {"metrics_requested": list(request.metrics)} if request.metrics else metadata,
            run_name=request.name,
            name=request.name or f"{run.kind} {run.created_at[:16]}",
            mode=run.options.mode,
            source=run.kind,
            created_at=run.created_at,
            started_at=run.started_at or run.created_at,
            finished_at=run.finished_at,
        )

    def _progress(self, run: StoredRun) -> int:
        job = self._jobs.job(run.organization_id, run.id)
        return job.current_item if job else 0

    def _details(self, run_id: str, indices: Sequence[int]) -> list[EvalItemDetail]:
        if not indices:
            return []
        sent = self._records.items(run_id, indices)
        return [item_detail(run_id, outcome, sent) for outcome in self._runs.outcomes(run_id, list(indices))]
