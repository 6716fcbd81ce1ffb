"""The application: routers, error shapes, limits and request ids put together."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from failsight.http import (
    evaluation,
    failure_analysis,
    health,
    metrics,
    projects,
    red_team,
    scans,
    security,
    statistics,
    test_results,
    traces,
)
from failsight.http.errors import install_error_handlers
from failsight.http.limits import BodyLimit, RequestId
from failsight.http.request_metrics import Measured, RequestMetrics
from failsight.http.services import Services

DEFAULT_MAX_BODY = 32 * 1024 * 1024


def create_app(services: Services, *, version: str, max_body: int = DEFAULT_MAX_BODY) -> FastAPI:
    """An ASGI application that answers with these services."""
    app: FastAPI = FastAPIOffline(
        title="Failsight",
        redoc_url=None,
        version=version,
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        description="Finds why an LLM application fails, and says whether it may ship.",
    )
    app.state.services = services
    app.state.metrics = RequestMetrics(services.jobs, services.playground.judged)
    parts = (health, failure_analysis, evaluation, metrics, red_team, scans, security, traces, projects)
    for part in (*parts, statistics, test_results):
        app.include_router(part.router)
    install_error_handlers(app)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(BodyLimit, max_bytes=max_body, streamed=test_results.STREAMED)
    app.add_middleware(RequestId)
    return app
