"""The database that the settings name: where it is, open and with this program's schema."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from failsight.errors import DatabaseNotReady, InvalidSetting
from failsight.model.counted import counted
from failsight.settings import Settings
from failsight.storage.database import open_database, read
from failsight.storage.outage import outages
from failsight.storage.schema import migrate, pending


@dataclass(frozen=True, slots=True)
class OpenDatabase:
    """A database with this program's schema; ``backup`` is the copy of an SQLite file that was made before its schema
    was changed."""

    database: sa.Engine
    backup: Path | None


def open_migrated(settings: Settings, *, may_migrate: bool = True) -> OpenDatabase:
    """Opens the database and brings its schema up to date. Raises DatabaseNotReady where that is needed and not
    allowed."""
    database = _open(settings)
    return OpenDatabase(database, migrate(database, allowed=may_migrate))


def pending_migrations(settings: Settings) -> list[str]:
    """What ``open_migrated`` would do, oldest first; nothing is changed."""
    return pending(_open(settings))


def database_place(settings: Settings) -> str:
    """Where the data is, for people: a file, or a URL without its password."""
    return sa.make_url(_url(settings)).render_as_string(hide_password=True).removeprefix("sqlite:///")


def check_database(database: sa.Engine) -> None:
    """Raises Unavailable or DatabaseNotReady unless the database answers and its schema is this program's."""
    with read(database) as connection:
        connection.execute(sa.select(1))
    with outages():
        steps = pending(database)
    if steps:
        raise DatabaseNotReady(problem=f"{counted(len(steps), 'migration')} to do", fix="Run `failsight db upgrade`.")


def _open(settings: Settings) -> sa.Engine:
    return open_database(_url(settings), busy_seconds=settings.busy_seconds)


def _url(settings: Settings) -> str:
    """The configured URL, else an SQLite file in the data folder, which is made. Raises InvalidSetting."""
    if settings.database_url:
        return settings.database_url
    folder = Path(settings.data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "failsight.db.lock").touch()
    except OSError as broken:
        problem, fix = f"nothing can be written there ({broken.strerror})", "Name another folder with --data-dir."
        raise InvalidSetting(name="FAILSIGHT_DATA_DIR", value=str(folder), problem=problem, fix=fix) from broken
    return f"sqlite:///{folder.resolve() / 'failsight.db'}"
