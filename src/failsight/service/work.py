"""Work on jobs: examine the items that are not done, batch by batch, then score the run as a whole.

Every batch is one transaction that also checks the lease: a worker that was killed leaves its job to another one,
which goes on with the items not yet done; a worker that lost its job stores nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from pydantic import TypeAdapter

from failsight.engine.assembly import build_input, build_tags
from failsight.engine.pipeline import Engine, Plan
from failsight.engine.run_tally import RunTally
from failsight.engine.scoring import Recurrence, rescore
from failsight.engine.security_reasons import security_reasons
from failsight.engine.summary import SummaryTally
from failsight.errors import Unavailable
from failsight.model.item import Item
from failsight.model.job import Job
from failsight.model.run import FARunInput, FARunResult
from failsight.model.stored_run import FailureRow, ItemNotes, ItemOutcome, StoredRun
from failsight.model.tag import FATag
from failsight.service.ports import Clock, Jobs, Runs
from failsight.service.record_run import RunRecorder

LEASE_SECONDS = 30
BATCH_ITEMS = 100
BATCH_MS = 400
MAX_ATTEMPTS = 3
TAGS = TypeAdapter(list[FATag])


class LeaseLost(Exception):
    """The job was cancelled or belongs to another worker now."""


class _Stopped(Exception):
    """This worker is to end; somebody else goes on with its job."""


class Worker:
    """One worker; ``name`` is unique among all workers. ``stopping`` says whether it is to give its job back;
    ``recorder`` keeps completed analyses as test runs too."""

    def __init__(  # noqa: PLR0913, PLR0917  (its parts, and its name)
        self,
        engine: Engine,
        runs: Runs,
        jobs: Jobs,
        clock: Clock,
        name: str,
        recorder: RunRecorder,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._jobs = jobs
        self._clock = clock
        self._name = name
        self._stopping = stopping
        self._recorder = recorder

    def leased(self, job: Job) -> Job:
        """The job as this worker's own from its start, for work that is done before the answer."""
        now = self._clock.now_iso()
        lease = {"lease_owner": self._name, "lease_until": self._clock.later_iso(LEASE_SECONDS)}
        return job.model_copy(update={"status": "running", "started_at": now, "attempts": 1} | lease)

    def work_once(self) -> bool:
        """Works on the next job until it ends; False when there was none. Raises Unavailable when the database goes
        away in the middle: the job goes on when it is back.

        A job at which one worker after the other ended without storing an item is failed, so that it stops nobody.
        """
        job = self._jobs.claim(self._name, self._clock.now_iso(), self._clock.later_iso(LEASE_SECONDS))
        if job is None:
            return False
        if job.attempts > MAX_ATTEMPTS:
            self._jobs.fail(job, self._name, self._stuck(job), self._clock.now_iso())
            return True
        self.work_on(job)
        return True

    def work_on(self, job: Job) -> None:
        """Brings a job of this worker's to its end; a job that was lost on the way is left as it is."""
        run = self._runs.run(job.organization_id, job.id)
        if run is None:
            return
        try:
            self._examine(job, run)
            result, tally = self._score(job, run)
            if run.kind == "failure_analysis":
                self._recorder.record(run, self._runs.outcomes(job.id))
        except LeaseLost:
            return
        except _Stopped:
            self._jobs.release(job, self._name, self._clock.now_iso())
            return
        except Unavailable:
            raise
        except Exception as broken:
            self._jobs.fail(job, self._name, f"{type(broken).__name__}: {broken}", self._clock.now_iso())
            raise
        self._jobs.complete(job, self._name, result, tally, self._clock.now_iso())

    def _stuck(self, job: Job) -> str:
        todo = self._runs.items_to_do(job.id, BATCH_ITEMS)
        place = f"examined items {todo[0][0]} to {todo[-1][0]}" if todo else "scored the run"
        return (
            f"{MAX_ATTEMPTS} workers in a row ended while they {place}; the items before are kept. "
            "The log of the workers may say why: too little memory, or an item that ends them."
        )

    def _examine(self, job: Job, run: StoredRun) -> None:
        plan = self._engine.plan(run.options)
        speed: float | None = None
        while todo := self._runs.items_to_do(job.id, BATCH_ITEMS):
            started = self._clock.monotonic_ms()
            done: list[ItemOutcome] = []
            for index, text in todo:
                done.append(self._outcome(plan, run.id, index, text))
                if self._clock.monotonic_ms() - started > BATCH_MS or self._stopping():
                    break
            seconds = (self._clock.monotonic_ms() - started) / 1000 / len(done)
            speed = seconds if speed is None else 0.7 * speed + 0.3 * seconds
            if not self._jobs.advance(job, self._name, self._clock.later_iso(LEASE_SECONDS), done, speed):
                raise LeaseLost
            if self._stopping():
                raise _Stopped

    def _outcome(self, plan: Plan, run_id: str, index: int, text: str) -> ItemOutcome:
        examination = plan.examine(Item.model_validate_json(text), index)
        tags = build_tags(examination, self._engine.taxonomy, run_id, Counter(), 1)
        notes = ItemNotes(
            feature_kind=examination.feature_kind,
            ran=sorted(examination.ran),
            skipped=examination.skipped,
            explanations={name: score.explanation for name, score in examination.scores.items()},
            security=security_reasons(self._engine.taxonomy, examination),
        )
        return _to_outcome(build_input(examination, tags), tags, notes.model_dump_json())

    def _score(self, job: Job, run: StoredRun) -> tuple[FARunResult, RunTally]:
        """The second pass: every failure's severity with the recurrence of the whole run, then the run's result."""
        failing, total = self._runs.failing(job.id), run.total_items
        repeated = {sub: Recurrence(count, total) for sub, count in failing.items() if count > 1}
        summary, tally = SummaryTally(), RunTally()
        changed: list[ItemOutcome] = []
        for batch in _batches(self._runs.outcomes(job.id), BATCH_ITEMS):
            for outcome in batch:
                tags, record = TAGS.validate_json(outcome.tags), FARunInput.model_validate_json(outcome.record)
                scored = [_rescored(tag, repeated) for tag in tags]
                if scored != tags:
                    worst = max((tag.severity for tag in scored), default=0.0)
                    record = record.model_copy(update={"max_severity": worst})
                    changed.append(_to_outcome(record, scored, outcome.notes))
                summary.add_item(scored)
                notes = ItemNotes.model_validate_json(outcome.notes)
                tally.add(notes.feature_kind, notes.ran, notes.skipped, record.eval_metrics, record.security_flags)
                tally.unsafe_inputs += bool(notes.security.input_codes)
            if not self._jobs.rewrite(job, self._name, self._clock.later_iso(LEASE_SECONDS), changed):
                raise LeaseLost
            if self._stopping():
                raise _Stopped
            changed = []
        options = run.options
        records = {
            "eval_run_id": run.id if options.with_eval else None,
            "security_batch_id": run.id if options.with_security else None,
            "duration_ms": self._elapsed_ms(job),
            "engine_version": self._engine.version,
            "taxonomy_version": self._engine.taxonomy.version,
        }
        result = tally.result(run.id, options, summary.summary(), run.created_at)
        return result.model_copy(update=records), tally

    def _elapsed_ms(self, job: Job) -> int:
        start = datetime.fromisoformat(job.started_at or job.created_at)
        return round((datetime.fromisoformat(self._clock.now_iso()) - start).total_seconds() * 1000)


def _rescored(tag: FATag, repeated: dict[str, Recurrence]) -> FATag:
    recurrence = repeated.get(tag.subcategory_id)
    if recurrence is None or tag.decision != "fail" or tag.scoring_breakdown is None:
        return tag
    receipt = rescore(tag.scoring_breakdown, recurrence)
    return tag.model_copy(update={"severity": receipt.final_severity, "scoring_breakdown": receipt})


def _to_outcome(record: FARunInput, tags: Sequence[FATag], notes: str) -> ItemOutcome:
    index = record.item_index
    failures = tuple(
        FailureRow(
            item_index=index,
            subcategory_id=tag.subcategory_id,
            bucket_id=tag.bucket_id,
            severity=tag.severity,
            confidence=tag.confidence,
        )
        for tag in tags
        if tag.decision == "fail"
    )
    text = TAGS.dump_json(list(tags)).decode()
    return ItemOutcome(item_index=index, record=record.model_dump_json(), tags=text, notes=notes, failures=failures)


def _batches(outcomes: Iterator[ItemOutcome], size: int) -> Iterator[list[ItemOutcome]]:
    while batch := list(islice(outcomes, size)):
        yield batch
