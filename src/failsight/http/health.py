"""Liveness, readiness and Prometheus metrics; none of them asks for a key."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from failsight.http.request_metrics import RequestMetrics
from failsight.http.services import services

router = APIRouter(tags=["operation"])


@router.get("/health")
async def health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """The database answers and its schema is up to date; 503 otherwise."""
    services(request).ready()
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Any:
    """Figures for Prometheus."""
    known: RequestMetrics = request.app.state.metrics
    return Response(generate_latest(known.registry), media_type=CONTENT_TYPE_LATEST)
