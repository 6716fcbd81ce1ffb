"""``/v2/evaluate``: metrics on data sets and traces, and what was measured before."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from failsight.http.auth import Caller
from failsight.http.parameters import PLAIN, Id, JudgeKey, OptionalId, Page, PageSize
from failsight.http.services import services
from failsight.http.tickets import cancel_job, job_status, ticket
from failsight.model.evaluation import (
    EvalItemDetail,
    EvalItemsPage,
    EvalRunComparison,
    EvalTrendPoint,
    EvaluationResult,
    ProjectStats,
    RunMetric,
)
from failsight.model.job import CancelResponse, FAJobStatus
from failsight.model.stored_run import RunRequest

router = APIRouter(prefix="/v2/evaluate", tags=["evaluation"])
STARTED: dict[int | str, dict[str, Any]] = {202: {"description": "A job was started."}}


class EvaluateBody(BaseModel):
    """``metrics`` empty: all that can be computed. ``openai_api_key``: of the judge, for this run only."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    dataset: list[Any] = Field(default_factory=list)
    metrics: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=200)
    project_name: str | None = Field(None, max_length=200)
    project_id: str | None = Field(None, max_length=200, pattern=PLAIN)
    run_name: str | None = Field(None, max_length=400)
    metadata: dict[str, Any] | None = None
    openai_api_key: JudgeKey = None

    def asked(self) -> RunRequest:
        return RunRequest(name=self.run_name, metadata=self.metadata or {}, metrics=tuple(self.metrics))


class EvaluateTraceBody(EvaluateBody):
    """A trace instead of a data set."""

    trace: dict[str, Any]


@router.post("", response_model=EvaluationResult, responses=STARTED, include_in_schema=False)
@router.post("/", response_model=EvaluationResult, responses=STARTED)
def evaluate(body: EvaluateBody, caller: Caller, request: Request) -> Any:
    """Measure metrics: 200 with the run of a small data set, 202 with a job (its id is the run's) for a large one."""
    known = services(request)
    project = known.account.project_name(caller.organization_id, body.project_name, body.project_id)
    asked, key = body.asked(), body.openai_api_key
    run, done = known.evaluations.evaluate(caller.organization_id, body.dataset, asked, project, key)
    return known.evaluations.run(caller.organization_id, run.id) if done else ticket(run, router.prefix)


@router.post("/trace", response_model=EvaluationResult, responses=STARTED)
def evaluate_trace(body: EvaluateTraceBody, caller: Caller, request: Request) -> Any:
    """Measure metrics on the last exchange of a trace."""
    known = services(request)
    project = known.account.project_name(caller.organization_id, body.project_name, body.project_id)
    asked, key = body.asked(), body.openai_api_key
    run, done = known.evaluations.evaluate_trace(caller.organization_id, body.trace, asked, project, key)
    return known.evaluations.run(caller.organization_id, run.id) if done else ticket(run, router.prefix)


@router.get("/runs/{run_id}")
def get_run(run_id: Id, caller: Caller, request: Request) -> EvaluationResult:
    """A run with its mean scores; also one that a failure analysis left."""
    return services(request).evaluations.run(caller.organization_id, run_id)


@router.get("/runs/{run_id}/metrics")
def get_run_metrics(run_id: Id, caller: Caller, request: Request) -> list[RunMetric]:
    """The run's metrics; empty until it is completed."""
    return services(request).evaluations.metrics(caller.organization_id, run_id)


@router.get("/runs/{run_id}/items")
def get_run_items(
    run_id: Id, caller: Caller, request: Request, page: Page = 1, page_size: PageSize = 20
) -> EvalItemsPage:
    """The run's items with their scores and explanations."""
    return services(request).evaluations.items(caller.organization_id, run_id, page, page_size)


@router.get("/items/{item_id}")
def get_item(item_id: Id, caller: Caller, request: Request) -> EvalItemDetail:
    """One item with its scores and explanations."""
    return services(request).evaluations.item(caller.organization_id, item_id)


@router.get("/trends")
def get_trends(
    caller: Caller,
    request: Request,
    project_id: OptionalId = None,
    period: Annotated[str, Query(max_length=32)] = "last_30_days",
    metrics: Annotated[str | None, Query(max_length=4_000)] = None,
) -> list[EvalTrendPoint]:
    """Scores by day and metric; ``metrics`` are separated by commas."""
    names = [name.strip() for name in (metrics or "").split(",") if name.strip()]
    return services(request).evaluations.trends(caller.organization_id, project_id, period, names)


@router.get("/compare")
def compare(caller: Caller, request: Request, run_ids: Annotated[list[Id], Query(max_length=50)]) -> EvalRunComparison:
    """Two to five runs side by side; the key is repeated, or its values are separated by commas."""
    ids = [name for value in run_ids for name in value.split(",") if name]
    return services(request).evaluations.compare(caller.organization_id, ids)


@router.get("/jobs/{job_id}/status")
def get_job_status(job_id: Id, caller: Caller, request: Request) -> FAJobStatus:
    """Progress of an evaluation."""
    return job_status(services(request), caller.organization_id, "evaluation", job_id)


@router.post("/jobs/{job_id}/cancel")
def cancel(job_id: Id, caller: Caller, request: Request) -> CancelResponse:
    """Cancel an evaluation; one that is finished stays as it is."""
    return cancel_job(services(request), caller.organization_id, "evaluation", job_id)


@router.get("/projects/{project_id}/stats")
def get_project_stats(project_id: Id, caller: Caller, request: Request) -> ProjectStats:
    """Evaluations of a project, the newest first."""
    return services(request).evaluations.stats(caller.organization_id, project_id)
