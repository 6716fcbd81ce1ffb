"""The asynchronous client. The calls themselves are in ``client/wire.py``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

import httpx2

from failsight.client import wire
from failsight.errors import FailsightError, Unavailable, Unreachable
from failsight.model.insight import FAInsightsSummary, FASecurityInsightsSummary, FATrends
from failsight.model.job import FAJobStatus
from failsight.model.run import FAPlaygroundResult, FARunInput, FARunListPage, FARunResult
from failsight.model.stored_run import TagReview
from failsight.model.tag import FATag
from failsight.model.taxonomy import FABucket, FASubcategory

T = TypeVar("T")


class AsyncFailureAnalysisClient:
    """Talks to a Failsight server; use it as an `async with` context, or close it with ``aclose()``.

    base_url: of the server. api_key: starts with ``vq_``. timeout: seconds for one request. A request that is answered
    with 429 or 503 is sent again up to three times, after the time the server asks for.
    """

    def __init__(self, api_key: str, base_url: str = wire.DEFAULT_URL, *, timeout: float = 300.0) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        self._http = httpx2.AsyncClient(base_url=base_url.rstrip("/"), headers=headers, timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def submit(
        self, items: Sequence[Mapping[str, Any]] | None = None, **options: Any
    ) -> FARunResult | FAJobStatus:
        """Starts an analysis: the result of a small data set, else the status of its job.

        options: the names of the wire body (project_name, feature_kind, buckets, subcategories, run_eval, run_security,
        trace_id, ...).
        """
        return await self.send(wire.analyze(items, options))

    async def run(
        self,
        items: Sequence[Mapping[str, Any]] | None = None,
        *,
        on_progress: Callable[[FAJobStatus], None] | None = None,
        poll_seconds: float = 0.5,
        **options: Any,
    ) -> FARunResult:
        """Analyses items and waits for the result; ``on_progress`` sees every status on the way. Options as ``submit``.

        Raises FailsightError when the job fails or is cancelled.
        """
        answer = await self.submit(items, **options)
        if isinstance(answer, FARunResult):
            return answer
        return await self.wait(answer.job_id, on_progress=on_progress, poll_seconds=poll_seconds)

    async def wait(
        self, run_id: str, *, on_progress: Callable[[FAJobStatus], None] | None = None, poll_seconds: float = 0.5
    ) -> FARunResult:
        """Waits until a run has ended and returns it. Raises FailsightError when it failed or was cancelled."""
        status = await self.wait_until_ended(run_id, on_progress=on_progress, poll_seconds=poll_seconds)
        if not status.is_completed:
            raise FailsightError.saying(f"The run {run_id} was {status.status}: {status.error or 'no reason given'}.")
        return await self.get_run(run_id)

    async def wait_until_ended(
        self, run_id: str, *, on_progress: Callable[[FAJobStatus], None] | None = None, poll_seconds: float = 0.5
    ) -> FAJobStatus:
        """Waits until a run has ended, however it did; a server that is away for less than a minute is waited for."""
        patience = wire.Patience()
        while True:
            try:
                status = await self.get_status(run_id)
            except (Unreachable, Unavailable):
                if not patience.bears(time.monotonic()):
                    raise
            else:
                patience.answered = time.monotonic()
                if on_progress is not None:
                    on_progress(status)
                if not status.is_running:
                    return status
            await asyncio.sleep(poll_seconds)

    async def get_run(self, run_id: str) -> FARunResult:
        """A run with its tags and items; while it runs, with those that are done."""
        return await self.send(wire.get_run(run_id))

    async def get_status(self, run_id: str) -> FAJobStatus:
        """Progress of a run."""
        return await self.send(wire.get_status(run_id))

    async def cancel_run(self, run_id: str) -> FAJobStatus:
        """Cancels a run; one that is finished stays as it is."""
        return await self.send(wire.cancel_run(run_id))

    async def get_run_inputs(self, run_id: str) -> list[FARunInput]:
        """The items of a run with their statistics."""
        return await self.send(wire.get_inputs(run_id))

    async def get_tags(
        self,
        run_id: str,
        *,
        decision: str | None = None,
        bucket_id: str | None = None,
        min_severity: float | None = None,
    ) -> list[FATag]:
        """Tags of a run, optionally filtered."""
        return await self.send(wire.get_tags(run_id, decision, bucket_id, min_severity))

    async def update_tag(
        self, tag_id: str, *, is_reviewed: bool | None = None, issue_url: str | None = None
    ) -> TagReview:
        """Marks a tag as reviewed, or links it to an issue; an empty text unlinks it."""
        return await self.send(wire.update_tag(tag_id, is_reviewed, issue_url))

    async def list_runs(
        self, *, project_name: str | None = None, status: str | None = None, page: int = 1, page_size: int = 20
    ) -> FARunListPage:
        """Runs, newest first."""
        return await self.send(wire.list_runs(project_name, status, page, page_size))

    async def get_run_count(self, project_name: str | None = None) -> int:
        """How many runs there are."""
        return await self.send(wire.count_runs(project_name))

    async def get_projects(self) -> list[str]:
        """Names of the projects."""
        return await self.send(wire.list_projects())

    async def get_taxonomy(self) -> list[FABucket]:
        """All buckets with their subcategories."""
        return await self.send(wire.get_taxonomy())

    async def get_bucket(self, bucket_id: str) -> FABucket:
        """One bucket."""
        return await self.send(wire.get_bucket(bucket_id))

    async def get_subcategories(
        self, *, bucket_id: str | None = None, detection_approach: str | None = None, applies_to: str | None = None
    ) -> list[FASubcategory]:
        """Subcategories under all given filters."""
        return await self.send(wire.get_subcategories(bucket_id, detection_approach, applies_to))

    async def get_insights(self, days: int = 30, project_name: str | None = None) -> FAInsightsSummary:
        """What fails most over a period."""
        return await self.send(wire.get_insights(days, project_name))

    async def get_security_insights(self, days: int = 30, project_name: str | None = None) -> FASecurityInsightsSummary:
        """Security issues over a period."""
        return await self.send(wire.get_security_insights(days, project_name))

    async def get_trends(self, days: int = 30, project_name: str | None = None) -> FATrends:
        """Failures and passes day by day."""
        return await self.send(wire.get_trends(days, project_name))

    async def playground(self, **item: Any) -> FAPlaygroundResult:
        """One item, at once: ``input``, ``output``, and optionally ``context`` and ``tool_calls``."""
        return await self.send(wire.playground(item))

    async def send(self, call: wire.Call[T]) -> T:
        """The answer to a call of ``client/wire.py``, after the retries that the server asks for."""
        attempt = 0
        while True:
            try:
                answer = await self._http.request(call.method, call.path, params=call.query, json=call.body)
            except httpx2.TransportError as broken:
                raise Unreachable(url=self._http.base_url, problem=broken) from broken
            received = wire.Answer(answer.status_code, dict(answer.headers), answer.content)
            pause = wire.pause_before_retry(received, attempt)
            if pause is None:
                return wire.read_answer(call, received)
            attempt += 1
            await asyncio.sleep(pause)
