"""An answer sees one moment: while uploads go on, what its statements count adds up."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from servers import own_database

from failsight.formats.test_records import read_test_records
from failsight.model.statistics import StatisticsQuestion
from failsight.service.import_results import ImportService
from failsight.service.query_statistics import StatisticsService
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import open_database
from failsight.storage.projection import Projection
from failsight.storage.results import SqlResults
from failsight.storage.schema import migrate
from failsight.storage.tallies import SqlTallies
from failsight.wiring.clock import SystemClock

ANSWERS, RESULTS = 8, 40
QUESTION = StatisticsQuestion(mode="all", start_date="2024-01-01", end_date="2024-12-31")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    engine = open_database(
        own_database(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else url
    )
    migrate(engine)
    yield engine
    engine.dispose()


def new_upload(number: int) -> bytes:
    """A run, a test with names of its own, and results of every verdict in two months."""
    run, test = str(uuid.uuid4()), str(uuid.uuid4())
    about = {name: f"{name} {number % 5}" for name in ("behavior", "category", "topic")}
    results = [
        {
            "test_id": test,
            "test_run_id": run,
            "created_at": datetime(2024, 1 + at % 2, 1 + number % 28, tzinfo=UTC).isoformat(),
            "test_metrics": {"metrics": {"Safety": {"is_successful": (True, False, None)[at % 3]}}},
        }
        for at in range(RESULTS)
    ]
    runs = [{"id": run, "created_at": "2024-01-01"}]
    return json.dumps({"test_runs": runs, "tests": [{"id": test, **about}], "test_results": results}).encode()


def parts_of(answer: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """Passed, failed and pending results, once by each statement."""

    def summed(rates: list[dict[str, Any]]) -> tuple[int, int, int]:
        return tuple(sum(one[name] for one in rates) for name in ("passed", "failed", "pending"))  # type: ignore[return-value]

    return {
        "overall": summed([answer["overall_pass_rates"]]),
        "timeline": summed([month["overall"] for month in answer["timeline"]]),
        "behaviors": summed(list(answer["behavior_pass_rates"].values())),
        "categories": summed(list(answer["category_pass_rates"].values())),
        "topics": summed(list(answer["topic_pass_rates"].values())),
        "runs": summed([run["overall"] for run in answer["test_run_summary"]]),
    }


@pytest.mark.parametrize("copied", [False, True], ids=["truth", "projection"])
def test_what_an_answer_counts_adds_up_while_others_upload(database: sa.Engine, tmp_path: Path, copied: bool) -> None:
    organization, clock, results = str(uuid.uuid4()), SystemClock(), SqlResults(database)
    SqlAccounts(database).add_organization(organization, organization, clock.now_iso())
    with closing(Projection(database, tmp_path / "statistics.duckdb")) as projection:
        tallies = projection if copied else SqlTallies(database)
        imports, statistics = ImportService(results, projection, clock), StatisticsService(tallies, clock)

        made: list[int] = []
        ended = threading.Event()

        def write() -> None:
            while not ended.is_set():
                made.append(1)
                imports.take(organization, read_test_records([new_upload(len(made))], "upload"))

        writers = [threading.Thread(target=write) for _ in range(2)]
        for writer in writers:
            writer.start()
        totals: list[int] = []
        try:
            while len(set(totals)) < ANSWERS and all(writer.is_alive() for writer in writers):
                totals.append(check(statistics.answer(organization, QUESTION)))
        finally:
            ended.set()
            for writer in writers:
                writer.join()
        assert check(statistics.answer(organization, QUESTION)) == len(made)
    assert totals == sorted(totals)
    assert len(set(totals)) == ANSWERS


def check(answer: dict[str, Any]) -> int:
    """Whether all parts of an answer count the same results, and how many uploads these are."""
    parts, metadata = parts_of(answer), answer["metadata"]
    assert len(set(parts.values())) == 1, parts
    assert sum(parts["overall"]) == metadata["total_test_results"] + metadata["pending"]
    runs: int = metadata["total_test_runs"]
    assert sum(parts["overall"]) == runs * RESULTS
    return runs
