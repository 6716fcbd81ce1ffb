"""``/v2/failure-analysis``: the published interface of failure analysis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from failsight.errors import InvalidInput
from failsight.http.auth import Caller
from failsight.http.parameters import JudgeKey
from failsight.http.services import Services, services
from failsight.model.analysis import AnalysisOptions
from failsight.model.counted import counted
from failsight.model.insight import FAInsightsSummary, FASecurityInsightsSummary, FATrends
from failsight.model.job import FAJobStatus
from failsight.model.run import FAPlaygroundResult, FARunInput, FARunListItem, FARunResult
from failsight.model.stored_run import StoredRun
from failsight.model.tag import FATag
from failsight.model.taxonomy import FABucket, FASubcategory, FeatureKind
from failsight.service.submit import Order

router = APIRouter(prefix="/v2/failure-analysis", tags=["failure analysis"])
Id = Annotated[str, Field(max_length=400)]
Days = Annotated[int, Query(ge=1, le=3_660)]
Project = Annotated[str | None, Query(max_length=200)]


class AnalyzeBody(BaseModel):
    """What to analyse: ``dataset`` or ``trace_id``. ``openai_api_key``: of the judge, for this run only; never
    stored or logged."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    dataset: list[Any] | None = None
    trace_id: str | None = Field(None, max_length=200)
    project_name: str | None = Field(None, max_length=200)
    feature_kind: FeatureKind | None = None
    run_eval: bool = True
    run_security: bool = True
    run_scan: bool = True
    mandatory_eval_metrics: list[str] | None = None
    mandatory_security_categories: list[str] | None = None
    subcategories: list[str] | None = None
    buckets: list[str] | None = None
    input_type: Literal["json", "csv"] = "json"
    openai_api_key: JudgeKey = None

    def options(self) -> AnalysisOptions:
        return AnalysisOptions(
            feature_kind=self.feature_kind,
            input_type=self.input_type,
            buckets=tuple(self.buckets or ()),
            subcategories=tuple(self.subcategories or ()),
            run_eval=self.run_eval,
            run_security=self.run_security,
            mandatory_eval_metrics=tuple(self.mandatory_eval_metrics or ()),
            mandatory_security_categories=tuple(self.mandatory_security_categories or ()),
        )


class TagChange(BaseModel):
    """At least one of both; an empty ``issue_url`` unlinks the issue."""

    is_reviewed: bool | None = None
    issue_url: str | None = Field(None, max_length=2_000)


class RunPage(BaseModel):
    """A page of runs, newest first."""

    items: list[FARunListItem]
    total: int
    page: int
    page_size: int
    has_more: bool


@router.post("/analyze", response_model=FARunResult, responses={202: {"description": "A job was started."}})
def analyze(body: AnalyzeBody, caller: Caller, request: Request) -> Any:
    """Analyse items: 200 with the result of a small data set, 202 with a job (its id is the run's) for a large one."""
    known = services(request)
    order = Order(body.options(), body.project_name, body.trace_id, api_key=body.openai_api_key)
    if body.dataset is not None:
        run, done = known.submit.submit(caller.organization_id, body.dataset, order)
    elif body.trace_id:
        run, done = known.submit.submit_trace(caller.organization_id, body.trace_id, order)
    else:
        raise InvalidInput(problem="Neither 'dataset' nor 'trace_id' is given", fix="Send one of them.")
    if done:
        return _stream_run(known, caller.organization_id, run.id)
    ticket = {
        "job_id": run.id,
        "run_id": run.id,
        "job_type": "failure_analysis",
        "status": "queued",
        "total_items": run.total_items,
        "poll_url": f"{router.prefix}/runs/{run.id}/status",
        "websocket_url": None,
        "message": f"{counted(run.total_items, 'item')} queued for analysis.",
    }
    return JSONResponse(ticket, 202)


@router.get("/runs")
def list_runs(
    caller: Caller,
    request: Request,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=1_000)] = 20,
    project_name: Project = None,
    status: Annotated[str | None, Query(max_length=16)] = None,
) -> RunPage:
    """Runs, newest first."""
    found = services(request).browse.page(caller.organization_id, project_name, status, page, page_size)
    return RunPage.model_validate(dict(found.__dict__))


@router.get("/runs/count")
def count_runs(caller: Caller, request: Request, project_name: Project = None) -> dict[str, int]:
    """How many runs there are."""
    return {"count": services(request).browse.page(caller.organization_id, project_name, None, 1, 1).total}


@router.get("/runs/{run_id}", response_model=FARunResult)
def get_run(run_id: Id, caller: Caller, request: Request) -> StreamingResponse:
    """A run with its tags and items; while it runs, with those that are done."""
    return _stream_run(services(request), caller.organization_id, run_id)


@router.get("/runs/{run_id}/status")
def get_status(run_id: Id, caller: Caller, request: Request) -> FAJobStatus:
    """Progress of a run, whether it was answered at once or became a job."""
    return services(request).browse.job(caller.organization_id, run_id).to_status()


