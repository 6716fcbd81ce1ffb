"""Several workers on one database: leases are prolonged, lost and taken over, and jobs take turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from servers import own_database
from slow_worker import Slow, build_worker

from failsight.model.analysis import AnalysisOptions
from failsight.model.job import Job
from failsight.model.stored_run import ItemOutcome, StoredRun
from failsight.service.ports import Lease
from failsight.service.score_run import TAGS
from failsight.service.work import Conditions
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import open_database
from failsight.storage.jobs import SqlJobs
from failsight.storage.runs import SqlRuns
from failsight.storage.schema import migrate
from failsight.wiring.clock import SystemClock

SHORT = Conditions(lease_seconds=2, item_seconds=30)


class Queue:
    """A database with one organization, and what a test asks of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = database = open_database(url)
        migrate(database)
        self.runs, self.jobs, self.clock = SqlRuns(database), SqlJobs(database), SystemClock()
        self.organization = str(uuid.uuid4())
        SqlAccounts(database).add_organization(self.organization, self.organization, self.clock.now_iso())

    def submit(self, inputs: Sequence[str], owner: Lease | None = None) -> str:
        run_id, now = str(uuid.uuid4()), self.clock.now_iso()
        known = {"id": run_id, "organization_id": self.organization, "total_items": len(inputs), "created_at": now}
        run = StoredRun(**known, options=AnalysisOptions(run_eval=False, run_security=False))
        items = (f'{{"input": "{text}", "output": "{number}"}}' for number, text in enumerate(inputs))
        self.runs.create(run, Job(**known), items, owner)
        return run_id

    def job(self, run_id: str) -> Job:
        found = self.jobs.job(self.organization, run_id)
        assert found is not None
        return found

    def until(self, run_id: str, status: str, seconds: float = 30) -> float:
        """Seconds until the job has that status."""
        started = time.monotonic()
        while self.job(run_id).status != status:
            assert time.monotonic() - started < seconds, self.job(run_id)
            time.sleep(0.02)
        return time.monotonic() - started

    def outcomes(self, run_id: str) -> list[ItemOutcome]:
        return list(self.runs.outcomes(run_id))


@pytest.fixture(params=["sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    """On a database of its own: the workers of another test's server would take pieces of these jobs."""
    url = f"sqlite:///{tmp_path / 'queue.db'}"
    made = Queue(own_database(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else url)
    yield made
    made.database.dispose()


@contextmanager
def working(queue: Queue, slow: Slow, *names: str, conditions: Conditions = SHORT) -> Iterator[None]:
    """Workers of these names, each in a thread of its name, while the context lasts."""
    ended = threading.Event()

    def work(name: str) -> None:
        worker = build_worker(queue.database, name, slow, conditions)
        while not ended.is_set():
            if not worker.work_once():
                ended.wait(0.02)
        worker.let_go()

    threads = [threading.Thread(target=work, args=(name,), name=name) for name in names]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join(20)


def test_an_item_that_takes_longer_than_the_lease_is_examined_once(queue: Queue) -> None:
    slow = Slow()
    run_id = queue.submit(["sleep 3.5", "fast"])
    with working(queue, slow, "one", "two"):
        queue.until(run_id, "completed")
    assert [output for _, output in slow.seen] == ["0", "1"]
    assert [outcome.item_index for outcome in queue.outcomes(run_id)] == [0, 1]


def test_a_worker_whose_job_was_cancelled_stops(queue: Queue) -> None:
    slow = Slow()
    run_id = queue.submit(["sleep 2", *(50 * ["sleep 0.2"])])
    with working(queue, slow, "one"):
        while not slow.seen:
            time.sleep(0.02)
        queue.jobs.cancel(queue.organization, run_id, queue.clock.now_iso())
        time.sleep(3)
        assert len(slow.seen) == 1
    assert queue.job(run_id).status == "cancelled"
    assert queue.outcomes(run_id) == []


def test_an_item_that_hangs_before_the_answer_is_left_to_the_workers(queue: Queue) -> None:
    """A thread cannot be ended; its lease is, so that it stores nothing when somebody else went on."""
    slow, first = Slow(), Slow()
    inline = build_worker(queue.database, "inline", first, Conditions(lease_seconds=1, item_seconds=1))
    now, until = queue.clock.now_iso(), queue.clock.later_iso(1)
    job = Job(id=str(uuid.uuid4()), organization_id=queue.organization, total_items=1, created_at=now)
    run_id = queue.submit(["sleep 4"], Lease(f"inline/{job.id}", until, "inline"))
    hung = threading.Thread(target=lambda: inline.work_on(queue.job(run_id)), name="inline")
    hung.start()
    time.sleep(2.5)
    with working(queue, slow, "one", conditions=Conditions(lease_seconds=1, item_seconds=30)):
        queue.until(run_id, "completed")
        hung.join(20)
    assert len(queue.outcomes(run_id)) == 1
    assert queue.job(run_id).current_item == 1


def test_two_workers_share_one_job(queue: Queue) -> None:
    slow = Slow()
    run_id = queue.submit(1000 * ["sleep 0.003"])
    with working(queue, slow, "one", "two"):
        queue.until(run_id, "completed", 60)
    by_worker = [sum(name == worker for name, _ in slow.seen) for worker in ("one", "two")]
    assert min(by_worker) > 200, by_worker
    assert sorted(int(output) for _, output in slow.seen) == list(range(1000))
    assert [outcome.item_index for outcome in queue.outcomes(run_id)] == list(range(1000))
    assert queue.job(run_id).current_item == 1000


def test_a_small_job_does_not_wait_for_a_big_one(queue: Queue) -> None:
    slow = Slow()
    big = queue.submit(3000 * ["sleep 0.005"])
    with working(queue, slow, "one"):
        queue.until(big, "running")
        time.sleep(0.5)
        small = queue.submit(5 * ["fast"])
        took = queue.until(small, "completed")
        assert queue.job(big).status == "running"
        assert took < 5
        queue.jobs.cancel(queue.organization, big, queue.clock.now_iso())


@pytest.mark.parametrize("queue", ["sqlite"], indirect=True)
def test_an_item_that_hangs_ends_its_worker_and_is_set_apart(queue: Queue) -> None:
    run_id = queue.submit(["fast", "hang", "fast"])
    program = Path(__file__).parents[1] / "slow_worker.py"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, str(program), queue.url, "followed", "1"]
    ended = 0
    while queue.job(run_id).status != "completed":
        with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as worker:
            while worker.poll() is None and queue.job(run_id).status != "completed":
                time.sleep(0.05)
            if worker.poll() is None:
                worker.terminate()
            elif worker.returncode:
                ended += 1
                assert worker.stderr is not None
                said = worker.stderr.read()
                assert "Timeout" in said, said
                assert "slow_worker.py" in said  # where it hung
        assert ended <= 4
    decisions = [TAGS.validate_json(outcome.tags) for outcome in queue.outcomes(run_id)]
    assert [tags[0].decision for tags in decisions] == ["pass", "unsure", "pass"]
    assert "workers in a row ended at this item" in (decisions[1][0].judge_rationale or "")
