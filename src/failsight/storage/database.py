"""Opens the database (SQLite by default, PostgreSQL by URL) and gives transactions on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from failsight.errors import ExtraMissing, InvalidSetting
from failsight.storage.outage import outages

_BUSY_SECONDS = 10
_THREADS = 40  # of the server that may ask at once


def open_database(url: str, *, busy_seconds: int = _BUSY_SECONDS) -> sa.Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://...``; SQLite in WAL mode with foreign keys on.

    busy_seconds: how long to wait for another writer or for a connection. Raises InvalidSetting for any other URL and
    ExtraMissing when the PostgreSQL driver is not installed.
    """
    parsed = _parse(url)
    pool = {"pool_size": 10, "max_overflow": _THREADS - 10, "pool_timeout": busy_seconds}
    if parsed.get_backend_name() == "sqlite":
        known = {"timeout": busy_seconds, "check_same_thread": False}
        engine = sa.create_engine(parsed, connect_args=known, **pool)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    known = {} if "connect_timeout" in parsed.query else {"connect_timeout": max(2, busy_seconds)}
    try:
        return sa.create_engine(parsed, connect_args=known, pool_pre_ping=True, **pool)
    except ModuleNotFoundError as missing:
        raise ExtraMissing(feature="PostgreSQL", package="psycopg", extra="postgresql") from missing


def _parse(url: str) -> sa.URL:
    """The URL with its driver; an error never shows it, as it may hold a password."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as broken:
        raise _bad_url("it is no URL") from broken
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise _bad_url(f"'{parsed.drivername}' is no database that is known")


def _bad_url(problem: str) -> InvalidSetting:
    fix = "Write postgresql://user@host/name or sqlite:///path."
    return InvalidSetting(name="FAILSIGHT_DATABASE_URL", value="(not shown)", problem=problem, fix=fix)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours: see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes its lock at once: an upgrade from reader to writer in the middle could fail as busy."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: committed at the end, rolled back on an error. Raises Unavailable for an outage."""
    with outages(), engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads. Raises Unavailable for an outage."""
    with outages(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that reads, all of whose statements see the same moment. Raises Unavailable for an outage."""
    known = {}
    if engine.dialect.name == "postgresql":
        known = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with outages(), engine.connect().execution_options(**known) as connection, connection.begin():
        yield connection


def insert_new(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Inserts a row unless one with the same unique values is there, also when another writer was first."""
    connection.execute(_insert(connection)(table).values(dict(row)).on_conflict_do_nothing())


def upsert(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], keep: Sequence[str] = ()) -> None:
    """Inserts a row or, where one of its primary key is there, updates it but for the columns to ``keep``."""
    keys = [column.name for column in table.primary_key]
    statement = _insert(connection)(table).values(dict(row))
    changes = {name: statement.excluded[name] for name in row if name not in keys and name not in keep}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))


def _insert(connection: sa.Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
