"""Opens the database (SQLite by default, PostgreSQL by URL) and brings its schema up to date under a lock."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite

from failsight.errors import DatabaseNotReady

_ADVISORY_LOCK = 0x6661696C  # "fail": one migration at a time on a PostgreSQL server
_BUSY_SECONDS = 30


def open_database(url: str, *, pool_size: int = 10) -> sa.Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://...``; SQLite in WAL mode with foreign keys on."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=pool_size, pool_pre_ping=True
    )


def migrate(engine: sa.Engine, *, allowed: bool = True) -> None:
    """Brings the schema to this version's head. Raises DatabaseNotReady when it is behind and ``allowed`` is false,
    or when it is ahead (made by a newer Failsight)."""
    config = _config()
    script = ScriptDirectory.from_config(config)
    with _lock(engine), engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == script.get_current_head():
            return
        if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
            raise DatabaseNotReady(
                problem=f"its schema '{current}' is newer than this program", fix="Install the newer Failsight."
            )
        if not allowed:
            raise DatabaseNotReady(
                problem=f"its schema '{current}' is older than this program's '{script.get_current_head()}'",
                fix="Back it up, then start once without --no-migrate.",
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _lock(engine: sa.Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_ADVISORY_LOCK)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_ADVISORY_LOCK)))
        return
    path = Path(f"{engine.url.database}.lock")
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's BEGIN is ours: see _begin_sqlite
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes its lock at once: an upgrade from reader to writer in the middle could fail as busy."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def write(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: committed at the end, rolled back on an error."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads."""
    with engine.connect() as connection, connection.begin():
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
