"""A worker on an open database, with all that it works with and nothing that serves."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from failsight.engine.pipeline import Engine
from failsight.service.record_run import RunRecorder
from failsight.service.run_judges import RunJudges
from failsight.service.work import Conditions, Worker
from failsight.settings import Settings
from failsight.storage.jobs import SqlJobs
from failsight.storage.results import SqlResults
from failsight.storage.runs import SqlRuns
from failsight.wiring.clock import SystemClock
from failsight.wiring.engine import build_engine
from failsight.wiring.run_judges import build_run_judges
from failsight.wiring.workers import Stop, Watchdog


@dataclass(frozen=True, slots=True)
class Workplace:
    """``stop`` ends the worker, ``watchdog`` watches over it; the rest is what it was built from."""

    worker: Worker
    stop: Stop
    watchdog: Watchdog
    engine: Engine
    judges: RunJudges
    runs: SqlRuns
    jobs: SqlJobs
    clock: SystemClock


def build_workplace(database: sa.Engine, settings: Settings, name: str | None = None) -> Workplace:
    """name: of a worker that ended and is followed by this one, which goes on at once with what that one had."""
    stop, watchdog, clock, engine = Stop(), Watchdog(settings.item_seconds), SystemClock(), build_engine(settings)
    runs, jobs, judges = SqlRuns(database), SqlJobs(database), build_run_judges(settings)
    recorder = RunRecorder(
        SqlResults(database), clock, {one.code: one.name for one in engine.taxonomy.security_categories}
    )
    conditions = Conditions(settings.lease_seconds, settings.item_seconds, stop, watchdog)
    name = name or f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    worker = Worker(engine, runs, jobs, clock, name, recorder, judges, conditions)
    return Workplace(worker, stop, watchdog, engine, judges, runs, jobs, clock)
