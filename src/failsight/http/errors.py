"""Errors to answers, in the shapes that clients map to their exceptions: 400 and 429 carry a code at the top level,
everything else a ``detail``. A body is never echoed: it may hold a key."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from failsight.errors import DatasetTooLarge, FailsightError, NotAuthenticated, TooManyRequests

log = logging.getLogger("failsight.http")
BUSY_RETRY_SECONDS = 5


def install_error_handlers(app: FastAPI) -> None:
    """Every error a route may raise becomes an answer."""
    app.add_exception_handler(FailsightError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unknown)


def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FailsightError)
    body: dict[str, Any] = {"detail": str(error)}
    headers: dict[str, str] = {}
    if isinstance(error, DatasetTooLarge):
        body |= {"error": "dataset_too_large", "message": str(error), **error.known}
    elif isinstance(error, TooManyRequests):
        body |= {"error": "rate_limited", "message": str(error), "retry_after": error.known["retry_after"]}
        headers["Retry-After"] = str(error.known["retry_after"])
    elif isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    elif error.status_code == 503:
        headers["Retry-After"] = str(BUSY_RETRY_SECONDS)
    return JSONResponse(body, error.status_code, headers)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """FastAPI's own shape; the offending value is shown for query and path parameters only."""
    assert isinstance(error, RequestValidationError)
    problems = []
    for problem in error.errors():
        kept = {key: problem[key] for key in ("type", "loc", "msg") if key in problem}
        if problem["loc"][0] in {"query", "path"}:
            kept["input"] = problem.get("input")
        problems.append(kept)
    return JSONResponse({"detail": jsonable_encoder(problems)}, 422)


def _unknown(request: Request, error: Exception) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "unknown")
    log.error("unexpected error", exc_info=error, extra={"request_id": request_id})
    return JSONResponse({"detail": f"Internal error. Tell the operator this request id: {request_id}"}, 500)
