"""A job: long work with progress, kept as a row, in pieces that workers lease."""

from __future__ import annotations

from typing import Literal

from failsight.model.judge import JudgeMode, JudgeUsage
from failsight.model.noun import Noun

JobState = Literal["queued", "running", "completed", "failed", "cancelled"]
FINAL_STATES: tuple[JobState, ...] = ("completed", "failed", "cancelled")


class FAJobStatus(Noun):
    """Status of an asynchronous failure-analysis job: queued, running, completed, failed or cancelled."""

    job_id: str = ""
    job_type: str = "failure_analysis"
    status: str = "queued"
    progress_percent: float = 0.0
    current_item: int = 0
    total_items: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    estimated_remaining_seconds: int | None = None
    error: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status in {"queued", "running", "processing"}

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    @property
    def is_failed(self) -> bool:
        return self.status == "failed"


class Job(Noun):
    """A job as it is stored; its id is the id of the run it fills. ``seconds_per_item`` is measured while it runs, over
    all workers together. ``served_at``: when a worker last took a piece of it (made it, before that), so that jobs take
    turns; ``advanced_at``: when items of it were last stored."""

    id: str
    organization_id: str
    job_type: str = "failure_analysis"
    status: JobState = "queued"
    current_item: int = 0
    total_items: int = 0
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    served_at: str = ""
    advanced_at: str | None = None
    seconds_per_item: float | None = None
    error: str | None = None

    def to_status(self) -> FAJobStatus:
        """What a client sees: percent of items done, and the remaining time at the measured speed."""
        remaining = None
        if self.status == "running" and self.seconds_per_item is not None:
            remaining = round((self.total_items - self.current_item) * self.seconds_per_item)
        done = 100.0 if self.status == "completed" else 100.0 * self.current_item / max(1, self.total_items)
        return FAJobStatus(
            job_id=self.id,
            job_type=self.job_type,
            status=self.status,
            progress_percent=round(done, 1),
            current_item=self.current_item,
            total_items=self.total_items,
            started_at=self.started_at,
            finished_at=self.finished_at,
            estimated_remaining_seconds=remaining,
            error=self.error,
        )


class Judging(Noun):
    """What a job asks of a judge: the mode, whether the request brought a key of its own (which is in nobody's memory
    but that of the process that took the request), and what was used so far."""

    mode: JudgeMode
    own_key: bool = False
    usage: JudgeUsage | None = None


class Piece(Noun):
    """A range of a job's items that one worker leases: those from ``next_item`` on, before ``end_item``, are to do. An
    empty range behind the last item stands for the scoring of the whole run. ``attempts``: workers that took it since
    an item of it was last stored, this one included. ``holder``: the process that leased it; one alone works on a job
    that asks a judge, so that its budget is kept in one place."""

    job: Job
    holder: str = ""
    judging: Judging | None = None
    start_item: int
    next_item: int
    end_item: int
    attempts: int = 1

    @property
    def is_scoring(self) -> bool:
        """Whether all items are examined, and the run is to be scored."""
        return self.start_item == self.end_item


class CancelResponse(Noun):
    """What became of a wish to cancel a job."""

    status: str = ""
    message: str = ""
    job_id: str | None = None


class JobTotals(Noun):
    """All jobs of one status together; ``items_per_second`` is the speed at which they run, or ran."""

    status: JobState
    jobs: int = 0
    items: int = 0
    items_per_second: float = 0.0
