"""``/v2/security``: audits of data sets and traces, what was audited before, and how a project wants it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from failsight.http.auth import Caller
from failsight.http.parameters import PLAIN, Id, JudgeKey, OptionalId, Page, PageSize
from failsight.http.red_team import refuse_red_team
from failsight.http.services import services
from failsight.http.tickets import cancel_job, job_status, ticket
from failsight.model.job import CancelResponse, FAJobStatus
from failsight.model.security import (
    AttackVectorInfo,
    AuditBatch,
    AuditBatchItem,
    AuditBatchItemsPage,
    ProjectAttackVector,
    ProjectVulnerability,
    SecurityAuditResult,
    VulnerabilityInfo,
)
from failsight.model.stored_run import RunRequest

router = APIRouter(prefix="/v2/security", tags=["security"])
STARTED: dict[int | str, dict[str, Any]] = {202: {"description": "A job was started."}}
JobType = Annotated[str, Query(max_length=32)]


class AuditConfig(BaseModel):
    """``check_categories`` is another place for the categories; nothing else in it is used or stored."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    check_categories: list[str] | None = None


class AuditBody(BaseModel):
    """Items as ``user_input`` and ``assistant_response``, or ``input`` and ``output``. Without categories all are
    checked that the project has not disabled. ``openai_api_key``: of the judge, for this run only."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    dataset: list[Any] = Field(default_factory=list, validation_alias=AliasChoices("dataset", "items"))
    project_name: str | None = Field(None, max_length=200)
    project_id: str | None = Field(None, max_length=200, pattern=PLAIN)
    categories: list[Annotated[str, Field(max_length=16)]] | None = Field(None, max_length=200)
    batch_name: str | None = Field(None, max_length=400)
    config: AuditConfig | None = None
    openai_api_key: JudgeKey = None

    def codes(self) -> list[str]:
        """The categories asked for, each once."""
        configured = (self.config.check_categories if self.config else None) or []
        return list(dict.fromkeys(self.categories or configured))

    def asked(self) -> RunRequest:
        return RunRequest(name=self.batch_name)


class AuditTraceBody(AuditBody):
    """A trace instead of a data set."""

    trace: dict[str, Any]


class VulnerabilityChange(BaseModel):
    """What is to change; the rest stays."""

    enabled: bool | None = None
    threshold: float | None = Field(None, ge=0, le=1)
    severity: Literal["low", "medium", "high", "critical"] | None = None


class AttackVectorChange(BaseModel):
    """What is to change; the rest stays."""

    enabled: bool | None = None
    weight: float | None = Field(None, ge=0, le=1e6)


@router.post("/audit", response_model=SecurityAuditResult, responses=STARTED)
def audit(body: AuditBody, caller: Caller, request: Request) -> Any:
    """Check S1 to S23: 200 with the batch of a small data set, 202 with a job (its id is the batch's) for a large
    one."""
    known = services(request)
    project = known.account.project_name(caller.organization_id, body.project_name, body.project_id)
    asked, key = body.asked(), body.openai_api_key
    run, done = known.audits.audit(caller.organization_id, body.dataset, body.codes(), project, asked, key)
    return known.audits.batch(caller.organization_id, run.id) if done else ticket(run, router.prefix)


@router.post("/audit-trace", response_model=SecurityAuditResult, responses=STARTED)
def audit_trace(body: AuditTraceBody, caller: Caller, request: Request) -> Any:
    """Check S1 to S23 on the last exchange of a trace."""
    known = services(request)
    project = known.account.project_name(caller.organization_id, body.project_name, body.project_id)
    asked, key = body.asked(), body.openai_api_key
    run, done = known.audits.audit_trace(caller.organization_id, body.trace, body.codes(), project, asked, key)
    return known.audits.batch(caller.organization_id, run.id) if done else ticket(run, router.prefix)


@router.get("/audit/batches")
def list_batches(
    caller: Caller,
    request: Request,
    project_id: OptionalId = None,
    project_ids: Annotated[list[Id] | None, Query(max_length=100)] = None,
    page: Page = 1,
    page_size: PageSize = 100,
) -> list[AuditBatch]:
    """Audits, newest first; also those that failure analyses left."""
    named = [name for value in project_ids or [] for name in value.split(",") if name]
    projects = list(dict.fromkeys([*([project_id] if project_id else []), *named]))
    return services(request).audits.batches(caller.organization_id, projects, page_size, (page - 1) * page_size)


@router.get("/audit/batches/{batch_id}")
def get_batch(batch_id: Id, caller: Caller, request: Request) -> SecurityAuditResult:
    """An audit with its unsafe items."""
    return services(request).audits.batch(caller.organization_id, batch_id)


@router.get("/audit/batches/{batch_id}/items")
def get_batch_items(
    batch_id: Id,
    caller: Caller,
    request: Request,
    page: Page = 1,
    page_size: PageSize = 20,
    limit: Annotated[int | None, Query(ge=1, le=1_000)] = None,
) -> AuditBatchItemsPage:
    """The items of an audit; ``limit`` is another name of ``page_size``."""
    return services(request).audits.items(caller.organization_id, batch_id, page, limit or page_size)


@router.get("/audit/items/{item_id}")
def get_item(item_id: Id, caller: Caller, request: Request) -> AuditBatchItem:
    """One audited item."""
    return services(request).audits.item(caller.organization_id, item_id)


@router.get("/jobs/{job_id}/status")
def get_job_status(job_id: Id, caller: Caller, request: Request, job_type: JobType = "security") -> FAJobStatus:
    """Progress of an audit."""
    refuse_red_team(job_type)
    return job_status(services(request), caller.organization_id, "security", job_id)


@router.post("/jobs/{job_id}/cancel")
def cancel(job_id: Id, caller: Caller, request: Request, job_type: JobType = "security") -> CancelResponse:
    """Cancel an audit; one that is finished stays as it is."""
    refuse_red_team(job_type)
    return cancel_job(services(request), caller.organization_id, "security", job_id)


@router.get("/vulnerabilities")
def list_vulnerabilities(_caller: Caller, request: Request) -> list[VulnerabilityInfo]:
    """S1 to S23; those that nothing local can check have ``available`` false."""
    return services(request).vulnerabilities.vulnerabilities()


@router.get("/attack-vectors")
def list_attack_vectors(_caller: Caller, request: Request) -> list[AttackVectorInfo]:
    """Known ways of attacking an LLM application."""
    return services(request).vulnerabilities.attack_vectors()


@router.get("/projects/{project_id}/vulnerabilities")
def list_project_vulnerabilities(project_id: Id, caller: Caller, request: Request) -> list[ProjectVulnerability]:
    """S1 to S23 as the project wants them."""
    return services(request).vulnerabilities.project_vulnerabilities(caller.organization_id, project_id)


@router.patch("/projects/{project_id}/vulnerabilities/{name}")
def change_vulnerability(
    project_id: Id, name: Id, change: VulnerabilityChange, caller: Caller, request: Request
) -> ProjectVulnerability:
    """Change a category for a project. A disabled one is left out of audits that name no categories. ``threshold``:
    runs of the project that begin afterwards fail the category from that probability of failure on."""
    known, changes = services(request).vulnerabilities, change.model_dump(exclude_none=True)
    return known.change_vulnerability(caller.organization_id, project_id, name, changes)


@router.get("/projects/{project_id}/attack-vectors")
def list_project_attack_vectors(project_id: Id, caller: Caller, request: Request) -> list[ProjectAttackVector]:
    """Attack vectors as the project wants them."""
    return services(request).vulnerabilities.project_attack_vectors(caller.organization_id, project_id)


@router.patch("/projects/{project_id}/attack-vectors/{name}")
def change_attack_vector(
    project_id: Id, name: Id, change: AttackVectorChange, caller: Caller, request: Request
) -> ProjectAttackVector:
    """Change an attack vector for a project."""
    known, changes = services(request).vulnerabilities, change.model_dump(exclude_none=True)
    return known.change_attack_vector(caller.organization_id, project_id, name, changes)
