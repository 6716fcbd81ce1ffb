"""The job queue: jobs in pieces with leases. Safe for many workers: PostgreSQL locks the row of a job for the moment in
which one of its pieces changes hands, SQLite has one writer. Every transaction takes the job's row before its pieces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from failsight.engine.run_tally import RunTally
from failsight.model.job import FINAL_STATES, Job, JobTotals, Judging, Piece
from failsight.model.judge import JudgeUsage
from failsight.model.run import FARunResult
from failsight.model.stored_run import ItemOutcome
from failsight.service.ports import Lease
from failsight.storage.database import read, write
from failsight.storage.judgings import (
    held_elsewhere,
    hold_judging,
    insert_judging,
    let_go,
    save_usage,
    take_judging,
    total_usage,
)
from failsight.storage.outcomes import finish_run, save_outcomes
from failsight.storage.tables import job_pieces, jobs, runs

PIECE_ITEMS = 100
OPEN_STATES = ("queued", "running")
_MEMORY = 0.8  # of the measured speed: how much of it the last batch leaves


class SqlJobs:
    """See ``service.ports.Jobs``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def job(self, organization_id: str, job_id: str) -> Job | None:
        mine = (jobs.c.organization_id == organization_id) & (jobs.c.id == job_id)
        with read(self._engine) as connection:
            row = connection.execute(sa.select(jobs).where(mine)).one_or_none()
        return None if row is None else _to_job(row)

    def claim(self, lease: Lease, now: str, job_id: str | None = None, apart: Collection[str] = ()) -> Piece | None:
        """The first free piece of the job that waits longest for its turn (or of the one named), now leased; None when
        there is none. A worker that asks works on nothing but jobs set ``apart``: what else it still holds is free."""
        owner = job_pieces.c.owner
        free = owner.is_(None) | (job_pieces.c.lease_until < now) | (owner == lease.worker)
        has_free = sa.exists().where(job_pieces.c.job_id == jobs.c.id, free)
        query = sa.select(jobs).where(jobs.c.status.in_(OPEN_STATES), has_free, ~held_elsewhere(lease.holder, now))
        if apart:
            query = query.where(jobs.c.id.not_in(apart))
        query = query.where(jobs.c.id == job_id) if job_id else query.order_by(jobs.c.served_at, jobs.c.id)
        with read(self._engine) as connection:
            if connection.execute(query.limit(1)).one_or_none() is None:
                return None  # an idle worker asks without writing
        with write(self._engine) as connection:
            row = connection.execute(query.limit(1).with_for_update(of=jobs)).one_or_none()
            if row is None:
                return None
            first = sa.select(job_pieces).where(job_pieces.c.job_id == row.id, free).order_by(job_pieces.c.start_item)
            piece = connection.execute(first.limit(1).with_for_update()).one_or_none()
            if piece is None:
                return None
            known = dict(piece._mapping) | {"attempts": piece.attempts + 1, "holder": lease.holder}
            known["judging"] = take_judging(connection, row.id, lease)
            leased = {"owner": lease.worker, "lease_until": lease.until, "attempts": known["attempts"]}
            connection.execute(sa.update(job_pieces).where(_place(piece.job_id, piece.start_item)).values(leased))
            changes = {"status": "running", "started_at": row.started_at or now, "served_at": now}
            changes["advanced_at"] = row.advanced_at or now
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(changes))
            if row.status == "queued":
                began = {name: changes[name] for name in ("status", "started_at")}
                connection.execute(sa.update(runs).where(runs.c.id == row.id).values(began))
        return Piece.model_validate(known | {"job": _to_job(row).model_copy(update=changes)})

    def keep(self, piece: Piece, worker: str, lease_until: str) -> bool:
        """Prolongs a lease; False when the piece is no longer this worker's."""
        own = _place(piece.job.id, piece.start_item) & (job_pieces.c.owner == worker)
        with write(self._engine) as connection:
            if piece.judging is not None:
                hold_judging(connection, piece.job.id, piece.holder, lease_until)
            changes = {"lease_until": lease_until}
            return connection.execute(sa.update(job_pieces).where(own).values(changes)).rowcount > 0

    def advance(
        self, piece: Piece, worker: str, now: str, lease_until: str | None, outcomes: Sequence[ItemOutcome]
    ) -> bool:
        """Stores examined items and moves the piece on to ``piece.next_item``, in one transaction. False when the piece
        is no longer this worker's, because the job was cancelled or the lease went to another: then nothing is stored.
        The end of a job's last piece makes the piece that scores it."""
        with write(self._engine) as connection:
            row = _held(connection, piece, worker)
            if row is None:
                return False
            changes = {"current_item": row.current_item + len(outcomes), "advanced_at": now}
            changes |= {"seconds_per_item": _speed(row, now, len(outcomes))} if outcomes else {}
            connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(changes))
            save_outcomes(connection, row.organization_id, row.id, outcomes)
            if piece.judging is not None and piece.judging.usage is not None:
                save_usage(connection, row.id, piece.judging.usage)
            lease = {"owner": worker if lease_until else None, "lease_until": lease_until}
            place = _place(row.id, piece.start_item)
            if piece.next_item < piece.end_item:
                moved = lease | {"next_item": piece.next_item}
                moved |= {"attempts": min(piece.attempts - 1, 1)} if outcomes else {}
                connection.execute(sa.update(job_pieces).where(place).values(moved))
                return True
            connection.execute(sa.delete(job_pieces).where(place))
            left = sa.select(sa.func.count()).select_from(job_pieces).where(job_pieces.c.job_id == row.id)
            if connection.scalar(left) == 0:
                connection.execute(
                    sa.insert(job_pieces).values(_piece(row.id, row.total_items, row.total_items) | lease)
                )
        return True

    def rewrite(self, piece: Piece, worker: str, lease_until: str, outcomes: Sequence[ItemOutcome]) -> bool:
        """Stores items again with their final scores; as ``advance``, without counting them."""
        with write(self._engine) as connection:
            row = _held(connection, piece, worker)
            if row is None:
                return False
            place = _place(row.id, piece.start_item)
            connection.execute(sa.update(job_pieces).where(place).values(lease_until=lease_until))
            save_outcomes(connection, row.organization_id, row.id, outcomes)
        return True

    def complete(self, piece: Piece, worker: str, result: FARunResult, tally: RunTally, now: str) -> bool:
        """Marks the job and its run as completed, with the result and the counts of items that lists read."""
        with write(self._engine) as connection:
            if _held(connection, piece, worker) is None:
                return False
            _end(connection, piece.job.id, {"status": "completed", "finished_at": now})
            finish_run(connection, piece.job.id, result, tally, now)
        return True

    def fail(self, piece: Piece, worker: str, error: str, now: str) -> bool:
        """Marks the job and its run as failed, with the reason."""
        with write(self._engine) as connection:
            if _held(connection, piece, worker) is None:
                return False
            ended = {"status": "failed", "finished_at": now, "error": error}
            _end(connection, piece.job.id, ended)
            connection.execute(sa.update(runs).where(runs.c.id == piece.job.id).values(ended))
        return True

    def count_attempts(self, piece: Piece, worker: str, attempts: int) -> bool:
        """Says how often a piece was begun; False when it is no longer this worker's."""
        own = _place(piece.job.id, piece.start_item) & (job_pieces.c.owner == worker)
        with write(self._engine) as connection:
            return connection.execute(sa.update(job_pieces).where(own).values(attempts=attempts)).rowcount > 0

    def release(self, piece: Piece, worker: str) -> bool:
        """Gives a piece back as it is, so that another worker goes on at once."""
        own = _place(piece.job.id, piece.start_item) & (job_pieces.c.owner == worker)
        free = {"owner": None, "lease_until": None, "attempts": 0}
        with write(self._engine) as connection:
            return connection.execute(sa.update(job_pieces).where(own).values(free)).rowcount > 0

    def cancel(self, organization_id: str, job_id: str, now: str) -> bool:
        """Cancels a job that is not finished; its workers notice when they store something, or prolong a lease."""
        open_job = (jobs.c.organization_id == organization_id) & (jobs.c.id == job_id)
        open_job &= jobs.c.status.not_in(FINAL_STATES)
        ended = {"status": "cancelled", "finished_at": now}
        with write(self._engine) as connection:
            if connection.execute(sa.select(jobs.c.id).where(open_job).with_for_update()).one_or_none() is None:
                return False
            _end(connection, job_id, ended)
            connection.execute(sa.update(runs).where(runs.c.id == job_id).values(ended))
        return True

    def hold(self, job_id: str, holder: str, until: str) -> bool:
        """Prolongs the hold on a job that asks a judge; False when it is another's."""
        with write(self._engine) as connection:
            return hold_judging(connection, job_id, holder, until)

    def let_go(self, holder: str) -> None:
        """Others may go on at once with what this process has."""
        mine = (job_pieces.c.owner == holder) | job_pieces.c.owner.startswith(f"{holder}/", autoescape=True)
        with write(self._engine) as connection:
            let_go(connection, holder)
            connection.execute(sa.update(job_pieces).where(mine).values(owner=None, lease_until=None, attempts=0))

    def judged(self) -> JudgeUsage:
        """What all jobs together asked of judges."""
        with read(self._engine) as connection:
            return total_usage(connection)

    def totals(self) -> list[JobTotals]:
        """Jobs by status: how many, the items examined so far, and those a second at the measured speed."""
        speed = sa.case((jobs.c.seconds_per_item > 0, 1 / jobs.c.seconds_per_item), else_=0.0)
        sums = sa.func.count(), sa.func.sum(jobs.c.current_item), sa.func.sum(speed)
        with read(self._engine) as connection:
            rows = connection.execute(sa.select(jobs.c.status, *sums).group_by(jobs.c.status)).all()
        return [JobTotals(status=row[0], jobs=row[1], items=row[2], items_per_second=row[3]) for row in rows]


