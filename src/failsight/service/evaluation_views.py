"""Stored runs and items in the terms of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from failsight.errors import NotFound
from failsight.model.evaluation import EvalItemDetail
from failsight.model.item import Item
from failsight.model.run import FARunInput
from failsight.model.stored_run import ItemNotes, ItemOutcome, StoredRun


def scores_of(run: StoredRun) -> dict[str, float]:
    """Mean score by metric; empty until the run is completed."""
    return (run.result.eval_metrics if run.result else None) or {}


def overall_score(run: StoredRun) -> float | None:
    """The mean of the run's metrics, None when none was measured."""
    scores = scores_of(run)
    return round(fmean(scores.values()), 4) if scores else None


def not_measured(run: StoredRun) -> dict[str, str]:
    """Reasons by metric, for metrics that have no score on any item of the run."""
    reasons = dict(run.request.not_computed)
    scores = scores_of(run)
    for line in run.result.detectors_skipped if run.result else ():
        name, _, reason = line.removeprefix("metric:").partition(": ")
        if line.startswith("metric:") and name not in scores:
            reasons.setdefault(name, reason)
    return reasons


def place_of_item(item_id: str) -> tuple[str, int]:
    """Run id and index of an item id ``<run>.<index>``; raises NotFound for anything else."""
    run_id, _, index = item_id.rpartition(".")
    if not run_id or not index.isdecimal() or not index.isascii() or len(index) > 9:
        raise NotFound(kind="item", name=item_id)
    return run_id, int(index)


def item_detail(run_id: str, outcome: ItemOutcome, sent: Mapping[int, str]) -> EvalItemDetail:
    """An examined item as an evaluation shows it; ``sent`` has the items as they were sent, by index."""
    record, notes = FARunInput.model_validate_json(outcome.record), ItemNotes.model_validate_json(outcome.notes)
    scores = record.eval_metrics
    missing = {
        name.removeprefix("metric:"): reason for name, reason in notes.skipped.items() if name.startswith("metric:")
    }
    name = f"{run_id}.{outcome.item_index}"
    return EvalItemDetail(
        id=name,
        item_id=name,
        item_index=outcome.item_index,
        run_id=run_id,
        input=record.input_text,
        output=record.output_text,
        context="\n\n".join(record.context) if record.context else None,
        expected=expected_text(Item.model_validate_json(sent[outcome.item_index])),
        overall_score=round(fmean(scores.values()), 4) if scores else None,
        metric_scores=scores,
        explanations=notes.explanations,
        receipts=record.eval_receipts,
        metadata={**record.metadata, "metrics_not_measured": missing},
    )


def expected_text(item: Item) -> str | None:
    """The expected answer as one text, alternatives on lines of their own."""
    expected = item.expected
    return "\n".join(expected) if isinstance(expected, tuple) else expected
