"""Counts over completed runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from failsight.model.period import FlagCounts, RunCounts, SubcategoryCounts
from failsight.storage.database import read, write
from failsight.storage.tables import failures, playground_uses, projects, run_flags, runs


class SqlInsights:
    """See ``service.ports.Insights``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def runs(self, organization_id: str, project_name: str | None, start: str, end: str) -> list[RunCounts]:
        query = sa.select(
            runs.c.id.label("run_id"),
            sa.func.substr(runs.c.created_at, 1, 10).label("day"),
            runs.c.total_items.label("items"),
            runs.c.failed_items,
            runs.c.failures,
            runs.c.passes,
        )
        query = _in_period(query, organization_id, project_name, start, end).order_by(runs.c.created_at)
        with read(self._engine) as connection:
            return [RunCounts.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def recurring(
        self, organization_id: str, project_name: str | None, start: str, end: str
    ) -> list[SubcategoryCounts]:
        group = (failures.c.run_id, failures.c.subcategory_id, failures.c.bucket_id)
        sums = (sa.func.count().label("failures"), sa.func.sum(failures.c.severity).label("severity_sum"))
        query = sa.select(*group, *sums).join(runs, runs.c.id == failures.c.run_id).group_by(*group)
        query = _in_period(query, organization_id, project_name, start, end, joined=True)
        with read(self._engine) as connection:
            return [SubcategoryCounts.model_validate(dict(row._mapping)) for row in connection.execute(query)]

    def flags(self, organization_id: str, project_name: str | None, start: str, end: str) -> list[FlagCounts]:
        query = sa.select(run_flags).join(runs, runs.c.id == run_flags.c.run_id)
        query = _in_period(query, organization_id, project_name, start, end, joined=True)
        with read(self._engine) as connection:
            return [FlagCounts.model_validate(dict(row._mapping)) for row in connection.execute(query)]


class SqlPlayground:
    """See ``service.ports.Playground``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def uses(self, key_id: str, since: str) -> list[str]:
        mine = (playground_uses.c.api_key_id == key_id) & (playground_uses.c.used_at >= since)
        query = sa.select(playground_uses.c.used_at).where(mine).order_by(playground_uses.c.used_at)
        with read(self._engine) as connection:
            return list(connection.scalars(query))

    def add_use(self, key_id: str, use_id: str, now: str) -> None:
        with write(self._engine) as connection:
            connection.execute(sa.insert(playground_uses).values(id=use_id, api_key_id=key_id, used_at=now))


def _in_period(
    query: sa.Select[Any], organization_id: str, project_name: str | None, start: str, end: str, *, joined: bool = False
) -> sa.Select[Any]:
    query = query if joined else query.select_from(runs)
    query = query.where(
        runs.c.organization_id == organization_id,
        runs.c.kind == "failure_analysis",
        runs.c.status == "completed",
        runs.c.created_at >= start,
        runs.c.created_at < end,
    )
    if project_name:
        query = query.join(projects, projects.c.id == runs.c.project_id).where(projects.c.name == project_name)
    return query
