"""The schema: what is to do, a copy before it is done, and who may not do it."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from failsight.errors import DatabaseNotReady, ExtraMissing, InvalidSetting, Unavailable
from failsight.storage.database import open_database, write
from failsight.storage.schema import migrate, migration_config, pending


def old(folder: Path) -> sa.Engine:
    """A database of the first version with one organization in it."""
    database = open_database(f"sqlite:///{folder / 'old.db'}", busy_seconds=1)
    config = migration_config()
    with database.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.text("insert into organizations (id, name, created_at) values ('o', 'o', 'now')"))
        connection.commit()
    return database


def test_a_copy_is_made_before_a_migration(tmp_path: Path) -> None:
    database = old(tmp_path)
    steps = pending(database)
    assert steps
    assert steps[0].startswith("0002: ")
    copy = migrate(database)
    assert copy == tmp_path / "old.db.0001.backup"
    with closing(sqlite3.connect(copy)) as before:
        assert before.execute("select name from organizations").fetchall() == [("o",)]
        assert before.execute("select version_num from alembic_version").fetchone() == ("0001",)
    assert pending(database) == []
    assert migrate(database) is None
    database.dispose()


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    assert len(pending(database)) >= 2
    assert migrate(database) is None
    assert {path.name for path in tmp_path.iterdir() if "backup" in path.name} == set()
    database.dispose()


def test_an_old_schema_can_be_refused(tmp_path: Path) -> None:
    database = old(tmp_path)
    with pytest.raises(DatabaseNotReady, match="older than this program"):
        migrate(database, allowed=False)
    database.dispose()


def test_a_newer_schema_is_never_touched(tmp_path: Path) -> None:
    database = old(tmp_path)
    with write(database) as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    for attempt in (pending, migrate):
        with pytest.raises(DatabaseNotReady, match="newer than this program"):
            attempt(database)
    database.dispose()


def test_a_lock_is_an_outage_and_a_fault_is_not(tmp_path: Path) -> None:
    database = old(tmp_path)
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match=r"locked by another program\. Nothing was started"), write(database):
            pass
        holder.execute("ROLLBACK")
    with pytest.raises(sa.exc.OperationalError), write(database) as connection:
        connection.execute(sa.text("select no_such_column"))
    database.dispose()


@pytest.mark.parametrize("url", ["", "no url", "mysql://u:secret@h/x", "sqlite://", "sqlite:///:memory:"])
def test_a_bad_url_is_named_without_its_password(url: str) -> None:
    with pytest.raises(InvalidSetting) as raised:
        open_database(url)
    assert "secret" not in str(raised.value)


def test_a_missing_driver_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where the extra was not installed
    with pytest.raises(ExtraMissing, match=r"pip install 'failsight\[postgresql\]'") as raised:
        open_database("postgresql://u:secret@h/x")
    assert "secret" not in str(raised.value)
