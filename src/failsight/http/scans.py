"""Uploads of code scans, which this server does not keep: 501 says so before the files are read."""

from __future__ import annotations

from fastapi import APIRouter

from failsight.errors import NotAvailable
from failsight.http.auth import Caller
from failsight.http.parameters import Id

router = APIRouter(prefix="/api/v1/scans", tags=["scans"], include_in_schema=False)


@router.post("/upload/{project_name}")
def refuse(project_name: Id, _caller: Caller) -> dict[str, str]:  # noqa: ARG001  (any project is answered the same)
    """Not available: 501. The scanner keeps its files where it ran."""
    raise NotAvailable(feature="Keeping code scans", fix="Upload traces, or send data sets to analyze.")
