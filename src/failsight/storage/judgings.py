"""The judging of jobs: who may do it, and what it used. Each is part of a transaction on the job."""

from __future__ import annotations

import sqlalchemy as sa

from failsight.model.job import Judging
from failsight.model.judge import JudgeUsage
from failsight.service.ports import Lease
from failsight.storage.tables import jobs, judgings

_COUNTS = ("calls", "cached", "failed", "tokens_in", "tokens_out", "cost_usd")


def held_elsewhere(holder: str, now: str) -> sa.Exists:
    """Whether another process holds a job, for a statement on ``jobs``."""
    other = (judgings.c.holder != holder) & (judgings.c.holder_until >= now)
    return sa.exists().where(judgings.c.job_id == jobs.c.id, judgings.c.holder.is_not(None), other)


def insert_judging(connection: sa.Connection, job_id: str, judging: Judging, owner: Lease | None) -> None:
    """The judging of a new job, held by its owner from the start when there is one."""
    hold = {"holder": owner.holder, "holder_until": owner.until} if owner else {}
    row = {"job_id": job_id, "mode": judging.mode, "own_key": judging.own_key, **hold}
    connection.execute(
        sa.insert(judgings).values(row | _used(judging.usage or JudgeUsage(), judging.usage is not None))
    )


def take_judging(connection: sa.Connection, job_id: str, lease: Lease) -> Judging | None:
    """The judging of a job, now held; None when it asks no judge."""
    row = connection.execute(sa.select(judgings).where(judgings.c.job_id == job_id)).one_or_none()
    if row is None:
        return None
    hold = {"holder": lease.holder, "holder_until": lease.until}
    connection.execute(sa.update(judgings).where(judgings.c.job_id == job_id).values(hold))
    usage = None if row.usage is None else JudgeUsage.model_validate_json(row.usage)
    return Judging(mode=row.mode, own_key=row.own_key, usage=usage)


def hold_judging(connection: sa.Connection, job_id: str, holder: str, until: str) -> bool:
    """Prolongs a hold; False when it is another's."""
    mine = (judgings.c.job_id == job_id) & (judgings.c.holder == holder)
    return connection.execute(sa.update(judgings).where(mine).values(holder_until=until)).rowcount > 0


def let_go(connection: sa.Connection, holder: str) -> None:
    """Gives up every hold of a process."""
    connection.execute(sa.update(judgings).where(judgings.c.holder == holder).values(holder=None, holder_until=None))


def save_usage(connection: sa.Connection, job_id: str, usage: JudgeUsage) -> None:
    """What the job used so far, over what was known before."""
    connection.execute(sa.update(judgings).where(judgings.c.job_id == job_id).values(_used(usage, known=True)))


def total_usage(connection: sa.Connection) -> JudgeUsage:
    """The sums over all jobs."""
    row = connection.execute(sa.select(*(sa.func.sum(judgings.c[name]).label(name) for name in _COUNTS))).one()
    return JudgeUsage.model_validate({name: value or 0 for name, value in row._mapping.items()})


def _used(usage: JudgeUsage, known: bool) -> dict[str, object]:
    counts = {name: getattr(usage, name) or 0 for name in _COUNTS}
    return {"usage": usage.model_dump_json() if known else None, **counts}
