"""The facts and what they point to once more, in DuckDB: columns instead of rows, for counting.

Never a second truth: it is brought up to date before it answers, and made anew when it is missing, damaged or of
another schema. One process has it open; any other counts in the truth.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from failsight.model.statistics import ResultFilter, Tally
from failsight.storage import result_tables as t
from failsight.storage.database import read
from failsight.storage.statistics_statements import Build
from failsight.storage.tallies import SqlTallies, count

log = logging.getLogger("failsight.storage")
SCHEMA = "1"
ROWS = 100_000
MEMORY = "160MB"
_DIALECT = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
# The facts first: what they point to was committed with them or before.
_COPIED: tuple[tuple[sa.Table, str], ...] = (
    (t.test_results, "key"),
    *((table, "key") for table in (t.behaviors, t.categories, t.topics, t.statuses, t.test_types, t.tags, t.test_sets)),
    (t.prompts, "key"),
    (t.metrics, "key"),
    (t.test_runs, "key"),
    (t.tests, "key"),
    (t.test_tags, "test_key"),
    (t.test_set_members, "test_key"),
    (t.outcome_metrics, "outcome_id"),
)
_LEFT_OUT = {"digest", "description", "created_at"}
_INTEGERS = (sa.Integer, sa.BigInteger, sa.SmallInteger)


class Projection:
    """See ``service.result_ports.Tallies``. file: where it is kept; it may be deleted at any time.

    Falls back to the truth while another process has the file open.
    """

    def __init__(self, engine: sa.Engine, file: Path) -> None:
        self._engine = engine
        self._truth = SqlTallies(engine)
        self._file = file
        self._turn = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._seen: tuple[int, int] | None = None
        self._taken = False

    def version(self, organization_id: str) -> int:
        return self._truth.version(organization_id)

    def tally(self, organization_id: str, wanted: ResultFilter, *, with_runs: bool) -> Tally:
        database = self._current()
        if database is None:
            return self._truth.tally(organization_id, wanted, with_runs=with_runs)
        with read(self._engine) as connection:
            mine = sa.select(t.tenants.c.key).where(t.tenants.c.organization_id == organization_id)
            tenant = connection.scalar(mine)
        if tenant is None:
            return Tally()
        try:
            with database.cursor() as cursor:
                cursor.begin()  # one snapshot for all statements of an answer
                return count(lambda build: _execute(cursor, build, tenant, wanted), with_runs=with_runs)
        except duckdb.Error:
            log.exception("the projection cannot answer; counting in the database itself")
            return self._truth.tally(organization_id, wanted, with_runs=with_runs)

    def close(self) -> None:
        """Closes the file; the next question opens it again."""
        with self._turn:
            if self._database is not None:
                self._database.close()
            self._database, self._seen = None, None

    def _current(self) -> duckdb.DuckDBPyConnection | None:
        """The database, holding everything that was committed before this call; None when it is not ours."""
        with self._turn:
            if self._database is None and not self._taken:
                self._open()
            if self._database is None:
                return None
            try:
                self._catch_up(self._database)
            except duckdb.Error:
                log.exception("the projection is damaged; it is made anew")
                self._make_anew()
                assert self._database is not None
                self._catch_up(self._database)
            return self._database

    def _open(self) -> None:
        try:
            self._database = _connect(self._file)
            known = _run(self._database, "SELECT value FROM about WHERE name = 'schema'")
            if known != [(SCHEMA,)] or not self._belongs():
                self._make_anew()
        except duckdb.IOException as broken:
            if "lock" in str(broken).lower():
                log.info("another process has the projection open; counting in the database itself")
                self._taken = True
            else:
                self._make_anew()
        except duckdb.Error:
            self._make_anew()

    def _belongs(self) -> bool:
        """Whether it was made of this very database: its newest fact is there."""
        assert self._database is not None
        c = t.test_results.c
        newest = "SELECT key, created_ms, test_key FROM test_results WHERE key = (SELECT max(key) FROM test_results)"
        rows = _run(self._database, newest)
        if not rows:
            return False  # nothing is lost by making it anew
        with read(self._engine) as connection:
            same = (c.key == rows[0][0]) & (c.created_ms == rows[0][1]) & (c.test_key == rows[0][2])
            return connection.scalar(sa.select(c.key).where(same)) is not None

    def _make_anew(self) -> None:
        if self._database is not None:
            self._database.close()
        for path in (self._file, self._file.with_name(self._file.name + ".wal")):
            path.unlink(missing_ok=True)
        self._seen = None
        self._database = _connect(self._file)
        for table, _ in _COPIED:
            columns = ", ".join(f"{column.name} {_type(column)}" for column in _columns(table))
            _run(self._database, f"CREATE TABLE {table.name} ({columns})")
        _run(self._database, "CREATE TABLE about (name VARCHAR, value VARCHAR)")
        _run(self._database, "INSERT INTO about VALUES ('schema', ?), ('review', '0')", [SCHEMA])

    def _catch_up(self, database: duckdb.DuckDBPyConnection) -> None:
        """Copies what is new since the last time: rows with higher keys, and facts that a review has changed."""
        with read(self._engine) as connection:
            version = connection.scalar(sa.select(sa.func.coalesce(sa.func.sum(t.tenants.c.version), 0)))
            review = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(t.result_reviews.c.key), 0)))
            now = (int(version or 0), int(review or 0))
            if now == self._seen:
                return
            with _transaction(database):
                self._drop_reviewed(connection, database, now[1])
                for table, key in _COPIED:
                    _copy_new(connection, database, table, key)
            self._seen = now

    def _drop_reviewed(self, connection: sa.Connection, database: duckdb.DuckDBPyConnection, newest: int) -> None:
        last = int(_run(database, "SELECT value FROM about WHERE name = 'review'")[0][0])
        if last == newest:
            return
        r = t.result_reviews.c
        for key in connection.scalars(sa.select(r.result_key).where(r.key > last, r.key <= newest)):
            fact = connection.execute(sa.select(t.test_results).where(t.test_results.c.key == key)).one()
            change = "UPDATE test_results SET outcome_id = ?, passed = ? WHERE key = ?"
            _run(database, change, [fact.outcome_id, fact.passed, key])
        _run(database, "UPDATE about SET value = ? WHERE name = 'review'", [str(newest)])


def _connect(file: Path) -> duckdb.DuckDBPyConnection:
    settings: dict[str, Any] = {"memory_limit": MEMORY, "autoinstall_known_extensions": False}
    return duckdb.connect(str(file), config=settings)


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


def _copy_new(connection: sa.Connection, database: duckdb.DuckDBPyConnection, table: sa.Table, key: str) -> None:
    columns = _columns(table)
    last = _run(database, f"SELECT coalesce(max({key}), 0) FROM {table.name}")[0][0]  # noqa: S608  (our names)
    newer = sa.select(*columns).where(table.c[key] > last).order_by(table.c[key])
    rows = connection.execution_options(yield_per=ROWS).execute(newer)
    for part in rows.partitions(ROWS):
        arrays = {column.name: _array(column, [row[place] for row in part]) for place, column in enumerate(columns)}
        shown = ", ".join(_back(column) for column in columns)
        database.register("arrays", arrays)
        _run(database, f"INSERT INTO {table.name} SELECT {shown} FROM arrays")  # noqa: S608  (our names)
        database.unregister("arrays")


_NOTHING = -(2**31) - 1


def _array(column: sa.Column[Any], values: list[Any]) -> Any:
    """A column's values for DuckDB; NULL is a number outside of 32 bits where numbers are meant."""
    if not isinstance(column.type, _INTEGERS):
        return np.array(values, dtype=object)
    if column.nullable:
        values = [_NOTHING if value is None else value for value in values]
    return np.array(values, dtype=np.int64)


