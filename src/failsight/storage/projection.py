"""The facts and what they point to once more, in DuckDB: columns instead of rows, for counting.

Never a second truth: it is brought up to date before it answers, and made anew when it is missing, damaged or of
another schema. One process has it open; any other counts in the truth.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa

from failsight.errors import Unavailable
from failsight.model.statistics import ResultFilter, Tally
from failsight.storage.projection_copy import ResultsCopy, create_tables
from failsight.storage.tallies import Labels, SqlTallies, count

log = logging.getLogger("failsight.storage")
SCHEMA = "3"
MEMORY = "160MB"
THREADS = 4
RETRY_SECONDS = 10.0


class Projection:
    """See ``service.result_ports.Tallies``. file: where it is kept; it may be deleted at any time.

    Falls back to the truth while another process has the file open.
    """

    def __init__(self, engine: sa.Engine, file: Path) -> None:
        self._engine = engine
        self._truth = SqlTallies(engine)
        self._labels = Labels(engine)
        self._file = file
        self._turn = threading.Lock()
        self._copy: ResultsCopy | None = None
        self._try_again = 0.0

    def version(self, organization_id: str) -> int:
        return self._truth.version(organization_id)

    def refresh(self) -> None:
        """Brings it up to date, so that the next question need not wait for that."""
        with self._turn, contextlib.suppress(Unavailable):
            self._current()

    def tally(self, organization_id: str, wanted: ResultFilter, *, with_runs: bool) -> Tally:
        with self._turn:
            copy = self._current()
            view = None if copy is None else copy.open_view(organization_id)
        if copy is not None and view is not None:
            try:
                return count(view.fetcher(wanted), self._labels, with_runs=with_runs)
            except duckdb.Error as broken:
                log.exception("the projection cannot answer; counting in the database itself")
                failed = not isinstance(broken, duckdb.OutOfMemoryException)
            finally:
                copy.close_view(view)
            if failed:
                self._give_up(copy)
        return self._truth.tally(organization_id, wanted, with_runs=with_runs)

    def _give_up(self, copy: ResultsCopy) -> None:
        with self._turn:
            if self._copy is copy:
                self._make_anew()

    def close(self) -> None:
        """Closes the file; the next question opens it again."""
        with self._turn:
            self._close()

    def _close(self) -> None:
        if self._copy is not None:
            self._copy.close()
        self._copy = None

    def _current(self) -> ResultsCopy | None:
        """The copy, holding everything that was committed before this call; None when the file is not ours."""
        if self._copy is not None and not self._file.exists():
            log.warning("the projection's file was deleted; it is made anew")
            self._make_anew()
        if self._copy is None and time.monotonic() >= self._try_again:
            self._open()
        if self._copy is None:
            return None
        try:
            self._copy.catch_up()
        except duckdb.Error:
            log.exception("the projection is damaged; it is made anew")
            self._make_anew()
            self._copy.catch_up()
        return self._copy

    def _open(self) -> None:
        try:
            database = _connect(self._file)
        except duckdb.IOException as broken:
            if "lock" in str(broken).lower():
                log.info("another process has the projection open; counting in the database itself")
                self._try_again = time.monotonic() + RETRY_SECONDS
            else:
                self._make_anew()
            return
        except duckdb.Error:
            self._make_anew()
            return
        try:
            self._copy = ResultsCopy(self._engine, database)
            if self._copy.schema() != SCHEMA or not self._copy.belongs():
                self._make_anew()
        except duckdb.Error:
            database.close()
            self._make_anew()

    def _make_anew(self) -> None:
        self._close()
        for path in (self._file, self._file.with_name(self._file.name + ".wal")):
            path.unlink(missing_ok=True)
        database = _connect(self._file)
        create_tables(database, SCHEMA)
        self._copy = ResultsCopy(self._engine, database)


def _connect(file: Path) -> duckdb.DuckDBPyConnection:
    threads = min(THREADS, os.cpu_count() or 1)
    settings: dict[str, Any] = {"memory_limit": MEMORY, "threads": threads, "autoinstall_known_extensions": False}
    return duckdb.connect(str(file), config=settings)
