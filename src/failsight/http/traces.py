"""``/api/v1/traces``: upload traces and read them. Tracers also send them to the bare address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request

from failsight.errors import InvalidInput
from failsight.http.auth import Caller
from failsight.http.parameters import Id, OptionalId, Page
from failsight.http.services import services
from failsight.model.trace import (
    TraceEvalStep,
    TraceFullResult,
    TraceListResponse,
    TraceMessage,
    TraceOverview,
    TraceSpan,
    TraceSummary,
)

router = APIRouter(tags=["traces"])
PREFIX = "/api/v1/traces"


@router.post(f"{PREFIX}/upload")
@router.post(PREFIX)
@router.post("/", include_in_schema=False)
def upload(body: Annotated[Any, Body()], caller: Caller, request: Request) -> dict[str, Any]:
    """Store a trace, or several in a list, in ``project_name`` or ``project_id``; a repeated id is an update."""
    known = services(request).traces
    ids = known.upload(caller.organization_id, body, _named(body, "project_name"), _named(body, "project_id"))
    return {"status": "success", "trace_id": ids[0], "trace_ids": ids, "count": len(ids)}


@router.get(PREFIX)
def list_traces(
    caller: Caller,
    request: Request,
    project_id: OptionalId = None,
    page: Page = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TraceListResponse:
    """Traces, last uploaded first."""
    return services(request).traces.page(caller.organization_id, project_id, page, page_size)


@router.get(PREFIX + "/{trace_id}")
def get_trace(trace_id: Id, caller: Caller, request: Request) -> TraceOverview:
    """The head of a trace."""
    return services(request).traces.trace(caller.organization_id, trace_id).to_overview()


@router.get(PREFIX + "/{trace_id}/summary")
def get_summary(trace_id: Id, caller: Caller, request: Request) -> TraceSummary:
    """Figures and labels of a trace."""
    return services(request).traces.summary(caller.organization_id, trace_id)


@router.get(PREFIX + "/{trace_id}/messages")
def get_messages(trace_id: Id, caller: Caller, request: Request) -> list[TraceMessage]:
    """The messages of a trace in the order of time."""
    return list(services(request).traces.trace(caller.organization_id, trace_id).messages)


@router.get(PREFIX + "/{trace_id}/spans")
def get_spans(trace_id: Id, caller: Caller, request: Request) -> list[TraceSpan]:
    """The spans of a trace in the order of their start."""
    return list(services(request).traces.trace(caller.organization_id, trace_id).spans)


@router.get(PREFIX + "/{trace_id}/full")
def get_full_trace(trace_id: Id, caller: Caller, request: Request) -> TraceFullResult:
    """The whole trace as it was uploaded."""
    return services(request).traces.full(caller.organization_id, trace_id)


@router.get(PREFIX + "/{trace_id}/eval_steps")
def get_eval_steps(trace_id: Id, caller: Caller, request: Request) -> list[TraceEvalStep]:
    """The newest evaluation of a trace, metric by metric."""
    return services(request).traces.eval_steps(caller.organization_id, trace_id)


def _named(body: Any, key: str) -> str | None:
    value = body.get(key) if isinstance(body, dict) else None
    if value is not None and not isinstance(value, str):
        raise InvalidInput(problem=f"'{key}' is not a text", fix="Send a text.")
    return value or None
