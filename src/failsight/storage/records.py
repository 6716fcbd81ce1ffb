"""Runs read as evaluations and audits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from failsight.model.stored_run import RunKind, StoredRun
from failsight.service.ports import RecordFilter, RecordKind
from failsight.storage.database import read
from failsight.storage.runs import run_query, to_run
from failsight.storage.tables import run_flags, run_items, runs


class SqlRecords:
    """See ``service.ports.Records``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def run(self, organization_id: str, kind: RecordKind, run_id: str) -> StoredRun | None:
        query = run_query(organization_id).where(runs.c.id == run_id, _holds(kind))
        with read(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else to_run(row)

    def page(
        self, organization_id: str, kind: RecordKind, wanted: RecordFilter, limit: int, offset: int
    ) -> tuple[list[StoredRun], int]:
        """Runs newest first, and how many there are in all."""
        query = run_query(organization_id).where(_holds(kind), runs.c.created_at >= wanted.since)
        if wanted.project_ids:
            query = query.where(runs.c.project_id.in_(wanted.project_ids))
        if wanted.completed:
            query = query.where(runs.c.status == "completed")
        with read(self._engine) as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
            newest = query.order_by(runs.c.created_at.desc(), runs.c.id).limit(limit).offset(offset)
            return [to_run(row) for row in connection.execute(newest)], int(total or 0)

    def flag_counts(self, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """Failing items by run and category; a category that was checked and never fails has 0."""
        found: dict[str, dict[str, int]] = {run_id: {} for run_id in run_ids}
        with read(self._engine) as connection:
            for row in connection.execute(sa.select(run_flags).where(run_flags.c.run_id.in_(run_ids))):
                found[row.run_id][row.code] = row.failed_items
        return found

    def items(self, run_id: str, indices: Sequence[int]) -> dict[int, str]:
        """Items as they were sent, as JSON texts by index."""
        wanted = (run_items.c.run_id == run_id) & run_items.c.item_index.in_(indices)
        with read(self._engine) as connection:
            rows = connection.execute(sa.select(run_items.c.item_index, run_items.c.item).where(wanted))
            return {row.item_index: row.item for row in rows}

    def evaluations_of(self, organization_id: str, trace_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Trace ids and ids of completed runs that evaluated them, newest first."""
        mine = (runs.c.organization_id == organization_id) & runs.c.trace_id.in_(trace_ids)
        query = sa.select(runs.c.trace_id, runs.c.id).where(mine, _holds("evaluation"), runs.c.status == "completed")
        with read(self._engine) as connection:
            return [(row.trace_id, row.id) for row in connection.execute(query.order_by(runs.c.created_at.desc()))]

    def counts(self, organization_id: str, since: str) -> dict[RunKind, int]:
        """Number of runs by kind."""
        mine = (runs.c.organization_id == organization_id) & (runs.c.created_at >= since)
        query = sa.select(runs.c.kind, sa.func.count()).where(mine).group_by(runs.c.kind)
        with read(self._engine) as connection:
            return {cast("RunKind", row[0]): row[1] for row in connection.execute(query)}


def _holds(kind: RecordKind) -> sa.ColumnElement[Any]:
    """Whether a run is of that kind, or a failure analysis that did the same on the way."""
    on_the_way = runs.c.with_eval if kind == "evaluation" else runs.c.with_security
    return (runs.c.kind == kind) | ((runs.c.kind == "failure_analysis") & on_the_way)
