"""Work on jobs, piece by piece: examine the items of a piece that are not done, and score the run when all are.

What is stored is stored in one transaction that also checks the lease: a worker that was killed leaves its piece to
another one, which goes on with the items not yet done; a worker that lost its piece stores nothing more. After a short
time each worker gives its piece back and takes the one that waits longest, so that jobs take turns. A run that is being
scored is kept, and set aside for other turns.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from failsight.engine.assembly import build_input, build_tags
from failsight.engine.pipeline import Engine, Examination, Plan
from failsight.engine.security_reasons import security_reasons, strict_flags
from failsight.errors import Unavailable
from failsight.model.item import Item
from failsight.model.job import FINAL_STATES, Job
from failsight.model.stored_run import ItemNotes, ItemOutcome, StoredRun
from failsight.service.complete_run import RunCompletion
from failsight.service.heartbeat import Heartbeat
from failsight.service.judge_items import JudgePlan, judge_items
from failsight.service.ports import Clock, Jobs, Lease, Runs, Watch
from failsight.service.record_run import RunRecorder
from failsight.service.run_judges import RunJudges
from failsight.service.score_run import to_outcome
from failsight.service.turn import LeaseLost, Stopped, Turn

TURN_MS = 250
JUDGED_TURN_MS = 2_000
MAX_ATTEMPTS = 3
LOG = "The log of the workers may say why: too little memory, or something that ends them."
ENDED = f"{MAX_ATTEMPTS} workers in a row ended at this item. {LOG}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a worker works. lease_seconds: how long a piece waits for a worker that is gone. item_seconds: how long one
    item may take. stopping: whether the worker is to give its piece back. watch: over the process that works."""

    lease_seconds: float = 30.0
    item_seconds: float = 60.0
    stopping: Callable[[], bool] = lambda: False
    watch: Watch | None = None


