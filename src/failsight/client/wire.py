"""What goes over the wire, without any I/O: each call as a request and a reader of its answer.

Answers become Failsight's own nouns, errors the classes that the engine raises.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NoReturn, TypeVar
from urllib.parse import quote

from pydantic import TypeAdapter

from failsight.errors import (
    DatasetTooLarge,
    FailsightError,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    ServerFault,
    TooManyRequests,
    Unavailable,
)
from failsight.model.insight import FAInsightsSummary, FASecurityInsightsSummary, FATrends
from failsight.model.job import FAJobStatus
from failsight.model.run import FAPlaygroundResult, FARunInput, FARunListPage, FARunResult
from failsight.model.stored_run import TagReview
from failsight.model.tag import FATag
from failsight.model.taxonomy import FABucket, FASubcategory
from failsight.model.test_result import ImportReport

T = TypeVar("T")
PREFIX = "/v2/failure-analysis"
DEFAULT_URL = "http://127.0.0.1:8080"
RETRIES = 3
MAX_PAUSE = 30.0
OUTAGE_SECONDS = 60.0
_ERRORS: dict[int, type[FailsightError]] = {
    400: InvalidInput,
    401: NotAuthenticated,
    404: NotFound,
    422: InvalidInput,
    429: TooManyRequests,
    503: Unavailable,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer; ``headers`` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request and the reader of its answer's decoded JSON. ``status`` is handed to the reader too."""

    method: str
    path: str
    read: Callable[[int, Any], T]
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None


@dataclass(slots=True)
class Patience:
    """Whether to go on asking for a run's status while the server is away, as when it is started again: not before it
    has answered once, and up to a minute at a time. Times are seconds of a monotonic clock."""

    answered: float | None = None

    def bears(self, now: float) -> bool:
        return self.answered is not None and now - self.answered < OUTAGE_SECONDS


def read_answer(call: Call[T], answer: Answer) -> T:
    """The call's result; raises the error that the server meant."""
    try:
        decoded = json.loads(answer.body or b"null")
    except ValueError as broken:
        text = f"The server's answer (status {answer.status}) is no JSON: is this a Failsight server?"
        raise ServerFault.saying(text) from broken
    if answer.status >= 400:
        _raise(answer, decoded)
    return call.read(answer.status, decoded)


def pause_before_retry(answer: Answer, attempt: int) -> float | None:
    """Seconds to wait before sending the request again, None when that would not help.

    Only 429 and 503 are repeated: after both, nothing was started. ``Retry-After`` is honoured up to 30 seconds.
    """
    if answer.status not in {429, 503} or attempt >= RETRIES:
        return None
    after = answer.headers.get("retry-after", "")
    pause = float(after) if after.isdecimal() else 0.5 * 2**attempt
    return pause if pause <= MAX_PAUSE else None


def analyze(items: Sequence[Mapping[str, Any]] | None, options: Mapping[str, Any]) -> Call[FARunResult | FAJobStatus]:
    """A result when the server answered at once, else the job's first status."""
    body = {key: value for key, value in options.items() if value is not None}
    if items is not None:
        body["dataset"] = list(items)
    return Call("POST", f"{PREFIX}/analyze", _read_analysis, body=body)


def get_run(run_id: str) -> Call[FARunResult]:
    """A run with its tags and items."""
    return Call("GET", _run(run_id), _reader(FARunResult))


def get_status(run_id: str) -> Call[FAJobStatus]:
    """Progress of a run."""
    return Call("GET", f"{_run(run_id)}/status", _reader(FAJobStatus))


def cancel_run(run_id: str) -> Call[FAJobStatus]:
    """Cancels a run."""
    return Call("POST", f"{_run(run_id)}/cancel", _reader(FAJobStatus))


def get_inputs(run_id: str) -> Call[list[FARunInput]]:
    """The items of a run."""
    return Call("GET", f"{_run(run_id)}/inputs", _reader(list[FARunInput], "inputs"))


def get_tags(run_id: str, decision: str | None, bucket_id: str | None, min_severity: float | None) -> Call[list[FATag]]:
    """Tags of a run under all given filters."""
    query = {"decision": decision, "bucket_id": bucket_id, "min_severity": min_severity}
    return Call("GET", f"{_run(run_id)}/tags", _reader(list[FATag], "tags"), _given(query))


