"""Liveness, readiness and Prometheus metrics; none of them asks for a key."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest

from failsight.http.services import services

log = logging.getLogger("failsight.http")
router = APIRouter(tags=["operation"])


class RequestMetrics:
    """Latency by method, route and status, kept in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.latency = Histogram(
            "failsight_request_seconds", "Time to answer", ["method", "route", "status"], registry=self.registry
        )
        self.queue = Gauge("failsight_jobs", "Jobs that are not finished", ["status"], registry=self.registry)

    async def __call__(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        started = time.perf_counter()
        response = await call_next(request)
        route = request.scope.get("route")
        name, seconds = getattr(route, "path", "unmatched"), time.perf_counter() - started
        self.latency.labels(request.method, name, response.status_code).observe(seconds)
        known = {"method": request.method, "route": name, "status": response.status_code, "ms": round(seconds * 1e3, 1)}
        log.info("request", extra=known | {"request_id": getattr(request.state, "request_id", "")})
        return response


@router.get("/health")
def health() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """The database answers; 503 otherwise."""
    services(request).ready()
    return {"status": "ready"}


@router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Any:
    """Figures for Prometheus."""
    known: RequestMetrics = request.app.state.metrics
    depth = services(request).jobs.depth()
    for status in ("queued", "running"):
        known.queue.labels(status).set(depth.get(status, 0))
    return Response(generate_latest(known.registry), media_type=CONTENT_TYPE_LATEST)
