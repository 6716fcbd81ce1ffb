"""A worker whose only detector takes as long as an item says: ``python tests/slow_worker.py URL NAME ITEM_SECONDS``.

Inputs: ``sleep N`` waits N seconds; ``hang`` never ends and keeps the interpreter lock.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager

import sqlalchemy as sa

from failsight.engine.detector import Detector, Finding, NotApplicable
from failsight.engine.pipeline import Engine
from failsight.engine.subject import Subject
from failsight.service.ports import Judge
from failsight.service.record_run import RunRecorder
from failsight.service.run_judges import JudgePolicy, RunJudges
from failsight.service.work import Conditions, Worker
from failsight.storage.database import open_database
from failsight.storage.jobs import SqlJobs
from failsight.storage.results import SqlResults
from failsight.storage.runs import SqlRuns
from failsight.wiring.clock import SystemClock
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy
from failsight.wiring.workers import Stop, Watchdog, work_forever

CATASTROPHE = re.compile(r"(a|a)+$")


class Slow(Detector):
    name = "slow"
    subcategories = ("over_refusal",)

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        """Thread and output of every item."""

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        self.seen.append((threading.current_thread().name, subject.item.output))
        word, _, seconds = subject.item.input.partition(" ")
        if word == "sleep":
            time.sleep(float(seconds))
        if word == "hang":
            CATASTROPHE.match("a" * 60 + "b")
        yield Finding("over_refusal", "pass", 0.1, "it took its time")


def no_judge(*_asked: object) -> AbstractContextManager[Judge]:
    raise AssertionError("nobody asked for a judge")


def build_worker(
    database: sa.Engine, name: str, slow: Slow, conditions: Conditions, judges: RunJudges | None = None
) -> Worker:
    """A worker on that database that has no other detector."""
    judges = judges or RunJudges(JudgePolicy(), no_judge, load_rubrics)
    clock = SystemClock()
    engine = Engine(load_taxonomy(), [slow], [], [])
    recorder = RunRecorder(SqlResults(database), clock, {})
    return Worker(engine, SqlRuns(database), SqlJobs(database), clock, name, recorder, judges, conditions)


def main() -> None:
    url, name, item_seconds = sys.argv[1:]
    stop, watchdog = Stop(), Watchdog(float(item_seconds))
    conditions = Conditions(lease_seconds=30, item_seconds=float(item_seconds), stopping=stop, watch=watchdog)
    work_forever(build_worker(open_database(url), name, Slow(), conditions), stop, watchdog)


if __name__ == "__main__":
    main()
