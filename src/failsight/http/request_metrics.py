"""What Prometheus reads: the latency of requests in this process, and the jobs, which the database knows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from failsight.errors import Unavailable
from failsight.model.job import FINAL_STATES, JobTotals
from failsight.model.judge import JudgeUsage
from failsight.service.ports import Jobs

log = logging.getLogger("failsight.http")


class RequestMetrics:
    """A registry of its own, for one application. played: what the playground used of judges in this process."""

    def __init__(self, jobs: Jobs, played: Callable[[], JudgeUsage]) -> None:
        self.registry = CollectorRegistry()
        names = ["method", "route", "status"]
        self.latency = Histogram("failsight_request_seconds", "Time to answer", names, registry=self.registry)
        self.registry.register(JobMetrics(jobs, played))

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Counts and logs one answer; the route is the pattern, never the path."""
        route, method = getattr(scope.get("route"), "path", "unmatched"), scope["method"]
        self.latency.labels(method, route, status).observe(seconds)
        known = {"method": method, "route": route, "status": status, "ms": round(seconds * 1e3, 1)}
        log.info("request", extra=known | {"request_id": scope.get("state", {}).get("request_id", "")})


class Measured:
    """Plain ASGI: times each request from its arrival to the end of its answer."""

    def __init__(self, app: ASGIApp, metrics: RequestMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            self._metrics.observe(scope, status, time.perf_counter() - started)


class JobMetrics(Collector):
    """Read from the database when asked: workers are other processes. Without a database only that is said."""

    def __init__(self, jobs: Jobs, played: Callable[[], JudgeUsage]) -> None:
        self._jobs = jobs
        self._played = played

    def describe(self) -> Iterator[Metric]:
        """Nothing: asking the database at registration would be too early."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """One family after the other."""
        up = GaugeMetricFamily("failsight_database_up", "1 when the database answers")
        try:
            totals, judged = self._jobs.totals(), self._jobs.judged()
        except Unavailable:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from _families({total.status: total for total in totals})
        yield from _judge_families({"jobs": judged, "playground": self._played()})


def _families(by_status: dict[str, JobTotals]) -> Iterator[Metric]:
    waiting = GaugeMetricFamily("failsight_jobs", "Jobs that are not finished", labels=["status"])
    for status in ("queued", "running"):
        waiting.add_metric([status], by_status[status].jobs if status in by_status else 0)
    yield waiting
    ended = CounterMetricFamily(
        "failsight_jobs_ended", "Jobs that ended; failures are status=failed", labels=["status"]
    )
    for status in FINAL_STATES:
        ended.add_metric([status], by_status[status].jobs if status in by_status else 0)
    yield ended
    examined = CounterMetricFamily("failsight_items_examined", "Items examined by all jobs so far")
    examined.add_metric([], sum(total.items for total in by_status.values()))
    yield examined
    speed = GaugeMetricFamily("failsight_items_per_second", "Measured speed of the running jobs together")
    speed.add_metric([], by_status["running"].items_per_second if "running" in by_status else 0)
    yield speed


def _judge_families(used: Mapping[str, JudgeUsage]) -> Iterator[Metric]:
    """used: by what asked, ``jobs`` (runs, evaluations, audits) or ``playground``."""
    calls = CounterMetricFamily("failsight_judge_calls", "Calls of judges, failed ones included", labels=["by"])
    failed = CounterMetricFamily("failsight_judge_errors", "Questions without a usable reply", labels=["by"])
    cached = CounterMetricFamily("failsight_judge_cache_hits", "Questions answered from the cache", labels=["by"])
    tokens = CounterMetricFamily("failsight_judge_tokens", "Tokens that judges counted", labels=["by", "direction"])
    cost = CounterMetricFamily("failsight_judge_cost_usd", "US dollars at the price that is set", labels=["by"])
    for by, usage in used.items():
        calls.add_metric([by], usage.calls)
        failed.add_metric([by], usage.failed)
        cached.add_metric([by], usage.cached)
        tokens.add_metric([by, "in"], usage.tokens_in)
        tokens.add_metric([by, "out"], usage.tokens_out)
        cost.add_metric([by], usage.cost_usd or 0.0)
    yield from (calls, failed, cached, tokens, cost)
