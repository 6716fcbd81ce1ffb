"""``/v2/admin``: metrics that can be asked for, and those of a project."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from failsight.http.auth import Caller
from failsight.http.parameters import PLAIN, Id
from failsight.http.services import services
from failsight.model.evaluation import MetricInfo, ProjectMetric

router = APIRouter(prefix="/v2/admin", tags=["metrics"])


class MetricBody(BaseModel):
    """A metric to add to a project. ``template_id`` is the key of a template whose definition it takes over."""

    model_config = ConfigDict(extra="ignore")

    key: str = Field(min_length=1, max_length=200, pattern=PLAIN)
    display_name: str = Field("", max_length=400)
    template_id: str | None = Field(None, max_length=200)
    value_type: str = Field("numeric", max_length=32)
    default_enabled: bool = True
    default_visible: bool = True
    default_weight: float = Field(1.0, ge=0, le=1e6)


@router.get("/metric-templates")
def list_metric_templates(_caller: Caller, request: Request) -> list[MetricInfo]:
    """All metrics; those that only a judge can tell have ``available`` false."""
    return services(request).metrics.templates()


@router.get("/projects/{project_id}/metrics")
def list_project_metrics(project_id: Id, caller: Caller, request: Request) -> list[ProjectMetric]:
    """The metrics of a project."""
    return services(request).metrics.project_metrics(caller.organization_id, project_id)


@router.post("/projects/{project_id}/metrics")
def add_project_metric(project_id: Id, body: MetricBody, caller: Caller, request: Request) -> ProjectMetric:
    """Add a metric to a project, over one of the same key."""
    metric = ProjectMetric.model_validate(body.model_dump() | {"display_name": body.display_name or body.key})
    return services(request).metrics.add(caller.organization_id, project_id, metric)
