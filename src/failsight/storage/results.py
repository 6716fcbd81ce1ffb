"""Test runs, tests, results and names: written, reviewed, listed."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from failsight.model.test_result import ResultReview
from failsight.stats.verdict import passes, read_verdict
from failsight.stats.window import from_ms
from failsight.storage import result_tables as t
from failsight.storage.database import read, write
from failsight.storage.result_names import (
    NameKeys,
    OutcomeKeys,
    next_key,
    raise_version,
    take_turn,
    tenant_key,
)
from failsight.storage.result_spool import FileResultSpool
from failsight.storage.result_writer import SqlResultWriter

NAMED = {
    table.name: table for table in (t.behaviors, t.categories, t.topics, t.statuses, t.test_types, t.tags, t.test_sets)
}
TABLES = {**NAMED, "test_runs": t.test_runs, "tests": t.tests, "test_results": t.test_result_details}


class SqlResults:
    """See ``service.result_ports.Results``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def writer(self, organization_id: str, now: str) -> SqlResultWriter:
        return SqlResultWriter(self._engine, organization_id, now)

    def spool(self) -> FileResultSpool:
        return FileResultSpool()

    def add_name(self, organization_id: str, kind: str, name: str, description: str | None) -> dict[str, Any]:
        """The row of that name, made when it is not there; a description given last wins."""
        table = NAMED[kind]
        with write(self._engine) as connection:
            take_turn(connection)
            tenant = tenant_key(connection, organization_id)
            names = NameKeys(table)
            names.ensure(connection, tenant, [name])
            row = table.c.key == names[name]
            if description is not None:
                connection.execute(sa.update(table).where(row).values(description=description))
            raise_version(connection, tenant)
            return _named(connection.execute(sa.select(table).where(row)).one())

    def page(self, organization_id: str, kind: str, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """Rows in the order of their names, or newest first where they have none; and how many there are in all."""
        table = TABLES[kind]
        mine = table.c.tenant_key == _tenant(organization_id)
        order = table.c.name if kind in NAMED else table.c.key.desc()
        with read(self._engine) as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(table).where(mine))
            query = sa.select(table.c.id).where(mine).order_by(order, table.c.key).limit(limit).offset(skip)
            ids = list(connection.scalars(query))
            return _rows(connection, organization_id, kind, ids), int(total or 0)

    def read(self, organization_id: str, kind: str, entity_id: str) -> dict[str, Any] | None:
        with read(self._engine) as connection:
            return next(iter(_rows(connection, organization_id, kind, [entity_id])), None)

    def review(self, organization_id: str, result_id: str, review: ResultReview, now: str) -> bool:
        """Keeps the review, and the verdict that counts from now on; what was found automatically stays in
        ``test_metrics``. False when there is no such result."""
        d, r = t.test_result_details.c, t.result_reviews.c
        with write(self._engine) as connection:
            take_turn(connection)
            tenant = tenant_key(connection, organization_id)
            found = connection.execute(
                sa.select(d.key, d.test_metrics).where(d.tenant_key == tenant, d.id == result_id)
            ).one_or_none()
            if found is None:
                return False
            row = {"key": next_key(connection, r.key), "result_key": found.key, "metric": review.metric}
            row |= {"passed": int(review.passed), "comment": review.comment, "reviewed_at": now}
            connection.execute(sa.insert(t.result_reviews).values(row))
            reviews = connection.execute(sa.select(t.result_reviews).where(r.result_key == found.key).order_by(r.key))
            _decide(connection, tenant, found, reviews.all())
            raise_version(connection, tenant)
        return True


def _decide(connection: sa.Connection, tenant: int, result: Any, reviews: Any) -> None:
    """The verdict after all reviews: of a metric, of the whole, each time the last one."""
    verdict = dict(read_verdict(_loads(result.test_metrics)))
    whole: bool | None = None
    for review in reviews:
        if review.metric is None:
            whole = bool(review.passed)
        else:
            verdict[review.metric] = bool(review.passed)
    decided = tuple(sorted(verdict.items()))
    outcomes = OutcomeKeys(NameKeys(t.metrics))
    outcomes.ensure(connection, tenant, [decided])
    passed = passes(decided) if whole is None else whole
    values = {"outcome_id": outcomes[decided], "passed": None if passed is None else int(passed)}
    connection.execute(sa.update(t.test_results).where(t.test_results.c.key == result.key).values(values))


