"""Statistics of test results: what is asked, and the counts that answers are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from failsight.model.noun import Noun

StatisticsMode = Literal[
    "all", "summary", "metrics", "behavior", "category", "topic", "overall", "timeline", "test_runs"
]


class ResultFilter(Noun):
    """Which results are counted: ``start_ms`` and ``end_ms`` are both inclusive, in milliseconds since 1970 UTC.

    Values inside one field are alternatives, fields add up, ``tags`` must all be there; an empty field does not filter.
    """

    start_ms: int
    end_ms: int
    test_run_ids: tuple[str, ...] = ()
    test_set_ids: tuple[str, ...] = ()
    behavior_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    topic_ids: tuple[str, ...] = ()
    status_ids: tuple[str, ...] = ()
    test_ids: tuple[str, ...] = ()
    test_type_ids: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()
    assignee_ids: tuple[str, ...] = ()
    owner_ids: tuple[str, ...] = ()
    prompt_ids: tuple[str, ...] = ()
    priority_min: int | None = None
    priority_max: int | None = None
    tags: tuple[str, ...] = ()

    @property
    def about_tests(self) -> bool:
        """Whether anything is asked of the tests behind the results."""
        lists = (self.test_set_ids, self.behavior_ids, self.category_ids, self.topic_ids, self.status_ids)
        more = (self.test_ids, self.test_type_ids, self.user_ids, self.assignee_ids, self.owner_ids, self.prompt_ids)
        return any((*lists, *more, self.tags)) or (self.priority_min, self.priority_max) != (None, None)


class StatisticsQuestion(Noun):
    """A request as it was asked; ``window`` of dates is resolved against the clock later."""

    mode: StatisticsMode = "all"
    months: int = 6
    start_date: str | None = None
    end_date: str | None = None
    test_run_id: str | None = None
    filters: dict[str, tuple[str, ...]] = {}
    priority_min: int | None = None
    priority_max: int | None = None


@dataclass(slots=True)
class Count:
    """Results by verdict; those that are pending are in no total."""

    passed: int = 0
    failed: int = 0
    pending: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.failed

    def add(self, other: Count) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.pending += other.pending


@dataclass(slots=True)
class RunCount:
    """The counts of one test run; ``created_ms`` is None when nobody said when it ran. ``metrics``: passed and failed
    results by name, as plain pairs, of which an answer has thousands."""

    id: str
    name: str | None
    created_ms: int | None
    overall: Count
    metrics: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Everything an answer is made of. ``months`` are numbers YYYYMM; ``runs`` is None when only their number was
    asked for."""

    behaviors: dict[str, Count] = field(default_factory=dict)
    categories: dict[str, Count] = field(default_factory=dict)
    topics: dict[str, Count] = field(default_factory=dict)
    months: dict[int, Count] = field(default_factory=dict)
    month_metrics: dict[int, dict[str, Count]] = field(default_factory=dict)
    runs: list[RunCount] | None = None
    total_test_runs: int = 0
