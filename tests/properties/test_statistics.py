"""Random results and random filters: SQLite, PostgreSQL and the projection say what a plain reading of the
specification says, and each organization sees only its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_statistics import statistics
from result_samples import METRICS, sample_question, sample_upload
from servers import own_database

from failsight.formats.test_records import read_test_records
from failsight.model.account import User
from failsight.model.statistics import StatisticsQuestion
from failsight.model.test_result import ResultReview
from failsight.service.import_results import ImportService
from failsight.service.query_statistics import StatisticsService
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import open_database
from failsight.storage.projection import Projection
from failsight.storage.results import SqlResults
from failsight.storage.schema import migrate
from failsight.storage.tallies import SqlTallies
from failsight.wiring.clock import SystemClock

NOW = datetime(2024, 3, 31, 12, 30, tzinfo=UTC)
UPLOADS = 12
NOT_FILTERS = {"mode", "months", "start_date", "end_date", "test_run_id", "priority_min", "priority_max"}
LISTS = ("behaviors", "categories", "topics", "statuses", "test_types", "tags", "test_sets")


class Clock(SystemClock):
    """It is always the same moment."""

    def now_iso(self) -> str:
        return "2024-03-31T12:30:00.000Z"


@dataclass
class Store:
    """A database with the services that answer from it. ids: of names, by organization."""

    accounts: SqlAccounts
    results: SqlResults
    imports: ImportService
    projection: Projection
    answers: list[StatisticsService]
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def take(self, organization: str, upload: dict[str, Any], *, as_lines: bool) -> None:
        """In two parts, the projection caught up between them, and the first part twice; then the reviews."""
        half = len(upload["test_results"]) // 2
        first = upload | {"test_results": upload["test_results"][:half]}
        second = {"test_runs": [], "tests": [], "test_results": upload["test_results"][half:]}
        self.accounts.add_organization(organization, organization, "2024-01-01T00:00:00.000Z")
        self.accounts.add_user(organization, User(id=str(uuid.uuid4()), email="x@example.com", created_at="2024"))
        for part in (first, second, first):
            body = lines(part) if as_lines else json.dumps(part).encode()
            report = self.imports.take(organization, read_test_records([body], "upload"))
            assert report.rejected == 0, report.errors
            self.projection.refresh()
        for result in upload["test_results"]:
            for metric, passed in result.get("reviews", ()):
                review = ResultReview(passed=passed, metric=metric)
                assert self.results.review(organization, result["id"], review, "2024-04-01T00:00:00.000Z")
        self.ids[organization] = known_ids(self, organization, upload)


@pytest.fixture(scope="module")
def stores(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    folder, clock, made, engines = tmp_path_factory.mktemp("statistics"), Clock(), [], []
    for name, url in (
        ("sqlite", f"sqlite:///{folder / 'test.db'}"),
        ("postgresql", own_database(postgresql_url)),
    ):
        engine = open_database(url)
        migrate(engine)
        projection = Projection(engine, Path(folder / f"{name}.duckdb"))
        answers = [StatisticsService(tallies, clock) for tallies in (SqlTallies(engine), projection)]
        results = SqlResults(engine)
        imports = ImportService(results, projection, clock)
        made.append(Store(SqlAccounts(engine), results, imports, projection, answers))
        engines.append((engine, projection))
    yield made
    for engine, projection in engines:
        projection.close()
        engine.dispose()


@pytest.fixture(scope="module")
def uploads(stores: list[Store]) -> dict[str, dict[str, Any]]:
    """By organization; the same in every store."""
    found = {}
    for number in range(UPLOADS):
        random = Random(number)
        upload = sample_upload(random, 30 if number else 400)
        for result in upload["test_results"]:
            if random.random() < 0.2:
                metrics = random.choices([None, *METRICS], k=random.randint(1, 3))
                result["reviews"] = [(metric, random.random() < 0.5) for metric in metrics]
        organization = str(uuid.uuid4())
        found[organization] = upload
        for store in stores:
            store.take(organization, upload, as_lines=number % 2 == 0)
    return found


def without_intervals(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_intervals(part) for key, part in value.items() if key not in {"ci_low", "ci_high"}}
    return [without_intervals(part) for part in value] if isinstance(value, list) else value


def to_question(asked: dict[str, Any]) -> StatisticsQuestion:
    plain = {key: value for key, value in asked.items() if key in NOT_FILTERS}
    filters = {key: tuple(value) for key, value in asked.items() if key not in NOT_FILTERS}
    return StatisticsQuestion(**plain, filters=filters)


def lines(upload: dict[str, Any]) -> bytes:
    kinds = {"test_runs": "test_run", "tests": "test", "test_results": "test_result"}
    records = [{"type": kind, **record} for many, kind in reversed(kinds.items()) for record in upload[many]]
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def known_ids(store: Store, organization: str, upload: dict[str, Any]) -> dict[str, str]:
    ids = {row["name"]: row["id"] for kind in LISTS for row in store.results.page(organization, kind, 0, 100)[0]}
    ids |= {user.email: user.id for user in store.accounts.users(organization)}
    tests = store.results.page(organization, "tests", 0, 100)[0]
    return ids | {test["prompt"]: test["prompt_id"] for test in tests if test["prompt"]}


@settings(max_examples=100)
@given(st.integers(0, 2**32))
def test_every_engine_says_what_the_specification_says(
    stores: list[Store], uploads: dict[str, dict[str, Any]], seed: int
) -> None:
    organization = list(uploads)[seed % UPLOADS]
    upload = uploads[organization]
    for store in stores:
        ids = store.ids[organization]
        asked = sample_question(Random(seed), upload, ids)
        expected = statistics(upload, ids, asked, NOW)
        for service in store.answers:
            answer = without_intervals(service.answer(organization, to_question(asked)))
            metadata, wanted = answer.pop("metadata"), dict(expected)
            assert {key: metadata[key] for key in wanted["metadata"]} == wanted.pop("metadata")
            assert answer == wanted
            assert list(answer) == list(wanted)
