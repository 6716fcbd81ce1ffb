"""The statements behind statistics, once, in SQLAlchemy Core; SQLite, PostgreSQL and DuckDB run them alike.

Every row is whole numbers: keys, ``slot`` (0 failed, 1 passed, 2 pending) and ``n``; whoever reads them adds rows of
one group up. Each statement reads either the facts of a window (``low`` and ``high`` are moments, both inclusive) or
the roll-ups of whole months (they are YYYYMM).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from failsight.model.statistics import ResultFilter
from failsight.storage import result_tables as t
from failsight.storage.rollup_tables import PENDING, metric_months, run_months, test_months

F = t.test_results.c
Statement = sa.Select[Any] | sa.CompoundSelect[Any]
Build = Callable[[int, ResultFilter, bool], Statement]
_BY_ID: tuple[tuple[str, sa.Table, str], ...] = (
    ("behavior_ids", t.behaviors, "behavior_key"),
    ("category_ids", t.categories, "category_key"),
    ("topic_ids", t.topics, "topic_key"),
    ("status_ids", t.statuses, "status_key"),
    ("test_type_ids", t.test_types, "test_type_key"),
    ("prompt_ids", t.prompts, "prompt_key"),
)
_BY_PERSON = (("user_ids", "user_id"), ("assignee_ids", "assignee_id"), ("owner_ids", "owner_id"))


def by_test(tenant: int, wanted: ResultFilter, rolled: bool) -> Statement:
    """Rows (behavior key, category key, topic key, slot, n); 0 is no key."""
    source = test_months.c if rolled else F
    groups = (source.test_key, _slot(rolled))
    found = sa.select(*groups, _n(rolled)).where(*_conditions(tenant, wanted, rolled)).group_by(*groups)
    one, kinds = found.cte("by_test"), [t.tests.c[f"{kind}_key"] for kind in ("behavior", "category", "topic")]
    shown = [sa.func.coalesce(kind, _number(0)).label(kind.name) for kind in kinds]
    joined = sa.select(*shown, one.c.slot, _sum(one.c.n)).select_from(one)
    return joined.join(t.tests, t.tests.c.key == one.c.test_key).group_by(*kinds, one.c.slot)


def by_month(tenant: int, wanted: ResultFilter, rolled: bool) -> Statement:
    """Rows (month, metric key, slot, n); metric 0 is the results themselves."""
    if rolled:
        return _rolled(run_months if wanted.test_run_ids else metric_months, tenant, wanted, ("month", "metric_key"))
    return _with_metrics(tenant, wanted, {"month": F.month})


def by_run(tenant: int, wanted: ResultFilter, rolled: bool) -> Statement:
    """Rows (run key, month, metric key, slot, n); run 0 is no run."""
    if rolled:
        return _rolled(run_months, tenant, wanted, ("run_key", "month", "metric_key"))
    return _with_metrics(tenant, wanted, {"run_key": sa.func.coalesce(F.run_key, _number(0)), "month": F.month})


def runs_seen(tenant: int, wanted: ResultFilter, rolled: bool) -> Statement:
    """Rows (run key), each once."""
    run = run_months.c.run_key if rolled else sa.func.coalesce(F.run_key, _number(0)).label("run_key")
    return sa.select(run).where(*_conditions(tenant, wanted, rolled, run_months)).distinct()


def can_roll(build: Build, wanted: ResultFilter) -> bool:
    """Whether roll-ups know enough for this statement: by test they know no runs, and the other way round."""
    return not wanted.test_run_ids if build is by_test else not wanted.about_tests


def _rolled(table: sa.Table, tenant: int, wanted: ResultFilter, groups: tuple[str, ...]) -> Statement:
    columns = [table.c[name] for name in (*groups, "slot")]
    found = sa.select(*columns, _sum(table.c.n)).where(*_conditions(tenant, wanted, True, table))
    return found.group_by(*columns)


def _with_metrics(tenant: int, wanted: ResultFilter, groups: dict[str, sa.ColumnElement[int]]) -> Statement:
    """The facts by these groups: as such, and once more for every decided metric of their outcomes."""
    found = [*(column.label(name) for name, column in groups.items()), F.outcome_id, _slot(False)]
    counted = sa.select(*found, _n(False)).where(*_conditions(tenant, wanted, False))
    one = counted.group_by(*groups.values(), F.outcome_id, F.passed).cte("by_outcome")
    names, o = [one.c[name] for name in groups], t.outcome_metrics.c
    whole = sa.select(*names, _number(0).label("metric_key"), one.c.slot, _sum(one.c.n))
    of_metrics = sa.select(*names, o.metric_key, o.passed, _sum(one.c.n)).select_from(one)
    return sa.union_all(
        whole.group_by(*names, one.c.slot),
        of_metrics.join(t.outcome_metrics, o.outcome_id == one.c.outcome_id).group_by(*names, o.metric_key, o.passed),
    )


def _number(value: int) -> sa.ColumnElement[int]:
    """As text in the statement, so that an expression is the same wherever it stands."""
    return sa.literal_column(str(value), sa.Integer)


def _slot(rolled: bool) -> sa.ColumnElement[int]:
    return test_months.c.slot if rolled else sa.func.coalesce(F.passed, _number(PENDING)).label("slot")


def _n(rolled: bool) -> sa.ColumnElement[int]:
    return _sum(test_months.c.n) if rolled else sa.func.count().label("n")


def _sum(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(column), sa.BigInteger).label("n")


def _conditions(
    tenant: int, wanted: ResultFilter, rolled: bool, table: sa.Table = test_months
) -> list[sa.ColumnElement[bool]]:
    c, kind = (table.c, sa.Integer) if rolled else (F, sa.BigInteger)
    moment = c.month if rolled else c.created_ms
    low, high = sa.bindparam("low", None, kind), sa.bindparam("high", None, kind)
    found: list[sa.ColumnElement[bool]] = [c.tenant_key == tenant, moment >= low, moment <= high]
    if wanted.test_run_ids:
        found.append(c.run_key.in_(_keys(t.test_runs, tenant, wanted.test_run_ids)))
    if wanted.about_tests:
        mine = (t.tests.c.tenant_key == tenant, *_test_conditions(tenant, wanted))
        found.append(c.test_key.in_(sa.select(t.tests.c.key).where(*mine)))
    return found


def _test_conditions(tenant: int, wanted: ResultFilter) -> list[sa.ColumnElement[bool]]:
    c = t.tests.c
    found: list[sa.ColumnElement[bool]] = []
    for name, table, column in _BY_ID:
        if ids := getattr(wanted, name):
            found.append(c[column].in_(_keys(table, tenant, ids)))
    for name, column in _BY_PERSON:
        if ids := getattr(wanted, name):
            found.append(c[column].in_(ids))
    if wanted.test_ids:
        found.append(c.id.in_(wanted.test_ids))
    if wanted.priority_min is not None:
        found.append(c.priority >= wanted.priority_min)
    if wanted.priority_max is not None:
        found.append(c.priority <= wanted.priority_max)
    members = t.test_set_members.c
    if wanted.test_set_ids:
        sets = _keys(t.test_sets, tenant, wanted.test_set_ids)
        found.append(c.key.in_(sa.select(members.test_key).where(members.test_set_key.in_(sets))))
    for tag in dict.fromkeys(wanted.tags):
        tagged = sa.select(t.test_tags.c.test_key).join(t.tags, t.tags.c.key == t.test_tags.c.tag_key)
        found.append(c.key.in_(tagged.where(t.tags.c.tenant_key == tenant, t.tags.c.name == tag)))
    return found


def _keys(table: sa.Table, tenant: int, ids: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(table.c.key).where(table.c.tenant_key == tenant, table.c.id.in_(ids))
