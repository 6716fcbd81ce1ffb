"""Take a data set for analysis: check it, store it as a run with a job, and finish small ones at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from failsight.engine.pipeline import Engine
from failsight.errors import DatasetTooLarge, InvalidInput, InvalidItem
from failsight.formats.record import read_item
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.job import Job
from failsight.model.stored_run import StoredRun
from failsight.service.accounts import AccountService
from failsight.service.ports import Clock, Runs
from failsight.service.work import Worker

MAX_SHOWN = 10


class SubmitService:
    """``sync_items`` items are analysed before the answer; more become a job for the workers."""

    def __init__(  # noqa: PLR0913  (the ports of this use case, by name)
        self,
        *,
        engine: Engine,
        runs: Runs,
        accounts: AccountService,
        worker: Worker,
        clock: Clock,
        new_id: Callable[[], str],
        sync_items: int,
        max_items: int,
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._accounts = accounts
        self._worker = worker
        self._clock = clock
        self._new_id = new_id
        self._sync_items = sync_items
        self._max_items = max_items

    def submit(
        self,
        organization_id: str,
        dataset: Sequence[Any],
        options: AnalysisOptions,
        project_name: str | None = None,
        trace_id: str | None = None,
    ) -> tuple[StoredRun, bool]:
        """The new run, and whether it is finished already. Nothing is stored when anything about it is wrong."""
        if not dataset:
            raise InvalidInput(problem="The data set is empty", fix="Send at least one item with 'input' and 'output'.")
        if len(dataset) > self._max_items:
            raise DatasetTooLarge(dataset_size=len(dataset), max_allowed=self._max_items)
        self._engine.plan(options)
        items = read_items(dataset)
        project = self._accounts.project(organization_id, project_name) if project_name else None
        now, run_id, small = self._clock.now_iso(), self._new_id(), len(items) <= self._sync_items
        run = StoredRun(
            id=run_id,
            organization_id=organization_id,
            project_id=project.id if project else None,
            options=options,
            trace_id=trace_id,
            total_items=len(items),
            created_at=now,
        )
        job = Job(id=run_id, organization_id=organization_id, total_items=len(items), created_at=now)
        if small:
            job = self._worker.leased(job)
        self._runs.create(run, job, (item.model_dump_json(exclude_defaults=True) for item in items))
        if small:
            self._worker.work_on(job)
        return run, small


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
