"""What the use cases need from the world; floor 4 provides it, ``testing`` has fakes that pass the same suites."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from failsight.engine.pipeline import Examination
from failsight.engine.run_tally import RunTally
from failsight.model.account import ApiKey, Principal, ProjectInfo, User
from failsight.model.job import Job, JobTotals, Judging, Piece
from failsight.model.judge import JudgeReply, JudgeRequest, JudgeUsage
from failsight.model.period import FlagCounts, RunCounts, SubcategoryCounts
from failsight.model.run import FARunResult
from failsight.model.stored_run import ItemOutcome, RunKind, StoredRun, TagReview
from failsight.model.stored_trace import StoredTrace

RecordKind = Literal["evaluation", "security"]
SettingKind = Literal["metric", "vulnerability", "attack_vector"]

Progress = Callable[[int, int | None], None]
"""Called with the number of items done and the total, None while it is unknown."""


class Spool(Protocol):
    """Keeps a run's examinations until its recurrence is known; iterates them in the order they were added, as often
    as asked, and may keep them outside memory."""

    def add(self, examination: Examination) -> None: ...

    def __iter__(self) -> Iterator[Examination]: ...

    def __len__(self) -> int: ...

    def close(self) -> None: ...


class Judge(Protocol):
    """A large language model that is asked for verdicts. Threads may share it.

    concurrency: how many calls are worth having under way at once; the judge paces itself below it.
    """

    @property
    def model(self) -> str: ...

    @property
    def concurrency(self) -> int: ...

    def ask(self, request: JudgeRequest) -> JudgeReply:
        """The reply, waited for; what goes wrong with one call is a reply with a ``problem``. Raises JudgeRefused
        where no call can succeed (a wrong key or model)."""

    def stop(self) -> None:
        """Lets no further call begin; waiting ones come back as ``cancelled``, and so may those under way."""


class Clock(Protocol):
    """Time, as arguments of the pure rooms."""

    def now_iso(self) -> str:
        """UTC, ISO 8601 with a trailing Z."""

    def later_iso(self, seconds: float) -> str:
        """That many seconds from now (before now when negative), as ``now_iso``."""

    def monotonic_ms(self) -> int:
        """Milliseconds from an arbitrary start, never going back."""


class Watch(Protocol):
    """Ends a process that hangs at an item, whatever holds it up."""

    def item_begins(self) -> None: ...

    def rest(self) -> None:
        """Nothing of an item's time goes by until the next one begins."""


