"""Take a data set for analysis: check it, store it as a run with a job, and finish small ones at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from failsight.engine.pipeline import Engine
from failsight.errors import DatasetTooLarge, InvalidInput, InvalidItem, TraceNotFound, Unavailable
from failsight.formats.record import read_item
from failsight.formats.storable import storable
from failsight.formats.trace.item import has_text, trace_item
from failsight.formats.trace.reader import read_trace
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.job import Job
from failsight.model.stored_run import RunKind, RunRequest, StoredRun
from failsight.service.accounts import AccountService
from failsight.service.in_time import InTime
from failsight.service.ports import Clock, Runs, Traces
from failsight.service.run_judges import RunJudges
from failsight.service.vulnerabilities import VulnerabilityService
from failsight.service.work import Worker

MAX_SHOWN = 10
OUTAGE_SECONDS = 2.0
KEYED_AT_ONCE = 8
"""Runs with keys of their own that are worked on at once; the others wait."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to make of some items: a run of that kind, in that project (made when it is not there). ``api_key``: of the
    judge, for this run only."""

    options: AnalysisOptions
    project_name: str | None = None
    trace_id: str | None = None
    kind: RunKind = "failure_analysis"
    request: RunRequest = field(default_factory=RunRequest)
    api_key: str | None = field(default=None, repr=False)


class SubmitService:
    """``sync_items`` items are analysed before the answer, if that takes no longer than ``sync_seconds``; more become a
    job for the workers."""

    def __init__(  # noqa: PLR0913  (the ports of this use case, by name)
        self,
        *,
        engine: Engine,
        runs: Runs,
        traces: Traces,
        accounts: AccountService,
        worker: Worker,
        judges: RunJudges,
        vulnerabilities: VulnerabilityService,
        clock: Clock,
        new_id: Callable[[], str],
        sync_items: int,
        sync_seconds: float,
        max_items: int,
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._traces = traces
        self._accounts = accounts
        self._worker = worker
        self._judges = judges
        self._vulnerabilities = vulnerabilities
        self._turns = threading.Semaphore(KEYED_AT_ONCE)
        self._clock = clock
        self._new_id = new_id
        self._sync_items = sync_items
        self._sync_seconds = sync_seconds
        self._max_items = max_items

    def submit(self, organization_id: str, dataset: Sequence[Any], order: Order) -> tuple[StoredRun, bool]:
        """The new run, and whether it is finished already. Nothing is stored when anything about it is wrong. A small
        run that is stored but cannot be finished, because the database went away, is left to the workers."""
        if not dataset:
            raise InvalidInput(problem="The data set is empty", fix="Send at least one item with 'input' and 'output'.")
        if len(dataset) > self._max_items:
            raise DatasetTooLarge(dataset_size=len(dataset), max_allowed=self._max_items)
        if order.trace_id is not None and not order.trace_id.isprintable():
            raise InvalidInput(problem="'trace_id' has characters that cannot be printed", fix="Send the trace's id.")
        self._engine.plan(order.options)
        return self.start(organization_id, read_items([storable(record) for record in dataset]), order)

    def submit_trace(self, organization_id: str, trace_id: str, order: Order) -> tuple[StoredRun, bool]:
        """As ``submit``, of the item that an uploaded trace stands for; in the trace's project unless another is named.
        Raises TraceNotFound."""
        stored = self._traces.trace(organization_id, trace_id) if trace_id.isprintable() else None
        if stored is None:
            raise TraceNotFound(name=trace_id)
        item = item_of_trace(json.loads(stored.raw))
        options = order.options.model_copy(update={"mode": "full", "input_type": "trace"})
        project_name = order.project_name or stored.project_name
        order = replace(order, options=options, project_name=project_name, trace_id=trace_id)
        return self.start(organization_id, [item], order)

    def start(self, organization_id: str, items: Sequence[Item], order: Order) -> tuple[StoredRun, bool]:
        """Stores the run with its job; a small one is worked on at once."""
        self._engine.plan(order.options)
        name = order.project_name
        project = self._accounts.project(organization_id, name) if name else None
        options = order.options
        if project is not None and options.with_security:
            strict = self._vulnerabilities.thresholds(organization_id, project.id)
            options = options.model_copy(update={"security_thresholds": strict})
        now, run_id, small = self._clock.now_iso(), self._new_id(), len(items) <= self._sync_items
        run = StoredRun(
            id=run_id,
            organization_id=organization_id,
            kind=order.kind,
            request=order.request,
            project_id=project.id if project else None,
            options=options,
            trace_id=order.trace_id,
            total_items=len(items),
            created_at=now,
        )
        job = Job(
            id=run_id,
            organization_id=organization_id,
            job_type=order.kind,
            total_items=len(items),
            created_at=now,
        )
        judging = self._judges.wish(order.api_key)
        own_key = order.api_key if judging is not None and judging.own_key else None
        owner = self._worker.lease(run_id) if small or own_key else None
        if own_key is not None:
            self._judges.lend(run_id, own_key)
        texts = (item.model_dump_json(exclude_defaults=True) for item in items)
        try:
            self._runs.create(run, job, texts, owner, judging)
        except BaseException:
            self._judges.end(run_id)
            raise
        return run, owner is not None and self._finish(job, keyed=own_key is not None, wait=small)

    def _finish(self, job: Job, *, keyed: bool, wait: bool) -> bool:
        """Whether the job ended in time; else it goes on in its thread, or with a worker when that one hangs."""
        work = InTime(lambda: self._work_with_key(job) if keyed else self._worker.work_on(job))
        try:
            return (wait and work.result(self._sync_seconds)) or False
        except Unavailable:
            return False

    def _work_with_key(self, job: Job) -> bool:
        """Nobody else can do it: the key is here alone, so that it waits its turn, and for a database that is away."""
        with self._worker.holding(job) as hold, self._turns:
            while not hold.lost:
                try:
                    return self._worker.work_on(job)
                except Unavailable:
                    hold.pause(OUTAGE_SECONDS)
        return False


def item_of_trace(raw: Mapping[str, Any]) -> Item:
    """The item that a trace stands for; raises InvalidInput when it holds neither question nor answer."""
    item = trace_item(read_trace(raw))
    if not has_text(item):
        problem = "The trace holds neither a question nor an answer"
        raise InvalidInput(problem=problem, fix="Record messages, or spans with 'generation' and 'retrieval'.")
    return item


def read_items(dataset: Sequence[Any]) -> list[Item]:
    """Items of a request; raises InvalidInput listing the bad ones, at most ten."""
    items, problems = [], []
    for index, record in enumerate(dataset):
        try:
            items.append(read_item(record if isinstance(record, Mapping) else {}, f"item {index}"))
        except InvalidItem as bad:
            problems.append(str(bad))
    if problems:
        more = f" (and {len(problems) - MAX_SHOWN} more)" if len(problems) > MAX_SHOWN else ""
        raise InvalidInput(problem=" ".join(problems[:MAX_SHOWN]) + more, fix="Nothing was started.")
    return items
