"""Jobs of evaluations and audits: the ticket of one that was started, its status, its cancellation."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from failsight.errors import NotFound
from failsight.http.services import Services
from failsight.model.counted import counted
from failsight.model.job import CancelResponse, FAJobStatus
from failsight.model.stored_run import StoredRun
from failsight.service.ports import RecordKind


def ticket(run: StoredRun, prefix: str) -> JSONResponse:
    """202 with the job's id, which is the run's and the batch's too, and what a client reads that does not wait."""
    known = {
        "job_id": run.id,
        "run_id": run.id,
        "id": run.id,
        "batch_id": run.id,
        "project_id": run.project_id or "",
        "job_type": run.kind,
        "status": "queued",
        "total_items": run.total_items,
        "unsafe_items": 0,
        "unsafe_rate": 0.0,
        "evaluated_items": 0,
        "poll_url": f"{prefix}/jobs/{run.id}/status",
        "websocket_url": None,
        "message": f"{counted(run.total_items, 'item')} queued.",
    }
    return JSONResponse(known, 202)


def job_status(known: Services, organization_id: str, kind: RecordKind, job_id: str) -> FAJobStatus:
    """Raises NotFound for a job that leaves no record of this kind."""
    _require(known, organization_id, kind, job_id)
    return known.browse.job(organization_id, job_id).to_status().model_copy(update={"job_type": kind})


def cancel_job(known: Services, organization_id: str, kind: RecordKind, job_id: str) -> CancelResponse:
    """A job that is finished stays as it is. Raises NotFound."""
    _require(known, organization_id, kind, job_id)
    job = known.browse.cancel(organization_id, job_id)
    message = "The job was cancelled." if job.status == "cancelled" else f"The job is {job.status} already."
    return CancelResponse(status=job.status, message=message, job_id=job.id)


def _require(known: Services, organization_id: str, kind: RecordKind, job_id: str) -> None:
    if not known.browse.has_record(organization_id, kind, job_id):
        raise NotFound(kind="job", name=job_id)
