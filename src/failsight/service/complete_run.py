"""The end of a job, in short steps, so that a worker can turn to other jobs between them: the final scores of its
items, its test run, its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from failsight.engine.pipeline import Engine
from failsight.model.job import Job
from failsight.model.stored_run import ItemOutcome
from failsight.service.ports import Clock, Jobs, Runs
from failsight.service.record_run import RunRecorder
from failsight.service.score_run import score_run
from failsight.service.turn import LeaseLost, Turn


class RunCompletion:
    """Scores and records runs whose items are all examined. Whoever begins it again after a worker ended begins at the
    first item: what is stored then is what was stored before."""

    def __init__(self, engine: Engine, runs: Runs, jobs: Jobs, clock: Clock, recorder: RunRecorder) -> None:
        self._engine = engine
        self._runs = runs
        self._jobs = jobs
        self._clock = clock
        self._recorder = recorder

    def steps(self, turn: Turn, until: Callable[[], str]) -> Iterator[None]:
        """Yields after each step; the run is completed when it ends. until: the moment to which a step prolongs the
        lease. Raises LeaseLost."""
        run, job = turn.run, turn.piece.job

        def store(changed: list[ItemOutcome]) -> None:
            if not self._jobs.rewrite(turn.piece, turn.owner, until(), changed):
                raise LeaseLost

        result, tally = yield from score_run(self._runs, run, store)
        yield from self._recorder.record(run, self._runs.outcomes(run.id))
        records: dict[str, object] = {
            "eval_run_id": run.id if run.options.with_eval else None,
            "security_batch_id": run.id if run.options.with_security else None,
            "duration_ms": self._elapsed_ms(job),
            "engine_version": self._engine.version,
            "taxonomy_version": self._engine.taxonomy.version,
        }
        usage = turn.piece.judging.usage if turn.piece.judging is not None else None
        if usage is not None:
            records |= {"judge": usage, "tokens_used": usage.tokens_in + usage.tokens_out}
        done = result.model_copy(update=records)
        self._jobs.complete(turn.piece, turn.owner, done, tally, self._clock.now_iso())

    def _elapsed_ms(self, job: Job) -> int:
        start = datetime.fromisoformat(job.started_at or job.created_at)
        return round((datetime.fromisoformat(self._clock.now_iso()) - start).total_seconds() * 1000)
