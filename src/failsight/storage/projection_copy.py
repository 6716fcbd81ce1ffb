"""The results in a DuckDB database: what is new is copied into it, and statements are answered from it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from failsight.model.statistics import ResultFilter
from failsight.stats.window import Split, Window, split_months
from failsight.storage import result_tables as t
from failsight.storage.database import read, snapshot
from failsight.storage.projection_tables import COPIED, copy_new, copy_verdicts, create_copies, newest_keys
from failsight.storage.result_names import parts
from failsight.storage.rollups import Rollups, create_rollups
from failsight.storage.statistics_statements import Build, Scope, Statement, can_roll, wanted_runs, wanted_tests
from failsight.storage.tallies import Fetch, Numbers

Find = Callable[[int, ResultFilter], sa.Select[Any] | None]
_KEPT: dict[Find, sa.Select[Any]] = {
    find: sa.select(sa.table(find.__name__, sa.column("key")).c.key) for find in (wanted_tests, wanted_runs)
}
_DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def create_tables(database: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Makes everything that a copy needs, empty. schema: what ``ResultsCopy.schema`` will say."""
    create_copies(database)
    create_rollups(database)
    _run(database, "CREATE TABLE about (name VARCHAR, value VARCHAR)")
    _run(database, "INSERT INTO about VALUES ('schema', ?), ('review', '0')", [schema])


class ResultsCopy:
    """An open copy, and how far it is."""

    def __init__(self, engine: sa.Engine, database: duckdb.DuckDBPyConnection) -> None:
        self.database = database
        self._engine = engine
        self._newest = newest_keys(lambda command: _run(database, command))
        self._rollups = Rollups(database)
        spans = "SELECT tenant_key, min(created_ms), max(created_ms) FROM test_results GROUP BY tenant_key"
        self._spans = {tenant: Window(low, high) for tenant, low, high in _run(database, spans)}
        self._seen: tuple[int, int] | None = None
        self._readers = threading.Condition()
        self._reading = 0

    def schema(self) -> str:
        return str(_run(self.database, "SELECT value FROM about WHERE name = 'schema'")[0][0])

    def belongs(self) -> bool:
        """Whether it was made of this very database: its newest fact is there."""
        c = t.test_results.c
        newest = "SELECT key, created_ms, test_key FROM test_results WHERE key = (SELECT max(key) FROM test_results)"
        rows = _run(self.database, newest)
        if not rows:
            return False  # nothing is lost by making it anew
        with read(self._engine) as connection:
            same = (c.key == rows[0][0]) & (c.created_ms == rows[0][1]) & (c.test_key == rows[0][2])
            return connection.scalar(sa.select(c.key).where(same)) is not None

    def open_view(self, organization_id: str) -> ResultsView:
        """What the organization has at this moment, whatever is written later; to be closed with ``close_view``."""
        with read(self._engine) as connection:
            mine = sa.select(t.tenants.c.key).where(t.tenants.c.organization_id == organization_id)
            tenant = connection.scalar(mine) or 0
        cursor = self.database.cursor()
        cursor.begin()
        _run(cursor, "SELECT value FROM about")  # the first statement fixes the moment
        with self._readers:
            self._reading += 1
        return ResultsView(cursor, tenant, self._spans.get(tenant))

    def close_view(self, view: ResultsView) -> None:
        view.cursor.close()
        with self._readers:
            self._reading -= 1
            self._readers.notify_all()

    def close(self) -> None:
        """Waits until nobody reads any more: the file could not be opened anew before."""
        with self._readers:
            self._readers.wait_for(lambda: self._reading == 0)
        self.database.close()

    def catch_up(self) -> None:
        """Copies what is new since the last time: rows with higher keys, and facts that a review has changed."""
        with snapshot(self._engine) as connection:
            version = connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(t.tenants.c.version), 0)))
            review = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(t.result_reviews.c.key), 0)))
            now = (int(version or 0), int(review or 0))
            if now == self._seen:
                return
            newest = newest_keys(lambda command: connection.exec_driver_sql(command).all())
            with _transaction(self.database):
                for table, key in COPIED:
                    if newest[table.name] > self._newest[table.name]:
                        copy_new(connection, self.database, table, key, self._newest[table.name])
                self._change_reviewed(connection, now[1])
                last = self._newest[t.test_results.name]
                if newest[t.test_results.name] > last:
                    self._rollups.add(f"key > {last}")
                    self._widen(last)
                self._rollups.tidy()
            self._newest, self._seen = newest, now

    def _widen(self, last: int) -> None:
        spans = (
            "SELECT tenant_key, min(created_ms), max(created_ms) FROM test_results WHERE key > ? GROUP BY tenant_key"
        )
        for tenant, low, high in _run(self.database, spans, [last]):
            known = self._spans.get(tenant, Window(low, high))
            self._spans[tenant] = Window(min(low, known.start_ms), max(high, known.end_ms))

    def _change_reviewed(self, connection: sa.Connection, newest: int) -> None:
        last = int(_run(self.database, "SELECT value FROM about WHERE name = 'review'")[0][0])
        if last == newest:
            return
        r, known = t.result_reviews.c, self._newest[t.test_results.name]
        changed = sa.select(r.result_key).where(r.key > last, r.key <= newest, r.result_key <= known).distinct()
        for keys in parts(connection.scalars(changed)):
            facts = f"key IN ({', '.join(str(int(key)) for key in keys)})"
            self._rollups.add(facts, times=-1)
            copy_verdicts(connection, self.database, keys)
            self._rollups.add(facts)
        _run(self.database, "UPDATE about SET value = ? WHERE name = 'review'", [str(newest)])


