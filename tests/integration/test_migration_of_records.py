"""The second migration: runs that are there keep their meaning, and the schema is what the tables say."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from failsight.storage import database as database_module
from failsight.storage.database import open_database
from failsight.storage.records import SqlRecords
from failsight.storage.schema import migrate
from failsight.storage.tables import metadata

NOW = "2026-11-18T10:26:40.000Z"


def config(connection: sa.Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def insert(connection: sa.Connection, run_id: str, options: str) -> None:
    statement = sa.text(
        "insert into runs (id, organization_id, status, options, total_items, created_at)"
        " values (:id, 'o', 'completed', :options, 1, :now)"
    )
    connection.execute(statement, {"id": run_id, "options": options, "now": NOW})


def check(database: sa.Engine) -> None:
    with database.connect() as connection:
        command.upgrade(config(connection), "0001")
        connection.commit()
    with database.begin() as connection:
        named = sa.text("insert into organizations (id, name, created_at) values ('o', 'o', :now)")
        connection.execute(named, {"now": NOW})
        insert(connection, "both", '{"run_eval":true,"run_security":true}')
        insert(connection, "neither", '{"run_eval":false,"run_security":false}')
    migrate(database)
    records = SqlRecords(database)
    found = records.run("o", "evaluation", "both")
    assert found is not None
    assert (found.kind, found.request.name, found.unsafe_items) == ("failure_analysis", None, None)
    assert records.run("o", "security", "both") is not None
    assert records.run("o", "evaluation", "neither") is None
    assert records.run("o", "security", "neither") is None
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    with database.connect() as connection:
        command.downgrade(config(connection), "0001")
        connection.commit()
    migrate(database)


def test_on_sqlite(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    check(database)
    database.dispose()


def test_on_postgresql(postgresql_url: str) -> None:
    administration = sa.create_engine(
        postgresql_url.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with administration.connect() as connection:
        connection.execute(sa.text("drop database if exists migration_of_records"))
        connection.execute(sa.text("create database migration_of_records"))
    url = administration.url.set(database="migration_of_records", drivername="postgresql")
    administration.dispose()
    database = open_database(url.render_as_string(hide_password=False))
    try:
        check(database)
    finally:
        database.dispose()


def test_a_job_that_is_not_finished_goes_on_in_pieces(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'old.db'}")
    with database.connect() as connection:
        command.upgrade(config(connection), "0003")
        connection.commit()
    with database.begin() as connection:
        connection.execute(sa.text("insert into organizations (id, name, created_at) values ('o', 'o', 'now')"))
        statement = sa.text(
            "insert into jobs (id, organization_id, job_type, status, current_item, total_items, created_at, attempts,"
            " lease_owner, lease_until, cancel_requested)"
            " values (:status, 'o', 'evaluation', :status, 120, 250, :now, 1, 'w', :now, false)"
        )
        connection.execute(statement, [{"status": status, "now": NOW} for status in ("running", "completed")])
    migrate(database)
    with database.connect() as connection:
        pieces = connection.execute(sa.text("select job_id, start_item, end_item, owner from job_pieces")).all()
        served = connection.scalars(sa.text("select served_at from jobs")).all()
    assert pieces == [("running", 0, 100, None), ("running", 100, 200, None), ("running", 200, 250, None)]
    assert served == [NOW, NOW]
    database.dispose()