def _back(column: sa.Column[Any]) -> str:
    nullable = column.nullable and isinstance(column.type, _INTEGERS)
    return f"nullif({column.name}, {_NOTHING})" if nullable else column.name


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    left_out = _LEFT_OUT | ({"name"} if table is t.prompts else set())
    return [column for column in table.c if column.name not in left_out]


def _type(column: sa.Column[Any]) -> str:
    if not isinstance(column.type, _INTEGERS):
        return "VARCHAR"
    if isinstance(column.type, sa.SmallInteger):
        return "TINYINT"
    wide = column.name == "created_ms" or (column.table is t.test_results and column.primary_key)
    return "BIGINT" if wide else "INTEGER"


def _execute(
    cursor: duckdb.DuckDBPyConnection, build: Build, tenant: int, wanted: ResultFilter
) -> Sequence[Sequence[Any]]:
    window = {"start_ms": wanted.start_ms, "end_ms": wanted.end_ms}
    command, values = _compiled(build, tenant, wanted.model_copy(update={"start_ms": 0, "end_ms": 0}))
    return _run(cursor, command, [window.get(name, value) for name, value in values])


@lru_cache(maxsize=256)
def _compiled(build: Build, tenant: int, shape: ResultFilter) -> tuple[str, list[tuple[str, Any]]]:
    """The statement as text, and its parameters in order with their names: dashboards repeat their questions with
    another window each time."""
    compiled = build(tenant, shape).compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]


def _run(database: duckdb.DuckDBPyConnection, command: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of a command: the next one may begin only when they are fetched."""
    rows: list[Any] = database.execute(command, list(values)).fetchall()
    return rows