def update_tag(tag_id: str, is_reviewed: bool | None, issue_url: str | None) -> Call[TagReview]:
    """Reviews a tag."""
    body = _given({"is_reviewed": is_reviewed, "issue_url": issue_url})
    return Call("PATCH", f"{PREFIX}/tags/{quote(tag_id, safe='')}", _reader(TagReview), body=body)


def list_runs(project_name: str | None, status: str | None, page: int, page_size: int) -> Call[FARunListPage]:
    """A page of runs."""
    query = {"project_name": project_name, "status": status, "page": page, "page_size": page_size}
    return Call("GET", f"{PREFIX}/runs", _reader(FARunListPage), _given(query))


def count_runs(project_name: str | None) -> Call[int]:
    """The number of runs."""
    return Call("GET", f"{PREFIX}/runs/count", _reader(int, "count"), _given({"project_name": project_name}))


def list_projects() -> Call[list[str]]:
    """Names of projects."""
    return Call("GET", f"{PREFIX}/projects", _reader(list[str], "projects"))


def get_taxonomy() -> Call[list[FABucket]]:
    """All buckets."""
    return Call("GET", f"{PREFIX}/taxonomy", _reader(list[FABucket], "buckets"))


def get_bucket(bucket_id: str) -> Call[FABucket]:
    """One bucket."""
    return Call("GET", f"{PREFIX}/buckets/{quote(bucket_id, safe='')}", _reader(FABucket))


def get_subcategories(
    bucket_id: str | None, detection_approach: str | None, applies_to: str | None
) -> Call[list[FASubcategory]]:
    """Subcategories under all given filters."""
    query = {"bucket_id": bucket_id, "detection_approach": detection_approach, "applies_to": applies_to}
    path = f"{PREFIX}/taxonomy/subcategories"
    return Call("GET", path, _reader(list[FASubcategory], "subcategories"), _given(query))


def get_insights(days: int, project_name: str | None) -> Call[FAInsightsSummary]:
    """What fails most over a period."""
    return Call("GET", f"{PREFIX}/insights", _reader(FAInsightsSummary), _period(days, project_name))


def get_security_insights(days: int, project_name: str | None) -> Call[FASecurityInsightsSummary]:
    """Security issues over a period."""
    path = f"{PREFIX}/insights/security"
    return Call("GET", path, _reader(FASecurityInsightsSummary), _period(days, project_name))


def get_trends(days: int, project_name: str | None) -> Call[FATrends]:
    """Failures day by day."""
    return Call("GET", f"{PREFIX}/insights/trends", _reader(FATrends), _period(days, project_name))


def get_statistics(query: Mapping[str, Any]) -> Call[dict[str, Any]]:
    """Statistics of test results; a list is sent as a parameter for each of its values."""
    return Call("GET", "/test_results/stats", lambda _status, decoded: dict(decoded), dict(query))


def upload_results(lists: Mapping[str, Any]) -> Call[ImportReport]:
    """Test runs, tests and results."""
    return Call("POST", "/test_results/bulk", _reader(ImportReport), body=dict(lists))


def playground(item: Mapping[str, Any]) -> Call[FAPlaygroundResult]:
    """One item, at once."""
    return Call("POST", f"{PREFIX}/playground", _reader(FAPlaygroundResult), body=dict(item))


def _read_analysis(status: int, decoded: Any) -> FARunResult | FAJobStatus:
    return FAJobStatus.model_validate(decoded) if status == 202 else FARunResult.model_validate(decoded)


def _reader(shape: Any, key: str | None = None) -> Callable[[int, Any], Any]:
    adapter = TypeAdapter(shape)

    def read(_status: int, decoded: Any) -> Any:
        return adapter.validate_python(decoded if key is None else decoded[key])

    return read


def _raise(answer: Answer, decoded: Any) -> NoReturn:
    known = decoded if isinstance(decoded, dict) else {}
    detail = known.get("detail", decoded)
    text = detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)
    if known.get("error") == "dataset_too_large":
        sizes = {name: known.get(name) for name in ("dataset_size", "max_allowed")}
        raise DatasetTooLarge.saying(text, **sizes)
    kind = _ERRORS.get(answer.status, ServerFault)
    raise kind.saying(text, status=answer.status, retry_after=known.get("retry_after"))


def _run(run_id: str) -> str:
    return f"{PREFIX}/runs/{quote(run_id, safe='')}"


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _period(days: int, project_name: str | None) -> dict[str, Any]:
    return _given({"days": days, "project_name": project_name})
