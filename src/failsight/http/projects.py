"""Projects, key check and usage."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from failsight.http.auth import Caller
from failsight.http.services import services
from failsight.model.account import ProjectInfo, UsageInfo

router = APIRouter(prefix="/v2", tags=["projects"])


class ProjectBody(BaseModel):
    """A project to make."""

    name: str = Field(min_length=1, max_length=200)
    key: str | None = Field(None, max_length=200)
    model_name: str | None = Field(None, max_length=200)


@router.get("/projects")
@router.get("/admin/projects")
def list_projects(caller: Caller, request: Request) -> list[ProjectInfo]:
    """All projects of the organization."""
    return services(request).accounts.projects(caller.organization_id)


@router.post("/projects")
@router.post("/admin/projects")
def create_project(body: ProjectBody, caller: Caller, request: Request) -> ProjectInfo:
    """A project; one of that name that is already there is returned as it is."""
    return services(request).account.project(caller.organization_id, body.name, body.key, body.model_name)


@router.get("/projects/{project_id}")
def get_project(project_id: Annotated[str, Field(max_length=200)], caller: Caller, request: Request) -> ProjectInfo:
    """One project by its id."""
    return services(request).account.project_by_id(caller.organization_id, project_id)


@router.get("/auth/usage")
def get_usage(caller: Caller, request: Request) -> UsageInfo:
    """Runs of the current calendar month; nothing is limited."""
    return services(request).usage.usage(caller.organization_id)


@router.post("/auth/validate")
def validate(caller: Caller) -> dict[str, Any]:
    """Whose key this is."""
    return {
        "valid": True,
        "user_id": caller.user_id,
        "org_id": caller.organization_id,
        "org_name": caller.organization_name,
        "plan": "self-hosted",
        "tier": "self-hosted",
        "evaluations_remaining": None,
    }