class Accounts(Protocol):
    """Organizations, users, keys and projects."""

    def organization(self, name: str) -> str | None: ...

    def organizations(self) -> list[tuple[str, str]]: ...

    def add_organization(self, organization_id: str, name: str, now: str) -> None: ...

    def add_user(self, organization_id: str, user: User) -> None: ...

    def users(self, organization_id: str) -> list[User]: ...

    def add_key(self, organization_id: str, user_id: str, key: ApiKey, key_hash: str) -> None: ...

    def keys(self, organization_id: str) -> list[ApiKey]: ...

    def revoke_key(self, organization_id: str, key_id: str, now: str) -> bool: ...

    def principal(self, key_hash: str) -> Principal | None: ...

    def project(self, organization_id: str, name: str, candidate: ProjectInfo) -> ProjectInfo: ...

    def projects(self, organization_id: str) -> list[ProjectInfo]: ...


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on something, and until when unless it is prolonged. ``holder``: the process; one alone works on a job
    that asks a judge."""

    worker: str
    until: str
    holder: str


class Runs(Protocol):
    """Runs, their items, tags and reviews; everything asked for belongs to one organization."""

    def create(
        self, run: StoredRun, job: Job, items: Iterable[str], owner: Lease | None = None, judging: Judging | None = None
    ) -> None: ...

    def run(self, organization_id: str, run_id: str) -> StoredRun | None: ...

    def page(
        self, organization_id: str, project_name: str | None, status: str | None, limit: int, offset: int
    ) -> tuple[list[StoredRun], int]: ...

    def items_to_do(self, run_id: str, first: int, end: int) -> list[tuple[int, str]]: ...

    def outcomes(self, run_id: str, only: Sequence[int] | None = None) -> Iterator[ItemOutcome]: ...

    def failing(self, run_id: str) -> dict[str, int]: ...

    def failed_items(self, run_id: str) -> list[int]: ...

    def review(self, organization_id: str, review: TagReview) -> None: ...

    def reviews(self, organization_id: str, run_id: str) -> dict[str, TagReview]: ...


class Jobs(Protocol):
    """The job queue. A worker owns a piece of a job while its lease runs; what it stores without owning it is refused.
    A new lease ends at ``lease_until``; None gives the piece back."""

    def job(self, organization_id: str, job_id: str) -> Job | None: ...

    def claim(self, lease: Lease, now: str, job_id: str | None = None, apart: Collection[str] = ()) -> Piece | None: ...

    def keep(self, piece: Piece, worker: str, lease_until: str) -> bool: ...

    def advance(
        self, piece: Piece, worker: str, now: str, lease_until: str | None, outcomes: Sequence[ItemOutcome]
    ) -> bool: ...

    def rewrite(self, piece: Piece, worker: str, lease_until: str, outcomes: Sequence[ItemOutcome]) -> bool: ...

    def complete(self, piece: Piece, worker: str, result: FARunResult, tally: RunTally, now: str) -> bool: ...

    def fail(self, piece: Piece, worker: str, error: str, now: str) -> bool: ...

    def count_attempts(self, piece: Piece, worker: str, attempts: int) -> bool: ...

    def release(self, piece: Piece, worker: str) -> bool: ...

    def cancel(self, organization_id: str, job_id: str, now: str) -> bool: ...

    def hold(self, job_id: str, holder: str, until: str) -> bool: ...

    def let_go(self, holder: str) -> None: ...

    def totals(self) -> list[JobTotals]: ...

    def judged(self) -> JudgeUsage: ...


class Insights(Protocol):
    """Counts over the completed runs of an organization, in the half-open period [start, end)."""

    def runs(self, organization_id: str, project_name: str | None, start: str, end: str) -> list[RunCounts]: ...

    def recurring(
        self, organization_id: str, project_name: str | None, start: str, end: str
    ) -> list[SubcategoryCounts]: ...

    def flags(self, organization_id: str, project_name: str | None, start: str, end: str) -> list[FlagCounts]: ...


class Playground(Protocol):
    """How often a key used the playground."""

    def uses(self, key_id: str, since: str) -> list[str]: ...

    def add_use(self, key_id: str, use_id: str, now: str) -> None: ...


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """``project_ids`` empty: of all projects. ``since``: not made before that moment."""

    project_ids: Sequence[str] = ()
    since: str = ""
    completed: bool = False


class Records(Protocol):
    """Runs as evaluation or security records: those of that kind, and failure analyses that measured or audited."""

    def run(self, organization_id: str, kind: RecordKind, run_id: str) -> StoredRun | None: ...

    def page(
        self, organization_id: str, kind: RecordKind, wanted: RecordFilter, limit: int, offset: int
    ) -> tuple[list[StoredRun], int]: ...

    def flag_counts(self, run_ids: Sequence[str]) -> dict[str, dict[str, int]]: ...

    def items(self, run_id: str, indices: Sequence[int]) -> dict[int, str]: ...

    def evaluations_of(self, organization_id: str, trace_ids: Sequence[str]) -> list[tuple[str, str]]: ...

    def counts(self, organization_id: str, since: str) -> dict[RunKind, int]: ...


class Traces(Protocol):
    """Uploaded traces, by organization and trace id."""

    def save(self, organization_id: str, traces: Sequence[StoredTrace]) -> None: ...

    def trace(self, organization_id: str, trace_id: str) -> StoredTrace | None: ...

    def page(
        self, organization_id: str, project_id: str | None, limit: int, offset: int
    ) -> tuple[list[StoredTrace], int]: ...


class ProjectSettings(Protocol):
    """What was set for a project, as JSON texts by key; the project must belong to the organization."""

    def put(self, organization_id: str, project_id: str, kind: SettingKind, key: str, value: str) -> None: ...

    def settings(self, organization_id: str, project_id: str, kind: SettingKind) -> dict[str, str]: ...