def _tenant(organization_id: str) -> sa.ScalarSelect[int]:
    return sa.select(t.tenants.c.key).where(t.tenants.c.organization_id == organization_id).scalar_subquery()


def _rows(connection: sa.Connection, organization_id: str, kind: str, ids: list[str]) -> list[dict[str, Any]]:
    """The rows with these ids as the outside sees them, in the order of the ids."""
    table = TABLES[kind]
    known = {"tests": _tests_query, "test_results": _results_query, "test_runs": _runs_query}
    query = known.get(kind, lambda: sa.select(table))()
    rows = connection.execute(query.where(table.c.tenant_key == _tenant(organization_id), table.c.id.in_(ids)))
    shape = {"tests": _test, "test_results": _result, "test_runs": _run}.get(kind, _named)
    found = {row.id: shape(row) for row in rows}
    if kind == "tests":
        _add_lists(connection, organization_id, found)
    return [found[one] for one in ids if one in found]


def _tests_query() -> sa.Select[Any]:
    query = sa.select(t.tests)
    source: Any = t.tests
    kinds = (("prompt", t.prompts), ("behavior", t.behaviors), ("category", t.categories), ("topic", t.topics))
    for kind, table in (*kinds, ("test_type", t.test_types), ("status", t.statuses)):
        source = source.outerjoin(table, table.c.key == t.tests.c[f"{kind}_key"])
        query = query.add_columns(table.c.name.label(kind), table.c.id.label(f"{kind}_id"))
    return query.select_from(source)


def _runs_query() -> sa.Select[Any]:
    query = sa.select(t.test_runs, t.statuses.c.name.label("status"), t.statuses.c.id.label("status_id"))
    return query.outerjoin(t.statuses, t.statuses.c.key == t.test_runs.c.status_key)


def _results_query() -> sa.Select[Any]:
    d, f = t.test_result_details, t.test_results
    columns = (f.c.created_ms, f.c.passed, t.tests.c.id.label("test_id"), t.test_runs.c.id.label("run_id"))
    return sa.select(d, *columns).select_from(
        d.join(f, f.c.key == d.c.key)
        .join(t.tests, t.tests.c.key == f.c.test_key)
        .outerjoin(t.test_runs, t.test_runs.c.key == f.c.run_key)
    )


def _named(row: sa.Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "description": row.description}


def _run(row: sa.Row[Any]) -> dict[str, Any]:
    created = None if row.created_ms is None else from_ms(row.created_ms)
    known = {"id": row.id, "name": row.name or f"Test Run {row.id[:8]}", "created_at": created, "status": row.status}
    return known | {"status_id": row.status_id, "assignee_id": row.assignee_id, "owner_id": row.owner_id}


def _test(row: sa.Row[Any]) -> dict[str, Any]:
    known = {"id": row.id, "name": (row.prompt or row.id)[:120], "priority": row.priority, "created_at": row.created_at}
    for kind in ("prompt", "behavior", "category", "topic", "test_type", "status"):
        known |= {kind: getattr(row, kind), f"{kind}_id": getattr(row, f"{kind}_id")}
    return known | {"user_id": row.user_id, "assignee_id": row.assignee_id, "owner_id": row.owner_id}


def _result(row: sa.Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.id,
        "test_id": row.test_id,
        "test_run_id": row.run_id,
        "created_at": from_ms(row.created_ms),
        "passed": None if row.passed is None else bool(row.passed),
        "test_metrics": _loads(row.test_metrics),
        "test_output": _loads(row.test_output),
    }


def _loads(text: str | None) -> Any:
    """NaN and infinities, which JSON does not have, come back as null."""
    return json.loads(text or "null", parse_constant=lambda _: None)


def _add_lists(connection: sa.Connection, organization_id: str, found: dict[str, dict[str, Any]]) -> None:
    """Tags and test sets of the tests, sorted by name."""
    for name, link, table in (("tags", t.test_tags, t.tags), ("test_sets", t.test_set_members, t.test_sets)):
        for test in found.values():
            test[name] = []
        query = (
            sa.select(t.tests.c.id, table.c.name)
            .select_from(link)
            .join(t.tests, t.tests.c.key == link.c.test_key)
            .join(table, table.c.key == link.c[f"{name[:-1]}_key"])
            .where(t.tests.c.tenant_key == _tenant(organization_id), t.tests.c.id.in_(list(found)))
            .order_by(table.c.name)
        )
        for test_id, text in connection.execute(query):
            found[test_id][name].append(text)
