"""Red teaming, which this server does not do: every route of it answers 501 and says so. They are left out of the
documentation of the interface, which lists what there is."""

from __future__ import annotations

from fastapi import APIRouter

from failsight.errors import NotAvailable
from failsight.http.auth import Caller
from failsight.http.parameters import Id

router = APIRouter(prefix="/v2/security/redteam", tags=["red team"], include_in_schema=False)
FEATURE = "Red teaming (generating attacks and sending them to a target)"
FIX = "Audit the answers of your application instead: POST /v2/security/audit."


def refuse_red_team(job_type: str = "redteam") -> None:
    """Raises NotAvailable for a red-team job."""
    if job_type == "redteam":
        raise NotAvailable(feature=FEATURE, fix=FIX)


@router.post("")
@router.get("/runs")
@router.get("/compare")
def refuse(_caller: Caller) -> dict[str, str]:
    """Not available: 501."""
    raise NotAvailable(feature=FEATURE, fix=FIX)


@router.get("/runs/{name}")
@router.get("/runs/{name}/attacks")
@router.post("/runs/{name}/submit-responses")
@router.get("/attacks/{name}")
def refuse_one(name: Id, _caller: Caller) -> dict[str, str]:  # noqa: ARG001  (any name is answered the same)
    """Not available: 501."""
    raise NotAvailable(feature=FEATURE, fix=FIX)