@router.post("/runs/{run_id}/cancel")
def cancel_run(run_id: Id, caller: Caller, request: Request) -> dict[str, str]:
    """Cancel a run; one that is finished stays as it is."""
    job = services(request).browse.cancel(caller.organization_id, run_id)
    message = "The run was cancelled." if job.status == "cancelled" else f"The run is {job.status} already."
    return {"job_id": job.id, "status": job.status, "message": message}


@router.get("/runs/{run_id}/inputs")
def get_inputs(run_id: Id, caller: Caller, request: Request) -> dict[str, list[FARunInput]]:
    """The items of a run with their statistics."""
    return {"inputs": list(services(request).browse.inputs(caller.organization_id, run_id))}


@router.get("/runs/{run_id}/tags")
def get_tags(
    run_id: Id,
    caller: Caller,
    request: Request,
    decision: Annotated[str | None, Query(max_length=16)] = None,
    bucket_id: Annotated[str | None, Query(max_length=200)] = None,
    min_severity: Annotated[float | None, Query(ge=0, le=5)] = None,
) -> dict[str, list[FATag]]:
    """Tags of a run, optionally filtered."""
    known = services(request).browse
    return {"tags": list(known.tags(caller.organization_id, run_id, decision, bucket_id, min_severity))}


@router.patch("/tags/{tag_id}")
def update_tag(tag_id: Id, change: TagChange, caller: Caller, request: Request) -> dict[str, Any]:
    """Mark a tag as reviewed, or link it to an issue."""
    browse = services(request).browse
    review = browse.review_tag(caller.organization_id, tag_id, change.is_reviewed, change.issue_url)
    return review.model_dump(exclude={"run_id"})


@router.get("/projects")
def list_projects(caller: Caller, request: Request) -> dict[str, list[str]]:
    """Names of the projects."""
    return {"projects": [project.name for project in services(request).accounts.projects(caller.organization_id)]}


@router.get("/taxonomy")
def get_taxonomy(_caller: Caller, request: Request, project_name: Project = None) -> dict[str, list[FABucket]]:  # noqa: ARG001
    """All buckets with their subcategories."""
    return {"buckets": services(request).browse.taxonomy()}


@router.get("/taxonomy/subcategories")
def get_subcategories(
    _caller: Caller,
    request: Request,
    project_name: Project = None,  # noqa: ARG001  (one taxonomy for all projects)
    bucket_id: Annotated[str | None, Query(max_length=200)] = None,
    detection_approach: Annotated[str | None, Query(max_length=32)] = None,
    applies_to: Annotated[str | None, Query(max_length=32)] = None,
) -> dict[str, list[FASubcategory]]:
    """Subcategories under all given filters."""
    return {"subcategories": services(request).browse.subcategories(bucket_id, detection_approach, applies_to)}


@router.get("/taxonomy/{bucket_id}")
@router.get("/buckets/{bucket_id}")
def get_bucket(bucket_id: Id, _caller: Caller, request: Request) -> FABucket:
    """One bucket."""
    return services(request).browse.bucket(bucket_id)


@router.get("/insights")
def get_insights(caller: Caller, request: Request, days: Days = 30, project_name: Project = None) -> FAInsightsSummary:
    """What fails most over a period."""
    return services(request).insights.insights(caller.organization_id, days, project_name)


@router.get("/insights/security")
def get_security_insights(
    caller: Caller, request: Request, days: Days = 30, project_name: Project = None
) -> FASecurityInsightsSummary:
    """Security issues over a period."""
    return services(request).insights.security(caller.organization_id, days, project_name)


@router.get("/insights/trends")
def get_trends(caller: Caller, request: Request, days: Days = 30, project_name: Project = None) -> FATrends:
    """Failures and passes day by day."""
    return services(request).insights.trends(caller.organization_id, days, project_name)


@router.post("/playground")
def playground(body: Annotated[dict[str, Any], Body()], caller: Caller, request: Request) -> FAPlaygroundResult:
    """One item, at once; ten times a day and twice a minute. ``openai_api_key``: of the judge, as in ``analyze``."""
    key = body.pop("openai_api_key", None)
    return services(request).playground.play(caller, body, key if isinstance(key, str) else None)


def _stream_run(known: Services, organization_id: str, run_id: str) -> StreamingResponse:
    run = known.browse.run(organization_id, run_id)
    return StreamingResponse(_run_json(known, run), media_type="application/json")


def _run_json(known: Services, run: StoredRun) -> Iterator[str]:
    """The run as one JSON document, built from stored texts so that memory does not grow with it."""
    options = run.options
    result = run.result or FARunResult(
        run_id=run.id,
        status=run.status,
        mode=options.mode,
        input_type=options.input_type,
        feature_kind=options.feature_kind or "",
        created_at=run.created_at,
    )
    head = result.model_dump_json(exclude={"failure_tags", "inputs"})
    yield head[:-1] + ',"failure_tags":['
    first = True
    for outcome in known.browse.outcomes(run.organization_id, run.id):
        tags = outcome.tags[1:-1]
        if tags:
            yield tags if first else "," + tags
            first = False
    yield '],"inputs":['
    for number, outcome in enumerate(known.browse.outcomes(run.organization_id, run.id)):
        yield ("," if number else "") + outcome.record
    yield "]}"
