"""Random results and random filters: SQLite, PostgreSQL and the projection say what a plain reading of the
specification says, and each organization sees only its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_statistics import statistics
from result_samples import sample_question, sample_upload

from failsight.formats.test_records import read_test_records
from failsight.model.account import User
from failsight.model.statistics import StatisticsQuestion
from failsight.service.import_results import ImportService
from failsight.service.query_statistics import StatisticsService
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import open_database
from failsight.storage.projection import Projection
from failsight.storage.results import SqlResults
from failsight.storage.schema import migrate
from failsight.storage.tallies import SqlTallies
from failsight.wiring import SystemClock

NOT_FILTERS = {"mode", "months", "start_date", "end_date", "test_run_id", "priority_min", "priority_max"}
LISTS = ("behaviors", "categories", "topics", "statuses", "test_types", "tags", "test_sets")


@dataclass
class Store:
    """A database with the services that answer from it."""

    accounts: SqlAccounts
    results: SqlResults
    imports: ImportService
    answers: list[StatisticsService]


@pytest.fixture(scope="module")
def stores(postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Store]]:
    folder, clock, made, engines = tmp_path_factory.mktemp("statistics"), SystemClock(), [], []
    for name, url in (("sqlite", f"sqlite:///{folder / 'test.db'}"), ("postgresql", postgresql_url)):
        engine = open_database(url)
        migrate(engine)
        projection = Projection(engine, Path(folder / f"{name}.duckdb"))
        answers = [StatisticsService(tallies, clock) for tallies in (SqlTallies(engine), projection)]
        results = SqlResults(engine)
        made.append(Store(SqlAccounts(engine), results, ImportService(results, clock), answers))
        engines.append((engine, projection))
    yield made
    for engine, projection in engines:
        projection.close()
        engine.dispose()


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
    records = [{"type": kind, **record} for many, kind in kinds.items() for record in upload[many]]
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def known_ids(store: Store, organization: str, upload: dict[str, Any]) -> dict[str, str]:
    ids = {row["name"]: row["id"] for kind in LISTS for row in store.results.page(organization, kind, 0, 100)[0]}
    ids |= {user.email: user.id for user in store.accounts.users(organization)}
    tests = store.results.page(organization, "tests", 0, 100)[0]
    return ids | {test["prompt"]: test["prompt_id"] for test in tests if test["prompt"]}


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.booleans())
def test_every_engine_says_what_the_specification_says(stores: list[Store], seed: int, as_lines: bool) -> None:
    random = Random(seed)
    upload = sample_upload(random)
    organization = str(uuid.uuid4())
    body = lines(upload) if as_lines else json.dumps(upload).encode()
    for store in stores:
        store.accounts.add_organization(organization, organization, "2024-01-01T00:00:00.000Z")
        store.accounts.add_user(organization, User(id=str(uuid.uuid4()), email="x@example.com", created_at="2024"))
        report = store.imports.take(organization, read_test_records([body], "upload"))
        assert (report.rejected, report.test_results.created) == (0, len(upload["test_results"])), report.errors
    start = random.getrandbits(32)
    for store in stores:
        draw = Random(start)
        ids = known_ids(store, organization, upload)
        for _ in range(6):
            asked = sample_question(draw, upload, ids)
            expected = statistics(upload, ids, asked)
            for service in store.answers:
                answer = without_intervals(service.answer(organization, to_question(asked)))
                metadata = answer.pop("metadata")
                wanted = dict(expected)
                assert {key: metadata[key] for key in wanted["metadata"]} == wanted.pop("metadata")
                assert answer == wanted
                assert list(answer) == list(wanted)
