"""What a worker writes: examined items, and a run's result. Each is part of its job's transaction."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from failsight.engine.run_tally import RunTally
from failsight.model.run import FARunResult
from failsight.model.stored_run import ItemOutcome
from failsight.storage.tables import failures, run_flags, run_items, runs


def save_outcomes(
    connection: sa.Connection, organization_id: str, run_id: str, outcomes: Sequence[ItemOutcome]
) -> None:
    """Stores examined items and their failures, over anything stored for them before; part of a job's transaction."""
    if not outcomes:
        return
    indices = [outcome.item_index for outcome in outcomes]
    connection.execute(sa.delete(failures).where(failures.c.run_id == run_id, failures.c.item_index.in_(indices)))
    update = (
        sa.update(run_items)
        .where(run_items.c.run_id == run_id, run_items.c.item_index == sa.bindparam("at"))
        .values(done=True, record=sa.bindparam("r"), tags=sa.bindparam("t"), notes=sa.bindparam("n"))
    )
    connection.execute(update, [{"at": o.item_index, "r": o.record, "t": o.tags, "n": o.notes} for o in outcomes])
    rows = [
        failure.model_dump() | {"run_id": run_id, "organization_id": organization_id}
        for outcome in outcomes
        for failure in outcome.failures
    ]
    if rows:
        connection.execute(sa.insert(failures), rows)


def finish_run(connection: sa.Connection, run_id: str, result: FARunResult, tally: RunTally, finished_at: str) -> None:
    """The run's result without items, and the columns and rows that lists and insights read."""
    summary = result.summary
    counts = [
        {"run_id": run_id, "code": code, "failed_items": seen["fail"], "checked_items": seen["fail"] + seen["pass"]}
        for code, seen in tally.flag_items.items()
    ]
    if counts:
        connection.execute(sa.insert(run_flags), counts)
    connection.execute(
        sa.update(runs)
        .where(runs.c.id == run_id)
        .values(
            status="completed",
            finished_at=finished_at,
            feature_kind=result.feature_kind,
            failures=summary.total_failures_detected,
            passes=summary.total_passes,
            failed_items=summary.items_with_failures,
            overall_severity=summary.overall_severity,
            primary_failure=summary.primary_failure,
            duration_ms=result.duration_ms,
            checked_items=tally.checked_items,
            unsafe_items=tally.unsafe_items,
            unsafe_inputs=tally.unsafe_inputs,
            result=result.model_dump_json(),
        )
    )
