"""The statements behind statistics, once, in SQLAlchemy Core; SQLite, PostgreSQL and DuckDB run them alike.

Every row is whole numbers: keys, ``slot`` (0 failed, 1 passed, 2 pending) and, last, ``n``; whoever reads them adds
rows of one group up. Each statement reads either the facts of a window (``low`` and ``high`` are moments, both
inclusive) or the roll-ups of whole months (they are YYYYMM).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from failsight.model.statistics import ResultFilter
from failsight.storage import result_tables as t
from failsight.storage.rollup_tables import PENDING, metric_months, run_months, test_months

F = t.test_results.c
Statement = sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]]


class Scope(NamedTuple):
    """What a statement counts: of one organization, only results of these runs and tests, where any are given.

    runs, tests: selects of one column of keys. rolled: read the roll-ups, not the facts.
    """

    tenant: int
    runs: sa.Select[Any] | None
    tests: sa.Select[Any] | None
    rolled: bool = False


Build = Callable[[Scope], Statement]
_BY_ID: tuple[tuple[str, sa.Table, str], ...] = (
    ("behavior_ids", t.behaviors, "behavior_key"),
    ("category_ids", t.categories, "category_key"),
    ("topic_ids", t.topics, "topic_key"),
    ("status_ids", t.statuses, "status_key"),
    ("test_type_ids", t.test_types, "test_type_key"),
    ("prompt_ids", t.prompts, "prompt_key"),
)
_BY_PERSON = (("user_ids", "user_id"), ("assignee_ids", "assignee_id"), ("owner_ids", "owner_id"))


def wanted_tests(tenant: int, wanted: ResultFilter) -> sa.Select[Any] | None:
    """Rows (key) of the tests that are asked for; None where nothing is asked of them."""
    if not wanted.about_tests:
        return None
    return sa.select(t.tests.c.key).where(t.tests.c.tenant_key == tenant, *_test_conditions(tenant, wanted))


def wanted_runs(tenant: int, wanted: ResultFilter) -> sa.Select[Any] | None:
    """Rows (key) of the runs that are asked for; None for any, and for none."""
    return _keys(t.test_runs, tenant, wanted.test_run_ids) if wanted.test_run_ids else None


def by_test(scope: Scope) -> Statement:
    """Rows (behavior key, category key, topic key, slot, n); 0 is no key."""
    r = test_months.c
    groups = (r.test_key, r.slot) if scope.rolled else (F.test_key, _slot())
    n = _sum(r.n) if scope.rolled else sa.func.count().label("n")
    found = sa.select(*groups, n).where(*_conditions(scope, test_months)).group_by(*groups)
    one, kinds = found.cte("by_test"), [t.tests.c[f"{kind}_key"] for kind in ("behavior", "category", "topic")]
    shown = [sa.func.coalesce(kind, _number(0)).label(kind.name) for kind in kinds]
    joined = sa.select(*shown, one.c.slot, _sum(one.c.n)).select_from(one)
    return joined.join(t.tests, t.tests.c.key == one.c.test_key).group_by(*kinds, one.c.slot)


def by_month(scope: Scope) -> Statement:
    """Rows (month, metric key, slot, n); metric 0 is the results themselves."""
    if scope.rolled:
        return _rolled(metric_months if scope.runs is None else run_months, scope, ("month", "metric_key"))
    return _with_metrics(scope, {"month": F.month})


def by_run(scope: Scope) -> Statement:
    """Rows (run key, month, metric key, slot, n); run 0 is no run."""
    if scope.rolled:
        return _rolled(run_months, scope, ("run_key", "month", "metric_key"))
    return _with_metrics(scope, {"run_key": sa.func.coalesce(F.run_key, _number(0)), "month": F.month})


def runs_seen(scope: Scope) -> Statement:
    """Rows (run key, n); 0 is no run."""
    if scope.rolled:
        r = run_months.c
        whole = (*_conditions(scope, run_months), r.metric_key == _number(0))
        return sa.select(r.run_key, _sum(r.n)).where(*whole).group_by(r.run_key)
    run = sa.func.coalesce(F.run_key, _number(0)).label("run_key")
    return sa.select(run, sa.func.count().label("n")).where(*_conditions(scope)).group_by(F.run_key)


def can_roll(build: Build, scope: Scope) -> bool:
    """Whether roll-ups know enough for this statement: by test they know no runs, and the other way round."""
    return scope.runs is None if build is by_test else scope.tests is None


def _rolled(table: sa.Table, scope: Scope, groups: tuple[str, ...]) -> Statement:
    columns = [table.c[name] for name in (*groups, "slot")]
    return sa.select(*columns, _sum(table.c.n)).where(*_conditions(scope, table)).group_by(*columns)


def _with_metrics(scope: Scope, groups: dict[str, sa.ColumnElement[int]]) -> Statement:
    """The facts by these groups: as such, and once more for every decided metric of their outcomes."""
    found = [*(column.label(name) for name, column in groups.items()), F.outcome_id, _slot()]
    counted = sa.select(*found, sa.func.count().label("n")).where(*_conditions(scope))
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


def _slot() -> sa.ColumnElement[int]:
    return sa.func.coalesce(F.passed, _number(PENDING)).label("slot")


def _sum(column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.cast(sa.func.sum(column), sa.BigInteger).label("n")


def _conditions(scope: Scope, rollup: sa.Table | None = None) -> list[sa.ColumnElement[bool]]:
    c, kind = (rollup.c, sa.Integer) if scope.rolled and rollup is not None else (F, sa.BigInteger)
    moment = c.month if scope.rolled else c.created_ms
    low, high = sa.bindparam("low", None, kind), sa.bindparam("high", None, kind)
    found: list[sa.ColumnElement[bool]] = [c.tenant_key == scope.tenant, moment >= low, moment <= high]
    if scope.runs is not None:
        found.append(c.run_key.in_(scope.runs))
    if scope.tests is not None:
        found.append(c.test_key.in_(scope.tests))
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
