"""Brings the schema up to date, one process at a time, and says what that would do."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from failsight.errors import DatabaseNotReady
from failsight.storage.outage import outages_at_start

_ADVISORY_LOCK = 0x6661696C  # "fail": one migration at a time on a PostgreSQL server


def migrate(engine: sa.Engine, *, allowed: bool = True) -> Path | None:
    """Brings the schema to this version's head; the path of the copy that was made of an SQLite file before its schema
    was changed. Raises DatabaseNotReady when the schema is behind and ``allowed`` is false, when it is ahead (made by
    a newer Failsight), or when the database cannot be used."""
    with outages_at_start(str(engine.url)), exclusive(engine):
        steps = pending(engine)
        if not steps:
            return None
        current = _current(engine)
        if not allowed:
            raise DatabaseNotReady(
                problem=f"its schema '{current}' is older than this program's '{_script().get_current_head()}'",
                fix="Back it up, then run `failsight db upgrade`, or start once without --no-migrate.",
            )
        copy = None if current is None else _copy(engine, current)
        config = migration_config()
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        return copy


def pending(engine: sa.Engine) -> list[str]:
    """The migrations that are still to do, oldest first, each as ``revision: what it does``. Raises DatabaseNotReady
    when the schema is newer than this program."""
    with outages_at_start(str(engine.url)):
        current, script = _current(engine), _script()
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseNotReady(
            problem=f"its schema '{current}' is newer than this program", fix="Install the newer Failsight."
        )
    steps = [] if current == script.get_current_head() else list(script.iterate_revisions("head", current))
    return [f"{step.revision}: {step.doc}" for step in reversed(steps)]


@contextmanager
def exclusive(engine: sa.Engine) -> Iterator[None]:
    """One process at a time among all that use this database; do not nest it."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(_ADVISORY_LOCK)))
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_ADVISORY_LOCK)))
        return
    with Path(f"{engine.url.database}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _current(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _copy(engine: sa.Engine, revision: str) -> Path | None:
    """A copy of an SQLite file beside it, with everything that is committed; it appears whole or not at all."""
    if engine.dialect.name != "sqlite":
        return None
    goal = Path(f"{engine.url.database}.{revision}.backup")
    part = goal.with_suffix(".part")
    source, target = sqlite3.connect(str(engine.url.database)), sqlite3.connect(part)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    part.replace(goal)
    return goal


def migration_config() -> Config:
    """Where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@lru_cache(maxsize=1)
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(migration_config())
