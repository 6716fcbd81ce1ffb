"""Test runs, tests, results and their names: upload in bulk, make one, read, list, review."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any
from uuid import uuid4

from anyio import from_thread
from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from failsight.formats.test_records import TypedRecord, read_test_records
from failsight.http.auth import Caller
from failsight.http.services import Services, services
from failsight.model.noun import Noun
from failsight.model.test_result import ImportReport, ResultReview

router = APIRouter(tags=["test results"])
NAMED = ("behaviors", "categories", "topics", "statuses", "test_types", "tags", "test_sets")
Skip = Annotated[int, Query(ge=0, le=2**31 - 1)]
Limit = Annotated[int, Query(ge=1, le=1_000)]
Id = Annotated[str, Path(max_length=64)]
TOTAL = "X-Total-Count"
STREAMED = frozenset({"/test_results/bulk", "/test_results/bulk/"})
MADE = {"test_run": "test_runs", "test": "tests", "test_result": "test_results"}
PIECE = 1 << 18
NO_NUL = r"^[^\x00]*$"


class NameBody(BaseModel):
    """A behavior, category, topic, status, test type, tag or test set to make."""

    name: str = Field(min_length=1, max_length=500, pattern=NO_NUL)
    description: str | None = Field(None, max_length=10_000, pattern=NO_NUL)


class ReviewBody(BaseModel):
    """A person's verdict on a result, or on one metric of it."""

    passed: bool
    metric: str | None = Field(None, min_length=1, max_length=500, pattern=NO_NUL)
    comment: str = Field("", max_length=10_000, pattern=NO_NUL)


@router.post("/test_results/bulk")
@router.post("/test_results/bulk/", include_in_schema=False)
async def upload(caller: Caller, request: Request) -> ImportReport:
    """Test runs, tests and results as JSON or JSON Lines, plain or gzip, of any size: read while it arrives. Good
    records are kept whatever becomes of the others; what has a known id already stays as it is."""
    chunks, known = request.stream(), services(request)
    return await run_in_threadpool(_take, known, caller.organization_id, chunks)


def _take(known: Services, organization_id: str, chunks: AsyncIterator[bytes]) -> ImportReport:
    return known.results_import.take(organization_id, read_test_records(_pieces(chunks), "the request body"))


def _pieces(chunks: AsyncIterator[bytes]) -> Iterator[bytes]:
    """What arrives on the event loop, in this thread, in bigger pieces."""

    async def gather() -> bytes:
        piece = bytearray()
        async for chunk in chunks:
            piece += chunk
            if len(piece) >= PIECE:
                break
        return bytes(piece)

    while piece := from_thread.run(gather):
        yield piece


@router.post("/test_results/{result_id}/reviews")
def review_result(result_id: Id, body: ReviewBody, caller: Caller, request: Request) -> dict[str, Any]:
    """Override a result, or one metric of it; the override counts everywhere, the automated verdict stays stored."""
    review = ResultReview(passed=body.passed, metric=body.metric, comment=body.comment)
    return services(request).results_browse.review(caller.organization_id, result_id, review)


@router.get("/users")
def list_users(
    caller: Caller, request: Request, response: Response, skip: Skip = 0, limit: Limit = 100
) -> list[dict[str, Any]]:
    """People of the organization."""
    return _part(services(request).accounts.users(caller.organization_id), response, skip, limit)


@router.get("/projects")
def list_projects(
    caller: Caller, request: Request, response: Response, skip: Skip = 0, limit: Limit = 100
) -> list[dict[str, Any]]:
    """Projects of the organization."""
    return _part(services(request).accounts.projects(caller.organization_id), response, skip, limit)


def _part(found: Sequence[Noun], response: Response, skip: int, limit: int) -> list[dict[str, Any]]:
    response.headers[TOTAL] = str(len(found))
    return [one.model_dump() for one in found[skip : skip + limit]]


def _list(kind: str) -> Any:
    def list_entities(
        caller: Caller, request: Request, response: Response, skip: Skip = 0, limit: Limit = 100
    ) -> list[dict[str, Any]]:
        rows, total = services(request).results_browse.page(caller.organization_id, kind, skip, limit)
        response.headers[TOTAL] = str(total)
        return rows

    return list_entities


def _get(kind: str) -> Any:
    def get_entity(entity_id: Id, caller: Caller, request: Request) -> dict[str, Any]:
        return services(request).results_browse.read(caller.organization_id, kind, entity_id)

    return get_entity


def _name(kind: str) -> Any:
    def add_name(body: NameBody, caller: Caller, request: Request) -> dict[str, Any]:
        return services(request).results_browse.add_name(caller.organization_id, kind, body.name, body.description)

    return add_name


def _make(kind: str, plural: str) -> Any:
    def add_entity(body: Annotated[dict[str, Any], Body()], caller: Caller, request: Request) -> dict[str, Any]:
        known = services(request)
        return known.results_browse.add(caller.organization_id, plural, TypedRecord(1, kind, body), str(uuid4()))

    return add_entity


for name in NAMED:
    router.post(f"/{name}", name=f"add_{name}", summary=f"Make one of the {name}")(_name(name))
for one, many in MADE.items():
    router.post(f"/{many}", name=f"add_{one}", summary=f"Make a {one}")(_make(one, many))
for name in (*NAMED, *MADE.values()):
    router.get(f"/{name}", name=f"list_{name}", summary=f"List {name}")(_list(name))
    router.get(f"/{name}/{{entity_id}}", name=f"get_{name}", summary=f"One of {name}")(_get(name))