class ResultsView:
    """One organization's results at one moment. span: of its oldest and newest result, None without any.

    What a filter asks of tests and runs is found once, and kept as a table of the cursor for all statements.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, tenant: int, span: Window | None) -> None:
        self.cursor = cursor
        self._tenant = tenant
        self._span = span

    def fetcher(self, wanted: ResultFilter) -> Fetch:
        """Gives the rows of statements by column: of the roll-ups where they know enough, of the facts for the rest."""
        shape = wanted.model_copy(update={"start_ms": 0, "end_ms": 0})
        runs, tests = self._keep(wanted_runs, shape), self._keep(wanted_tests, shape)
        scope, window = Scope(self._tenant, runs, tests), Window(wanted.start_ms, wanted.end_ms)
        return lambda build: self._fetch(build, scope, window)

    def _keep(self, find: Find, shape: ResultFilter) -> sa.Select[Any] | None:
        found = _found(find, self._tenant, shape)
        if found is None:
            return None
        command, values = found
        self.cursor.register(find.__name__, self.cursor.execute(command, values).fetchnumpy())
        return _KEPT[find]

    def _fetch(self, build: Build, scope: Scope, window: Window) -> Sequence[Numbers]:
        split = Split(None, (window,))
        if self._span is not None and can_roll(build, scope):
            split = split_months(window, *self._span)
        found = [self._part(build, scope, part) for part in split.more]
        found += [[*keys, -n] for *keys, n in (self._part(build, scope, part) for part in split.less)]
        if split.months is not None or not found:
            found.append(self._part(build, scope._replace(rolled=True), split.months or (0, -1)))
        return found[0] if len(found) == 1 else [np.concatenate(columns) for columns in zip(*found, strict=True)]

    def _part(self, build: Build, scope: Scope, limits: tuple[int, int]) -> Sequence[Numbers]:
        command, names = _compiled(build, scope)
        values = {"low": limits[0], "high": limits[1]}
        columns = self.cursor.execute(command, [values.get(name, value) for name, value in names]).fetchnumpy()
        return [column.astype(np.int64) for column in columns.values()]


@contextlib.contextmanager
def _transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    database.begin()
    try:
        yield
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            database.rollback()
        raise
    database.commit()


@lru_cache(maxsize=256)
def _compiled(build: Build, scope: Scope) -> tuple[str, list[tuple[str, Any]]]:
    """The statement as text, and its parameters in order with their names."""
    return _as_text(build(scope))


@lru_cache(maxsize=256)
def _found(find: Find, tenant: int, shape: ResultFilter) -> tuple[str, list[Any]] | None:
    """The statement as text and its parameters: dashboards repeat their questions with another window each time."""
    statement = find(tenant, shape)
    if statement is None:
        return None
    text, values = _as_text(statement)
    return text, [value for _, value in values]


def _as_text(statement: Statement) -> tuple[str, list[tuple[str, Any]]]:
    compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]


def _run(database: duckdb.DuckDBPyConnection, command: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of a command: the next one may begin only when they are fetched."""
    rows: list[Any] = database.execute(command, list(values)).fetchall()
    return rows