class Worker:
    """One worker; ``name`` is unique among those that run. ``recorder`` keeps what is completed as test runs too."""

    def __init__(  # noqa: PLR0913, PLR0917  (its parts, and its name)
        self,
        engine: Engine,
        runs: Runs,
        jobs: Jobs,
        clock: Clock,
        name: str,
        recorder: RunRecorder,
        judges: RunJudges,
        conditions: Conditions,
    ) -> None:
        self._engine = engine
        self._runs = runs
        self._jobs = jobs
        self._clock = clock
        self._name = name
        self._completion = RunCompletion(engine, runs, jobs, clock, recorder)
        self._judges = judges
        self._conditions = conditions
        self._endings: deque[_Ending] = deque()
        self._interrupted: tuple[str, int] | None = None

    def lease(self, run_id: str) -> Lease:
        """A lease on a whole new job, for work that is done before the answer or with a request's own key."""
        return Lease(f"{self._name}/{run_id}"[:64], self._until(), self._name)

    def work_once(self) -> bool:
        """Takes one turn at the job that waits longest and one at a run that is being scored; False when there is
        neither. Raises Unavailable when the database goes away in the middle: the job goes on when it is back."""
        busy = self._turn(Lease(self._name, self._until(), self._name), None)
        if not self._endings:
            return busy
        ending = self._endings.popleft()
        self._guard(ending.turn, lambda: self._go_on(ending))
        return True

    def work_on(self, job: Job) -> bool:
        """Brings a job on which this worker has the ``lease`` to its end; False when somebody else goes on with it."""
        while self._turn(self.lease(job.id), job.id):
            pass
        ended = self._jobs.job(job.organization_id, job.id)
        return ended is not None and ended.status in FINAL_STATES

    def holding(self, job: Job) -> Heartbeat:
        """While the context lasts no other process works on a job that asks a judge."""
        known = self._conditions
        return Heartbeat(
            lambda: self._jobs.hold(job.id, self._name, self._until()),
            self._clock,
            lease_seconds=known.lease_seconds,
            item_seconds=known.item_seconds,
        )

    def let_go(self) -> None:
        """Others may go on at once with whatever this worker has."""
        while self._endings:
            self._endings.popleft().steps.close()
        self._jobs.let_go(self._name)

    def _turn(self, lease: Lease, job_id: str | None) -> bool:
        apart = [] if job_id else [ending.turn.run.id for ending in self._endings]
        piece = self._jobs.claim(lease, self._clock.now_iso(), job_id, apart)
        if piece is None:
            return False
        run = self._runs.run(piece.job.organization_id, piece.job.id)
        if run is None:
            return False
        if (piece.job.id, piece.start_item) == self._interrupted:
            piece = piece.model_copy(update={"attempts": 1})
        turn = Turn(piece, run, lease.worker, alone=job_id is not None)
        self._guard(turn, lambda: self._score(turn) if piece.is_scoring else self._examine(turn))
        return not (job_id and self._conditions.stopping())

    def _guard(self, turn: Turn, work: Callable[[], None]) -> None:
        """A turn that ends early leaves its piece to others, or fails the job."""
        piece, run = turn.piece, turn.run
        try:
            work()
        except LeaseLost:
            self._judges.interrupt(run.id)
        except Stopped:
            self._jobs.release(piece, turn.owner)
        except Unavailable:
            self._judges.interrupt(run.id)
            self._interrupted = piece.job.id, piece.start_item
            raise
        except Exception as broken:
            self._judges.end(run.id)
            self._jobs.fail(piece, turn.owner, f"{type(broken).__name__}: {broken}", self._clock.now_iso())
            raise

    def _score(self, turn: Turn) -> None:
        """To the end, where this worker is on the job alone; else ``work_once`` goes on with it."""
        if turn.piece.attempts > MAX_ATTEMPTS:
            text = f"{MAX_ATTEMPTS} workers in a row ended while they scored the run; its items are kept. {LOG}"
            self._jobs.fail(turn.piece, turn.owner, text, self._clock.now_iso())
            self._judges.end(turn.run.id)
        elif not turn.alone:
            self._endings.appendleft(_Ending(turn, self._steps(turn)))  # a small one ends in its first turn
        else:
            with closing(self._steps(turn)) as steps:
                for _ in steps:
                    if self._conditions.stopping():
                        raise Stopped
            self._judges.end(turn.run.id)

    def _steps(self, turn: Turn) -> Generator[None, None, None]:
        """The lease is prolonged between the steps, too, whatever this worker does meanwhile."""
        with self._heartbeat(turn, None) as beat:
            for _ in self._completion.steps(turn, self._until):
                yield
                if beat.lost:
                    raise LeaseLost

    def _go_on(self, ending: _Ending) -> None:
        """One turn at a run that is being scored."""
        over, piece = self._clock.monotonic_ms() + TURN_MS, ending.turn.piece
        try:
            if not ending.begun and not self._jobs.count_attempts(piece, ending.turn.owner, piece.attempts):
                raise LeaseLost
            ending.begun = True
            for _ in ending.steps:
                if self._clock.monotonic_ms() > over or self._conditions.stopping():
                    self._endings.append(ending)
                    return
        except BaseException:
            ending.steps.close()
            raise
        self._judges.end(piece.job.id)

    def _set_aside(self) -> None:
        """A worker that ends at an item of one job has not ended at the scoring of another."""
        for ending in self._endings:
            if ending.begun:
                ending.begun = False
                self._jobs.count_attempts(ending.turn.piece, ending.turn.owner, ending.turn.piece.attempts - 1)

    def _examine(self, turn: Turn) -> None:
        """Stores what it can of a piece in its turn; one item after a worker ended at it, to find the item that did it:
        the item at which one worker after the other ends is set apart, so that it stops nobody."""
        self._set_aside()
        piece, judging = turn.piece, self._judges.judging(turn.piece)
        plan = self._engine.plan(turn.run.options)
        todo = self._runs.items_to_do(piece.job.id, piece.next_item, piece.end_item)
        end = piece.end_item
        if piece.attempts > 1 and len(todo) > 1:
            todo, end = todo[:1], todo[1][0]
        started = self._clock.monotonic_ms()
        over = started + (TURN_MS if judging is None else JUDGED_TURN_MS)
        done: list[ItemOutcome] = []
        with self._heartbeat(turn, judging) as beat:
            last, kept = -1, started
            with closing(judge_items(plan, self._seen(turn, plan, todo, beat, over), judging)) as judged:
                for examination in judged:
                    done.append(self._outcome(examination, turn.run))
                    last, now = examination.index, self._clock.monotonic_ms()
                    if judging is not None and now - kept > TURN_MS and last != todo[-1][0] and not beat.lost:
                        self._store(turn, done, last + 1, judging, keep=True)
                        done, kept = [], now
            if beat.lost:
                raise LeaseLost
            self._store(turn, done, end if not todo or last == todo[-1][0] else last + 1, judging, keep=turn.alone)

    def _seen(
        self, turn: Turn, plan: Plan, todo: Sequence[tuple[int, str]], beat: Heartbeat, over: int
    ) -> Iterator[Examination]:
        """The items of one turn, the first one whatever the time is."""
        hopeless = todo[0][0] if todo and turn.piece.attempts > MAX_ATTEMPTS else None
        for number, (index, text) in enumerate(todo):
            if number and (beat.lost or self._clock.monotonic_ms() > over or self._conditions.stopping()):
                return
            beat.item_begins()
            examination = self._examined(plan, index, text, ENDED if index == hopeless else None)
            beat.item_ends()
            if turn.piece.judging is not None:
                self._rest()
            yield examination

    def _rest(self) -> None:
        if self._conditions.watch is not None:
            self._conditions.watch.rest()

    def _store(
        self, turn: Turn, done: list[ItemOutcome], next_item: int, judging: JudgePlan | None, *, keep: bool
    ) -> None:
        self._rest()
        moved = turn.piece.model_copy(update={"next_item": next_item})
        if judging is not None and moved.judging is not None:
            used = moved.judging.model_copy(update={"usage": judging.usage()})
            moved = moved.model_copy(update={"judging": used})
        until = self._until() if keep else None
        if not self._jobs.advance(moved, turn.owner, self._clock.now_iso(), until, done):
            raise LeaseLost

    def _examined(self, plan: Plan, index: int, text: str, hopeless: str | None) -> Examination:
        """One bad item stops nothing: what cannot be examined is unsure, with the reason."""
        item = Item.model_validate_json(text)
        if hopeless is not None:
            return plan.set_apart(item, index, hopeless)
        try:
            return plan.examine(item, index)
        except Exception as broken:  # noqa: BLE001
            return plan.set_apart(item, index, f"could not be examined: {type(broken).__name__}: {broken}")

    def _outcome(self, examination: Examination, run: StoredRun) -> ItemOutcome:
        taxonomy, thresholds = self._engine.taxonomy, run.options.asked_thresholds
        if thresholds:
            examination.flags = strict_flags(taxonomy, examination, thresholds)
        tags = build_tags(examination, taxonomy, run.id, Counter(), 1)
        notes = ItemNotes(
            feature_kind=examination.feature_kind,
            ran=sorted(examination.ran),
            skipped=examination.skipped,
            explanations={name: score.explanation for name, score in examination.scores.items()},
            security=security_reasons(taxonomy, examination),
        )
        return to_outcome(build_input(examination, tags), tags, notes.model_dump_json())

    def _heartbeat(self, turn: Turn, judging: JudgePlan | None) -> Heartbeat:
        known = self._conditions
        return Heartbeat(
            lambda: self._jobs.keep(turn.piece, turn.owner, self._until()),
            self._clock,
            lease_seconds=known.lease_seconds,
            item_seconds=known.item_seconds,
            watch=known.watch,
            on_lost=_nothing if judging is None else judging.stop,
        )

    def _until(self) -> str:
        return self._clock.later_iso(self._conditions.lease_seconds)


@dataclass(slots=True)
class _Ending:
    """A run that is being scored. ``begun``: whether that counts as an attempt at present."""

    turn: Turn
    steps: Generator[None, None, None]
    begun: bool = True


def _nothing() -> None:
    """No judge is to be interrupted."""
