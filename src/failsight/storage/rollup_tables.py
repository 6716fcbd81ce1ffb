"""Roll-ups of the facts by month; only the projection has them.

Rows add up: a group may have several, also negative ones after a review. None of them is ever longer than what an
answer needs to read of the facts, whatever the number of results. ``slot`` is ``passed`` with 2 for what is pending;
``metric_key`` and ``run_key`` 0 stand for the results themselves and for no run.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, SmallInteger, Table

PENDING = 2
metadata = MetaData()


def _rollup(name: str, *groups: str) -> Table:
    columns = [Column(group, Integer, nullable=False) for group in ("tenant_key", "month", *groups)]
    return Table(name, metadata, *columns, Column("slot", SmallInteger, nullable=False), Column("n", Integer))


test_months = _rollup("test_months", "test_key")
metric_months = _rollup("metric_months", "metric_key")
run_months = _rollup("run_months", "run_key", "metric_key")
