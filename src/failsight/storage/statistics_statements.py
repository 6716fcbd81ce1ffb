"""The statements behind statistics, once, in SQLAlchemy Core; SQLite, PostgreSQL and DuckDB run them alike.

The facts are scanned by test and by month and outcome; everything else is rolled up from those few groups. Runs are a
third scan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from failsight.model.statistics import ResultFilter
from failsight.storage import result_tables as t

F = t.test_results.c
Statement = sa.Select[Any] | sa.CompoundSelect[Any]
Build = Callable[[int, ResultFilter], Statement]
_BY_ID: tuple[tuple[str, sa.Table, str], ...] = (
    ("behavior_ids", t.behaviors, "behavior_key"),
    ("category_ids", t.categories, "category_key"),
    ("topic_ids", t.topics, "topic_key"),
    ("status_ids", t.statuses, "status_key"),
    ("test_type_ids", t.test_types, "test_type_key"),
    ("prompt_ids", t.prompts, "prompt_key"),
)
_BY_PERSON = (("user_ids", "user_id"), ("assignee_ids", "assignee_id"), ("owner_ids", "owner_id"))


def by_dimension(tenant: int, wanted: ResultFilter) -> Statement:
    """Rows (kind, name, passed, failed, pending): results by behavior, category and topic of their tests."""
    one = sa.select(F.test_key, *_verdicts()).where(*_conditions(tenant, wanted)).group_by(F.test_key).cte("by_test")
    kinds = (("behavior", t.behaviors), ("category", t.categories), ("topic", t.topics))
    return sa.union_all(
        *(
            sa.select(sa.literal(kind).label("kind"), table.c.name, *_sums(one))
            .select_from(one)
            .join(t.tests, t.tests.c.key == one.c.test_key)
            .join(table, table.c.key == t.tests.c[f"{kind}_key"])
            .group_by(table.c.key, table.c.name)
            for kind, table in kinds
        )
    )


def by_month(tenant: int, wanted: ResultFilter) -> Statement:
    """Rows (month, metric name or None for the results themselves, passed, failed, pending)."""
    groups = (F.month, F.outcome_id)
    one = sa.select(*groups, *_verdicts()).where(*_conditions(tenant, wanted)).group_by(*groups).cte("by_month")
    return sa.union_all(
        sa.select(one.c.month, sa.cast(sa.null(), sa.Text).label("metric"), *_sums(one)).group_by(one.c.month),
        _metrics_of(one, one.c.month),
    )


def by_run(tenant: int, wanted: ResultFilter) -> Statement:
    """Rows (run key, metric name or None for the results themselves, passed, failed, pending)."""
    groups = (F.run_key, F.outcome_id)
    conditions = (*_conditions(tenant, wanted), F.run_key.is_not(None))
    one = sa.select(*groups, *_verdicts()).where(*conditions).group_by(*groups).cte("by_run")
    return sa.union_all(
        sa.select(one.c.run_key, sa.cast(sa.null(), sa.Text).label("metric"), *_sums(one)).group_by(one.c.run_key),
        _metrics_of(one, one.c.run_key),
    )


def runs_seen(tenant: int, wanted: ResultFilter) -> Statement:
    """One row: how many runs there are."""
    return sa.select(sa.func.count(sa.distinct(F.run_key))).where(*_conditions(tenant, wanted))


def run_names(tenant: int, _wanted: ResultFilter) -> Statement:
    """Rows (key, id, name, created_ms) of all runs."""
    c = t.test_runs.c
    return sa.select(c.key, c.id, c.name, c.created_ms).where(c.tenant_key == tenant)


def _metrics_of(one: sa.CTE, group: sa.ColumnElement[int]) -> sa.Select[Any]:
    """The groups once more, for every decided metric of their outcomes."""
    o, total = t.outcome_metrics.c, one.c.passed + one.c.failed + one.c.pending
    passed, failed = (sa.func.sum(sa.case((o.passed == verdict, total), else_=0)) for verdict in (1, 0))
    none: sa.ColumnElement[int] = sa.func.sum(sa.literal_column("0", sa.Integer))
    return (
        sa.select(group, t.metrics.c.name, passed, failed, none)
        .select_from(one)
        .join(t.outcome_metrics, o.outcome_id == one.c.outcome_id)
        .join(t.metrics, t.metrics.c.key == o.metric_key)
        .group_by(group, t.metrics.c.key, t.metrics.c.name)
    )


def _verdicts() -> list[sa.ColumnElement[int]]:
    """How many of the facts passed, failed and wait: from three quick aggregates over one column."""
    known = sa.func.count(F.passed)
    passed = sa.func.coalesce(sa.func.sum(F.passed), 0)
    return [passed.label("passed"), (known - passed).label("failed"), (sa.func.count() - known).label("pending")]


def _sums(one: sa.CTE) -> list[sa.ColumnElement[int]]:
    return [sa.func.sum(one.c[name]).label(name) for name in ("passed", "failed", "pending")]


def _conditions(tenant: int, wanted: ResultFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        F.tenant_key == tenant,
        F.created_ms >= sa.bindparam("start_ms", wanted.start_ms, sa.BigInteger),
        F.created_ms <= sa.bindparam("end_ms", wanted.end_ms, sa.BigInteger),
    ]
    if wanted.test_run_ids:
        found.append(F.run_key.in_(_keys(t.test_runs, tenant, wanted.test_run_ids)))
    about_tests = _test_conditions(tenant, wanted)
    if about_tests:
        found.append(F.test_key.in_(sa.select(t.tests.c.key).where(t.tests.c.tenant_key == tenant, *about_tests)))
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
