"""Tells an outage of the database (locked, unreachable, full) from a fault in a statement.

An outage becomes ``Unavailable``: whoever asked may ask again. Everything else stays what it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from failsight.errors import DatabaseNotReady, Unavailable

_SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "the database is locked by another program",
    sqlite3.SQLITE_READONLY: "the database file cannot be written",
    sqlite3.SQLITE_IOERR: "the disk of the database refuses",
    sqlite3.SQLITE_FULL: "the disk of the database is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_NOTADB: "the database file is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
}


@contextmanager
def outages() -> Iterator[None]:
    """Raises Unavailable for an outage inside."""
    try:
        yield
    except sa.exc.SQLAlchemyError as broken:
        problem = outage_of(broken)
        if problem is None:
            raise
        raise Unavailable(problem=problem[:1].upper() + problem[1:]) from broken


@contextmanager
def outages_at_start(place: str) -> Iterator[None]:
    """Raises DatabaseNotReady for an outage inside; ``place`` names the database without a password."""
    try:
        yield
    except sa.exc.SQLAlchemyError as broken:
        problem = outage_of(broken)
        if problem is None:
            raise
        fix = f"Check {place} and that this user may read and write there."
        raise DatabaseNotReady(problem=problem, fix=fix) from broken


def outage_of(error: sa.exc.SQLAlchemyError) -> str | None:
    """What is wrong with the database, in plain words; None when the statement is at fault."""
    if isinstance(error, sa.exc.TimeoutError):
        return "all connections to the database are busy"
    if not isinstance(error, sa.exc.DBAPIError) or error.orig is None:
        return None
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return _SQLITE_OUTAGES.get(code & 0xFF)
    if error.connection_invalidated or isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError)):
        return _first_line(error.orig)
    return None


def _first_line(error: BaseException) -> str:
    """A driver's message may have several lines, with hints for people who start servers."""
    return (str(error).strip().splitlines() or ["the database cannot be reached"])[0].rstrip(" .")