def insert_job(connection: sa.Connection, job: Job, owner: Lease | None = None, judging: Judging | None = None) -> None:
    """A new job with its pieces, in the transaction that makes its run; leased to ``owner`` when there is one."""
    connection.execute(sa.insert(jobs).values(job.model_dump() | {"served_at": job.created_at}))
    lease = {"owner": owner.worker, "lease_until": owner.until} if owner else {}
    connection.execute(sa.insert(job_pieces), [piece | lease for piece in _pieces(job.id, job.total_items)])
    if judging is not None:
        insert_judging(connection, job.id, judging, owner)


def _pieces(job_id: str, total: int) -> Iterator[dict[str, Any]]:
    for start in range(0, total, PIECE_ITEMS):
        yield _piece(job_id, start, min(start + PIECE_ITEMS, total))


def _piece(job_id: str, start: int, end: int) -> dict[str, Any]:
    place = {"job_id": job_id, "start_item": start, "next_item": start, "end_item": end}
    return place | {"owner": None, "lease_until": None, "attempts": 0}


def _place(job_id: str, start: int) -> sa.ColumnElement[bool]:
    return (job_pieces.c.job_id == job_id) & (job_pieces.c.start_item == start)


def _held(connection: sa.Connection, piece: Piece, worker: str) -> sa.Row[Any] | None:
    """The row of a running job, locked until the end of the transaction, while the piece is this worker's."""
    running = (jobs.c.id == piece.job.id) & (jobs.c.status == "running")
    row = connection.execute(sa.select(jobs).where(running).with_for_update()).one_or_none()
    own = _place(piece.job.id, piece.start_item) & (job_pieces.c.owner == worker)
    held = sa.select(job_pieces.c.start_item).where(own).with_for_update()
    return row if row is not None and connection.execute(held).one_or_none() is not None else None


def _end(connection: sa.Connection, job_id: str, changes: dict[str, Any]) -> None:
    """A job's last state; nothing of it is left to do."""
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(changes))
    connection.execute(sa.delete(job_pieces).where(job_pieces.c.job_id == job_id))


def _speed(row: sa.Row[Any], now: str, items: int) -> float:
    """Seconds an item, smoothed: the time since any worker last stored something covers all of them."""
    since = datetime.fromisoformat(now) - datetime.fromisoformat(row.advanced_at or now)
    seconds = max(0.0, since.total_seconds()) / items
    known = row.seconds_per_item
    return seconds if known is None else float(_MEMORY * known + (1 - _MEMORY) * seconds)


def _to_job(row: sa.Row[Any]) -> Job:
    return Job.model_validate(dict(row._mapping))
