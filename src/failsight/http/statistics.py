"""``/test_results/stats``: the published interface of test-result statistics."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError, to_json

from failsight.errors import InvalidInput
from failsight.http.auth import Caller
from failsight.http.services import services
from failsight.model.statistics import StatisticsMode, StatisticsQuestion
from failsight.stats.window import MAX_MONTHS, read_moment

router = APIRouter(tags=["test results"])
INT32 = 2**31 - 1
LISTS = (
    "test_run_ids", "test_set_ids", "behavior_ids", "category_ids", "topic_ids", "status_ids", "test_ids",
    "test_type_ids", "user_ids", "assignee_ids", "owner_ids", "prompt_ids",
)  # fmt: skip


def _is_date(text: str) -> str:
    try:
        read_moment(text)
    except ValueError as bad:
        raise PydanticCustomError("date_from_datetime_parsing", "Input should be an ISO date or datetime") from bad
    return text


Moment = Annotated[str, Field(max_length=64), AfterValidator(_is_date)]
Ids = Annotated[list[UUID], Field(max_length=2_000)]
Priority = Annotated[int, Field(ge=-INT32, le=INT32)]


class StatisticsParameters(BaseModel):
    """The query parameters: values of one list are alternatives, different parameters add up, tags must all match."""

    mode: StatisticsMode = "all"
    months: int = Field(6, ge=0, le=MAX_MONTHS)
    start_date: Moment | None = None
    end_date: Moment | None = None
    test_run_id: UUID | None = None
    test_run_ids: Ids = []
    test_set_ids: Ids = []
    behavior_ids: Ids = []
    category_ids: Ids = []
    topic_ids: Ids = []
    status_ids: Ids = []
    test_ids: Ids = []
    test_type_ids: Ids = []
    user_ids: Ids = []
    assignee_ids: Ids = []
    owner_ids: Ids = []
    prompt_ids: Ids = []
    priority_min: Priority | None = None
    priority_max: Priority | None = None
    tags: list[str] = []

    def question(self) -> StatisticsQuestion:
        filters = {name: tuple(str(value) for value in getattr(self, name)) for name in LISTS}
        filters["tags"] = tuple(tag.replace("\0", "\ufffd") for tag in self.tags)
        return StatisticsQuestion(
            mode=self.mode,
            months=self.months,
            start_date=self.start_date,
            end_date=self.end_date,
            test_run_id=None if self.test_run_id is None else str(self.test_run_id),
            filters={name: values for name, values in filters.items() if values},
            priority_min=self.priority_min,
            priority_max=self.priority_max,
        )


@router.get("/test_results/stats")
@router.get("/test_results/stats/", include_in_schema=False)
def get_statistics(parameters: Annotated[StatisticsParameters, Query()], caller: Caller, request: Request) -> Any:
    """Pass rates of test results by metric, behavior, category, topic, month and run, under any filters."""
    service, question = services(request).statistics, parameters.question()
    headers = {"ETag": service.etag(caller.organization_id, question), "Cache-Control": "private, no-cache"}
    if _matches(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    try:
        answer = service.answer(caller.organization_id, question)
    except InvalidInput as bad:
        problem = {"type": "value_error", "loc": ("query", "start_date"), "msg": str(bad), "input": question.start_date}
        raise RequestValidationError([problem]) from bad
    return Response(to_json(answer), headers=headers, media_type="application/json")


def _matches(known: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags
