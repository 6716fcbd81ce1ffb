"""Keeps batches of runs, tests and results, each batch in one transaction."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import sqlalchemy as sa

from failsight.model.test_result import NewResult, NewRun, NewTest
from failsight.service.result_ports import Kept, Missing, ResultBatch
from failsight.storage import result_tables as t
from failsight.storage.database import write
from failsight.storage.result_names import (
    CACHE_LIMIT,
    NameKeys,
    OutcomeKeys,
    UserKeys,
    ids_to_keys,
    next_key,
    raise_version,
    take_turn,
    tenant_key,
)

DIMENSIONS = {
    "behavior": t.behaviors,
    "category": t.categories,
    "topic": t.topics,
    "status": t.statuses,
    "test_type": t.test_types,
    "prompt": t.prompts,
}
RUN_PEOPLE = ("assignee", "owner")


class SqlResultWriter:
    """One upload of one organization; see ``service.result_ports.ResultWriter``."""

    def __init__(self, engine: sa.Engine, organization_id: str, now: str) -> None:
        self._engine = engine
        self._organization_id = organization_id
        self._now = now
        self._names = {name: NameKeys(table) for name, table in DIMENSIONS.items()}
        self._tags, self._sets = NameKeys(t.tags), NameKeys(t.test_sets)
        self._metrics = NameKeys(t.metrics)
        self._outcomes = OutcomeKeys(self._metrics)
        self._users = UserKeys(organization_id, now)
        self._ids: dict[str, dict[str, int]] = {"tests": {}, "test_runs": {}}

    def keep(self, batch: ResultBatch) -> Kept:
        """All good records of the batch, or none when the database fails."""
        kept = Kept()
        try:
            with write(self._engine) as connection:
                take_turn(connection)
                tenant = tenant_key(connection, self._organization_id)
                self._keep_runs(connection, tenant, batch.runs, kept)
                self._keep_tests(connection, tenant, batch.tests, kept)
                self._keep_results(connection, tenant, batch.results, kept)
                raise_version(connection, tenant)
        except BaseException:
            self._forget()
            raise
        return kept

    def _forget(self) -> None:
        for names in (*self._names.values(), self._tags, self._sets, self._metrics):
            names.forget()
        self._outcomes.forget()
        self._users.forget()
        self._ids = {"tests": {}, "test_runs": {}}

    def _keep_runs(self, connection: sa.Connection, tenant: int, runs: list[NewRun], kept: Kept) -> None:
        if not runs:
            return
        known = ids_to_keys(connection, t.test_runs, tenant, [run.id for run in runs if run.id])
        rows: list[dict[str, Any]] = []
        self._names["status"].ensure(connection, tenant, {run.status for run in runs if run.status is not None})
        self._users.ensure(connection, {email for run in runs for email in run.people.values()})
        for run in runs:
            if run.id in known:
                continue
            run_id = run.id or str(uuid.uuid4())
            known[run_id] = next_key(connection, t.test_runs.c.key) if not rows else rows[-1]["key"] + 1
            row = {"key": known[run_id], "id": run_id, "tenant_key": tenant, "name": run.name}
            rows.append(row | {"created_ms": run.created_ms, **self._about_run(run)})
        if rows:
            connection.execute(sa.insert(t.test_runs), rows)
        self._ids["test_runs"].update(known)
        _count(kept, "test_runs", len(rows), len(runs))

    def _about_run(self, run: NewRun) -> dict[str, Any]:
        status = None if run.status is None else self._names["status"][run.status]
        people = {f"{role}_id": self._users[run.people[role]] if role in run.people else None for role in RUN_PEOPLE}
        return {"status_key": status, **people}

    def _keep_tests(self, connection: sa.Connection, tenant: int, tests: list[NewTest], kept: Kept) -> None:
        if not tests:
            return
        known = ids_to_keys(connection, t.tests, tenant, [test.id for test in tests if test.id])
        new: dict[str, NewTest] = {}
        for test in tests:
            if test.id not in known:
                new.setdefault(test.id or str(uuid.uuid4()), test)
        self._ensure_names(connection, tenant, list(new.values()))
        rows, tag_rows, set_rows = [], [], []
        for key, (test_id, test) in enumerate(new.items(), next_key(connection, t.tests.c.key)):
            known[test_id] = key
            rows.append(self._test_row(key, test_id, tenant, test))
            tag_rows += [{"test_key": key, "tag_key": self._tags[tag]} for tag in test.tags]
            set_rows += [{"test_key": key, "test_set_key": self._sets[name]} for name in test.test_sets]
        for table, values in ((t.tests, rows), (t.test_tags, tag_rows), (t.test_set_members, set_rows)):
            if values:
                connection.execute(sa.insert(table), values)
        self._ids["tests"].update(known)
        _count(kept, "tests", len(rows), len(tests))

    def _ensure_names(self, connection: sa.Connection, tenant: int, tests: list[NewTest]) -> None:
        for kind, names in self._names.items():
            names.ensure(connection, tenant, {test.names[kind] for test in tests if kind in test.names})
        self._tags.ensure(connection, tenant, {tag for test in tests for tag in test.tags})
        self._sets.ensure(connection, tenant, {name for test in tests for name in test.test_sets})
        self._users.ensure(connection, {email for test in tests for email in test.people.values()})

    def _test_row(self, key: int, test_id: str, tenant: int, test: NewTest) -> dict[str, Any]:
        row: dict[str, Any] = {"key": key, "id": test_id, "tenant_key": tenant, "created_at": self._now}
        for kind, names in self._names.items():
            row[f"{kind}_key"] = names[test.names[kind]] if kind in test.names else None
        for role in ("user", "assignee", "owner"):
            row[f"{role}_id"] = self._users[test.people[role]] if role in test.people else None
        return row | {"priority": test.priority}

    def _keep_results(self, connection: sa.Connection, tenant: int, results: list[NewResult], kept: Kept) -> None:
        if not results:
            return
        tests = self._keys(connection, t.tests, tenant, {result.test_id for result in results})
        runs = self._keys(connection, t.test_runs, tenant, {result.run_id for result in results if result.run_id})
        seen = set(ids_to_keys(connection, t.test_result_details, tenant, [r.id for r in results if r.id]))
        good, existing = [], 0
        for result in results:
            if result.test_id not in tests:
                kept.missing.append(Missing(result, "test_id", f"there is no test {result.test_id}"))
            elif result.run_id is not None and result.run_id not in runs:
                kept.missing.append(Missing(result, "test_run_id", f"there is no test run {result.run_id}"))
            elif result.id in seen:
                existing += 1
            else:
                good.append(result)
                if result.id:
                    seen.add(result.id)
        if good:
            self._outcomes.ensure(connection, tenant, {result.verdict for result in good})
            self._insert_results(connection, tenant, good, (tests, runs))
        _count(kept, "test_results", len(good), len(good) + existing)

    def _insert_results(
        self, connection: sa.Connection, tenant: int, good: list[NewResult], keys: tuple[dict[str, int], dict[str, int]]
    ) -> None:
        tests, runs = keys
        facts, details = [], []
        for key, result in enumerate(good, next_key(connection, t.test_results.c.key)):
            passed = None if result.passed is None else int(result.passed)
            run = None if result.run_id is None else runs[result.run_id]
            outcome = self._outcomes[result.verdict]
            facts.append((key, tenant, tests[result.test_id], run, result.month, result.created_ms, outcome, passed))
            result_id = result.id or _growing_id(key)
            details.append((key, tenant, result_id, result.test_metrics, result.test_output))
        _insert_rows(connection, t.test_results, facts)
        _insert_rows(connection, t.test_result_details, details)

    def _keys(self, connection: sa.Connection, table: sa.Table, tenant: int, ids: set[str]) -> dict[str, int]:
        known = self._ids[table.name]
        if len(known) > CACHE_LIMIT:
            known = self._ids[table.name] = {}
        known.update(ids_to_keys(connection, table, tenant, sorted(one for one in ids if one not in known)))
        return known


def _count(kept: Kept, kind: str, created: int, total: int) -> None:
    kept.created[kind] = created
    kept.existing[kind] = total - created


def _insert_rows(connection: sa.Connection, table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
    """Many rows of plain values, without looking at each of them by name."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(table.c))
    names = ", ".join(column.name for column in table.c)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)  # noqa: S608  (our names)


def _growing_id(key: int) -> str:
    """A UUID that nobody can guess, its first half growing with the key so that the index grows at its end."""
    chance = secrets.token_hex(9)
    return f"{key >> 16 & 0xFFFFFFFF:08x}-{key & 0xFFFF:04x}-7{chance[:3]}-8{chance[3:6]}-{chance[6:]}"
