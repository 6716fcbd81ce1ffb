"""Tallies of test results, from any database that runs the statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from failsight.model.statistics import Count, ResultFilter, RunCount, Tally
from failsight.storage import statistics_statements as statements
from failsight.storage.database import read
from failsight.storage.result_tables import tenants

Execute = Callable[[statements.Build], Iterable[Sequence[Any]]]


class SqlTallies:
    """See ``service.result_ports.Tallies``: counts in the database itself."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def version(self, organization_id: str) -> int:
        mine = sa.select(tenants.c.version).where(tenants.c.organization_id == organization_id)
        with read(self._engine) as connection:
            return int(connection.scalar(mine) or 0)

    def tally(self, organization_id: str, wanted: ResultFilter, *, with_runs: bool) -> Tally:
        with read(self._engine) as connection:
            mine = sa.select(tenants.c.key).where(tenants.c.organization_id == organization_id)
            tenant = connection.scalar(mine)
            if tenant is None:
                return Tally()
            return count(lambda build: connection.execute(build(tenant, wanted)), with_runs=with_runs)


def count(execute: Execute, *, with_runs: bool) -> Tally:
    """Runs the statements and puts their rows together; rows of one name come together under it."""
    tally = Tally()
    sections = {"behavior": tally.behaviors, "category": tally.categories, "topic": tally.topics}
    for kind, name, *counts in execute(statements.by_dimension):
        label = name or f"Unknown {kind.capitalize()}"
        sections[kind].setdefault(label, Count()).add(_count(counts))
    for month, metric, *counts in execute(statements.by_month):
        if metric is None:
            tally.months[month] = _count(counts)
        else:
            tally.month_metrics.setdefault(month, {})[metric] = _count(counts)
    if with_runs:
        tally.runs = _runs(execute)
        tally.total_test_runs = len(tally.runs)
    else:
        tally.total_test_runs = next(iter(execute(statements.runs_seen)))[0]
    return tally


def _runs(execute: Execute) -> list[RunCount]:
    named = {key: rest for key, *rest in execute(statements.run_names)}
    found: dict[int, RunCount] = {}
    for key, metric, *counts in execute(statements.by_run):
        if key not in found:
            run_id, name, created_ms = named[key]
            found[key] = RunCount(run_id, name, created_ms, Count())
        if metric is None:
            found[key].overall = _count(counts)
        else:
            found[key].metrics[metric] = _count(counts)
    return list(found.values())


def _count(values: Sequence[Any]) -> Count:
    passed, failed, pending = values
    return Count(int(passed), int(failed), int(pending))
