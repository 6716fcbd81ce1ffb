"""What the use cases of test results need from the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from failsight.model.statistics import ResultFilter, Tally
from failsight.model.test_result import NewResult, NewRun, NewTest, ResultReview


@dataclass(slots=True)
class ResultBatch:
    """Records that are kept in one transaction: runs and tests before the results that name them."""

    runs: list[NewRun] = field(default_factory=list)
    tests: list[NewTest] = field(default_factory=list)
    results: list[NewResult] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.runs) + len(self.tests) + len(self.results)

    def add(self, record: NewRun | NewTest | NewResult) -> None:
        """Puts the record where its kind belongs."""
        if isinstance(record, NewResult):
            self.results.append(record)
        elif isinstance(record, NewTest):
            self.tests.append(record)
        else:
            self.runs.append(record)


class Missing(NamedTuple):
    """A result that was not kept, because what its ``field`` names is not there."""

    result: NewResult
    field: str
    problem: str


@dataclass(slots=True)
class Kept:
    """What became of a batch, by kind (test_runs, tests, test_results)."""

    created: dict[str, int] = field(default_factory=dict)
    existing: dict[str, int] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)


class ResultSpool(Protocol):
    """Keeps results in their order for a while; memory does not grow with them."""

    def add(self, result: NewResult) -> None: ...

    def __iter__(self) -> Iterator[NewResult]: ...

    def close(self) -> None: ...


class ResultWriter(Protocol):
    """Keeps batches of one organization; what has a known id already stays as it is."""

    def keep(self, batch: ResultBatch) -> Kept: ...


class Results(Protocol):
    """Test runs, tests and results."""

    def writer(self, organization_id: str, now: str) -> ResultWriter: ...

    def spool(self) -> ResultSpool: ...

    def review(self, organization_id: str, result_id: str, review: ResultReview, now: str) -> bool: ...

    def read(self, organization_id: str, kind: str, entity_id: str) -> dict[str, Any] | None: ...

    def page(self, organization_id: str, kind: str, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]: ...

    def add_name(self, organization_id: str, kind: str, name: str, description: str | None) -> dict[str, Any]: ...


class Tallies(Protocol):
    """Counts over the results of one organization."""

    def version(self, organization_id: str) -> int:
        """A number that changes with every change of what is counted."""

    def refresh(self) -> None:
        """Called when much was written: counts may be prepared before anybody asks. Raises nothing."""

    def tally(self, organization_id: str, wanted: ResultFilter, *, with_runs: bool) -> Tally: ...
