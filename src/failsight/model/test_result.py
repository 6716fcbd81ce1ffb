"""Test runs, tests and results as they are taken in, and the report on an upload."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from failsight.model.noun import Noun
from failsight.model.run import RecordError


class NewRun(NamedTuple):
    """A test run to keep, its status by name and its people by e-mail; ``line`` is where its record began, 1-based."""

    line: int
    id: str | None
    name: str | None = None
    created_ms: int | None = None
    status: str | None = None
    people: dict[str, str] = {}


class NewTest(NamedTuple):
    """A test to keep, its dimensions by name and its people by e-mail."""

    line: int
    id: str | None
    names: dict[str, str]
    people: dict[str, str]
    priority: int | None = None
    tags: tuple[str, ...] = ()
    test_sets: tuple[str, ...] = ()


class NewResult(NamedTuple):
    """A result to keep. ``verdict``: every decided metric with whether it passed, sorted by name. ``passed`` is None
    while nothing is decided. ``test_metrics`` and ``test_output`` are JSON texts."""

    line: int
    id: str | None
    test_id: str
    run_id: str | None
    created_ms: int
    month: int
    verdict: tuple[tuple[str, bool], ...]
    passed: bool | None
    test_metrics: str | None
    test_output: str | None


class KindReport(Noun):
    """How many records of a kind were new, and how many were there already and stayed as they are."""

    created: int = 0
    existing: int = 0


class ImportReport(Noun):
    """What became of an upload. ``errors`` lists the first of the ``rejected`` records with their lines."""

    test_runs: KindReport = KindReport()
    tests: KindReport = KindReport()
    test_results: KindReport = KindReport()
    rejected: int = 0
    errors: list[RecordError] = Field(default_factory=list)


class ResultReview(Noun):
    """A person's verdict on a result, or on one metric of it; it counts instead of the automated one."""

    passed: bool
    metric: str | None = None
    comment: str = ""
