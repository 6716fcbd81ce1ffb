"""The job queue: rows with a lease. Safe for many workers: PostgreSQL skips locked rows, SQLite has one writer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from failsight.engine.run_tally import RunTally
from failsight.model.job import FINAL_STATES, Job, JobTotals
from failsight.model.run import FARunResult
from failsight.model.stored_run import ItemOutcome
from failsight.storage.database import read, write
from failsight.storage.outcomes import finish_run, save_outcomes
from failsight.storage.tables import jobs, runs


class SqlJobs:
    """See ``service.ports.Jobs``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def job(self, organization_id: str, job_id: str) -> Job | None:
        mine = (jobs.c.organization_id == organization_id) & (jobs.c.id == job_id)
        with read(self._engine) as connection:
            row = connection.execute(sa.select(jobs).where(mine)).one_or_none()
        return None if row is None else _to_job(row)

    def claim(self, worker: str, now: str, lease_until: str) -> Job | None:
        """The oldest job that nobody works on, now leased to ``worker``; None when there is none. A worker that asks
        works on nothing, so a job that it still holds is free."""
        lapsed = (jobs.c.lease_until < now) | (jobs.c.lease_owner == worker)
        free = (jobs.c.status == "queued") | ((jobs.c.status == "running") & lapsed)
        query = sa.select(jobs).where(free).order_by(jobs.c.created_at, jobs.c.id).limit(1)
        with write(self._engine) as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            started = row.started_at or now
            changes: dict[str, Any] = {"status": "running", "lease_owner": worker, "lease_until": lease_until}
            changes |= {"started_at": started, "attempts": row.attempts + 1}
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(changes))
            connection.execute(sa.update(runs).where(runs.c.id == row.id).values(status="running", started_at=started))
        return _to_job(row).model_copy(
            update={"status": "running", "started_at": started, "attempts": row.attempts + 1}
        )

    def advance(
        self, job: Job, worker: str, lease_until: str, outcomes: Sequence[ItemOutcome], seconds_per_item: float | None
    ) -> bool:
        """Stores a batch and extends the lease, in one transaction; False when the job is no longer this worker's,
        because it was cancelled or its lease went to another: then nothing is stored."""
        with write(self._engine) as connection:
            changes: dict[str, Any] = {"lease_until": lease_until, "current_item": jobs.c.current_item + len(outcomes)}
            changes["attempts"] = 1  # whoever gets on is not stuck
            if seconds_per_item is not None:
                changes["seconds_per_item"] = seconds_per_item
            if not self._mine(connection, job.id, worker, changes):
                return False
            save_outcomes(connection, job.organization_id, job.id, outcomes)
        return True

    def rewrite(self, job: Job, worker: str, lease_until: str, outcomes: Sequence[ItemOutcome]) -> bool:
        """Stores items again with their final scores; as ``advance``, without counting them."""
        with write(self._engine) as connection:
            if not self._mine(connection, job.id, worker, {"lease_until": lease_until}):
                return False
            save_outcomes(connection, job.organization_id, job.id, outcomes)
        return True

    def complete(self, job: Job, worker: str, result: FARunResult, tally: RunTally, now: str) -> bool:
        """Marks the job and its run as completed, with the result and the counts of items that lists read."""
        with write(self._engine) as connection:
            if not self._mine(connection, job.id, worker, {"status": "completed", "finished_at": now}):
                return False
            finish_run(connection, job.id, result, tally, now)
        return True

    def fail(self, job: Job, worker: str, error: str, now: str) -> bool:
        """Marks the job and its run as failed, with the reason."""
        with write(self._engine) as connection:
            ended = {"status": "failed", "finished_at": now, "error": error}
            if not self._mine(connection, job.id, worker, ended):
                return False
            connection.execute(sa.update(runs).where(runs.c.id == job.id).values(ended))
        return True

    def release(self, job: Job, worker: str, now: str) -> bool:
        """Gives a job back as it is, so that another worker goes on at once."""
        free = {"lease_owner": None, "lease_until": now, "attempts": 0}
        with write(self._engine) as connection:
            return self._mine(connection, job.id, worker, free)

    def cancel(self, organization_id: str, job_id: str, now: str) -> bool:
        """Cancels a job that is not finished; its worker notices at its next batch."""
        open_job = (jobs.c.organization_id == organization_id) & (jobs.c.id == job_id)
        open_job &= jobs.c.status.not_in(FINAL_STATES)
        ended = {"status": "cancelled", "finished_at": now}
        with write(self._engine) as connection:
            if (
                connection.execute(sa.update(jobs).where(open_job).values(ended | {"cancel_requested": True})).rowcount
                == 0
            ):
                return False
            connection.execute(sa.update(runs).where(runs.c.id == job_id).values(ended))
        return True

    def totals(self) -> list[JobTotals]:
        """Jobs by status: how many, the items examined so far, and those a second at the measured speed."""
        speed = sa.case((jobs.c.seconds_per_item > 0, 1 / jobs.c.seconds_per_item), else_=0.0)
        sums = sa.func.count(), sa.func.sum(jobs.c.current_item), sa.func.sum(speed)
        with read(self._engine) as connection:
            rows = connection.execute(sa.select(jobs.c.status, *sums).group_by(jobs.c.status)).all()
        return [JobTotals(status=row[0], jobs=row[1], items=row[2], items_per_second=row[3]) for row in rows]

    @staticmethod
    def _mine(connection: sa.Connection, job_id: str, worker: str, changes: dict[str, Any]) -> bool:
        own = (jobs.c.id == job_id) & (jobs.c.lease_owner == worker) & (jobs.c.status == "running")
        return connection.execute(sa.update(jobs).where(own).values(changes)).rowcount > 0


def insert_job(connection: sa.Connection, job: Job) -> None:
    """A new job, in the transaction that makes its run."""
    connection.execute(sa.insert(jobs).values(job.model_dump()))


def _to_job(row: sa.Row[Any]) -> Job:
    return Job.model_validate(dict(row._mapping))
