"""The second pass over a stored run: every failure's severity with the recurrence of the whole run, then the run's
result."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import islice

from pydantic import TypeAdapter

from failsight.engine.run_tally import RunTally
from failsight.engine.scoring import Recurrence, rescore
from failsight.engine.summary import SummaryTally
from failsight.model.run import FARunInput, FARunResult
from failsight.model.stored_run import FailureRow, ItemNotes, ItemOutcome, StoredRun
from failsight.model.tag import FATag
from failsight.service.ports import Runs

BATCH_ITEMS = 100
TAGS = TypeAdapter(list[FATag])


def score_run(
    runs: Runs, run: StoredRun, store: Callable[[list[ItemOutcome]], None]
) -> Generator[None, None, tuple[FARunResult, RunTally]]:
    """Yields after each batch; returns the run's result without items, and its tally. ``store`` is called for each
    batch with the items whose scores changed; it may raise to end the work."""
    failing, total = runs.failing(run.id), run.total_items
    repeated = {sub: Recurrence(count, total) for sub, count in failing.items() if count > 1}
    summary, tally = SummaryTally(), RunTally()
    for batch in _batches(runs.outcomes(run.id), BATCH_ITEMS):
        changed: list[ItemOutcome] = []
        for outcome in batch:
            tags, record = TAGS.validate_json(outcome.tags), FARunInput.model_validate_json(outcome.record)
            scored = [_rescored(tag, repeated) for tag in tags]
            if scored != tags:
                worst = max((tag.severity for tag in scored), default=0.0)
                record = record.model_copy(update={"max_severity": worst})
                changed.append(to_outcome(record, scored, outcome.notes))
            summary.add_item(scored)
            notes = ItemNotes.model_validate_json(outcome.notes)
            tally.add(notes.feature_kind, notes.ran, notes.skipped, record.eval_metrics, record.security_flags)
            tally.unsafe_inputs += bool(notes.security.input_codes)
        store(changed)
        yield
    return tally.result(run.id, run.options, summary.summary(), run.created_at), tally


def to_outcome(record: FARunInput, tags: Sequence[FATag], notes: str) -> ItemOutcome:
    """An examined item, ready to be stored."""
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


def _rescored(tag: FATag, repeated: dict[str, Recurrence]) -> FATag:
    recurrence = repeated.get(tag.subcategory_id)
    if recurrence is None or tag.decision != "fail" or tag.scoring_breakdown is None:
        return tag
    receipt = rescore(tag.scoring_breakdown, recurrence)
    return tag.model_copy(update={"severity": receipt.final_severity, "scoring_breakdown": receipt})


def _batches(outcomes: Iterator[ItemOutcome], size: int) -> Iterator[list[ItemOutcome]]:
    while batch := list(islice(outcomes, size)):
        yield batch
