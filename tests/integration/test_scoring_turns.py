"""A run is scored and recorded in short steps: other jobs have their turn meanwhile, and a worker that ends in the
middle is followed by one that comes to the same result. A turn is one step here, so that nothing depends on time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
import sqlalchemy as sa
from slow_worker import Slow, build_worker

from failsight.engine.detector import Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.service.work import Conditions, Worker
from failsight.storage.tables import run_items, runs
from tests.integration.test_leases import Queue, queue

__all__ = ["queue"]
ITEMS = 800
STEPS = 2 * ITEMS // 100
CONDITIONS = Conditions(lease_seconds=20, item_seconds=30)


class Killed(BaseException):
    """Stands for ``kill -9`` in the middle of an item."""


class Failing(Slow):
    """Items that say ``bad`` fail; one that says ``kill`` ends its worker."""

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        if subject.item.input == "kill":
            raise Killed
        bad = subject.item.input == "bad"
        yield Finding("over_refusal", "fail" if bad else "pass", 0.9 if bad else 0.1, "so it says")


@pytest.fixture
def workers(queue: Queue) -> Iterator[list[Worker]]:
    """Those that a test started, one after the other, under one name; they end with it."""
    started: list[Worker] = []
    yield started
    for worker in started:
        worker.let_go()


def start(queue: Queue, workers: list[Worker]) -> Worker:
    workers.append(build_worker(queue.database, "one", Failing(), CONDITIONS))
    return workers[-1]


def examine(queue: Queue, workers: list[Worker], monkeypatch: pytest.MonkeyPatch) -> tuple[str, Worker]:
    """A run of which all items are examined and the first step of scoring is done."""
    monkeypatch.setattr("failsight.service.work.TURN_MS", 250)
    run_id = queue.submit([("bad" if number % 3 == 0 else "fine") for number in range(ITEMS)])
    worker = start(queue, workers)
    while queue.job(run_id).current_item < ITEMS:
        assert worker.work_once()
    monkeypatch.setattr("failsight.service.work.TURN_MS", -1)
    assert worker.work_once()
    assert queue.job(run_id).status == "running"
    return run_id, worker


def result(queue: Queue, run_id: str) -> list[object]:
    """All that is stored of a run but its id and its times."""
    about = sa.select(runs.c.result, runs.c.failures, runs.c.passes, runs.c.failed_items, runs.c.overall_severity)
    rows = sa.select(run_items.c.record, run_items.c.tags, run_items.c.notes).where(run_items.c.run_id == run_id)
    with queue.database.connect() as connection:
        (text, *counts) = connection.execute(about.where(runs.c.id == run_id)).one()
        found = [tuple(row) for row in connection.execute(rows.order_by(run_items.c.item_index))]
    shown = queue.runs.run(queue.organization, run_id)
    assert shown is not None
    assert shown.result is not None
    plain = shown.result.model_copy(update={"run_id": "", "created_at": "", "duration_ms": 0})
    assert text is not None
    return [plain.model_dump_json(), counts, [tuple(part.replace(run_id, "") for part in row) for row in found]]


def test_a_small_job_has_its_turn_while_a_large_one_is_scored(
    queue: Queue, workers: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    large, worker = examine(queue, workers, monkeypatch)
    small = queue.submit(["fine"] * 5)
    turns = 0
    while queue.job(small).status != "completed":
        turns += 1
        assert worker.work_once()
    assert turns <= 13 < STEPS  # five items and three steps, one a turn, in turn with the large job's
    assert queue.job(large).status == "running"
    while worker.work_once():
        pass
    assert queue.job(large).status == "completed"


def test_a_worker_that_ends_while_it_scores_is_followed_to_the_same_result(
    queue: Queue, workers: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    straight, worker = examine(queue, workers, monkeypatch)
    while worker.work_once():
        pass
    for steps in (3, STEPS - 2):
        run_id, worker = examine(queue, workers, monkeypatch)
        for _ in range(steps - 1):
            assert worker.work_once()
        assert queue.job(run_id).status == "running"
        worker = start(queue, workers)
        while worker.work_once():
            pass
        assert queue.job(run_id).status == "completed"
        assert result(queue, run_id) == result(queue, straight)


def test_the_end_of_a_worker_at_an_item_does_not_count_against_a_scoring_set_aside(
    queue: Queue, workers: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    large, worker = examine(queue, workers, monkeypatch)
    others = [queue.submit(["kill"]) for _ in range(3)]
    killed = 0
    while queue.job(large).status == "running":
        try:
            while worker.work_once():
                pass
        except Killed:
            killed += 1
            worker = start(queue, workers)
    assert killed == 9
    assert [queue.job(one).status for one in (large, *others)] == ["completed"] * 4
