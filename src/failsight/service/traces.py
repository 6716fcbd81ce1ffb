"""Keep uploaded traces and show their parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from failsight.engine.assembly import preview
from failsight.errors import TraceNotFound
from failsight.formats.trace.item import trace_item
from failsight.formats.trace.reader import full_trace, read_trace
from failsight.formats.trace.upload import traces_in
from failsight.model.item import Item
from failsight.model.run import FARunInput
from failsight.model.stored_run import ItemNotes
from failsight.model.stored_trace import StoredTrace
from failsight.model.trace import Trace, TraceEvalStep, TraceFullResult, TraceListResponse, TraceSummary
from failsight.service.accounts import DEFAULT_PROJECT, AccountService
from failsight.service.evaluation_views import expected_text
from failsight.service.ports import Clock, Records, Runs, Traces

NOT_MEASURED = "not_measured"
MAX_STEPS = 100
"""Items of an evaluation that are shown as steps of its trace; of a trace there is one."""


class TraceService:
    """Everything belongs to one organization; a repeated trace id is an update."""

    def __init__(self, traces: Traces, runs: Runs, records: Records, accounts: AccountService, clock: Clock) -> None:
        self._traces = traces
        self._runs = runs
        self._records = records
        self._accounts = accounts
        self._clock = clock

    def upload(self, organization_id: str, body: Any, project_name: str | None, project_id: str | None) -> list[str]:
        """Stores the traces of a request body; their ids. Raises InvalidInput when there is none in it."""
        read = [read_trace(raw) for raw in traces_in(body)]
        if project_id is not None and project_name is None:
            project = self._accounts.project_by_id(organization_id, project_id)
        else:
            project = self._accounts.project(organization_id, project_name or DEFAULT_PROJECT)
        now = self._clock.now_iso()
        stored = []
        for trace in read:
            item = trace_item(trace)
            record = trace.to_record(preview(item.input) or None, preview(item.output) or None)
            raw = json.dumps(trace.raw, ensure_ascii=False)
            stored.append(
                StoredTrace(
                    trace_id=trace.trace_id,
                    project_id=project.id,
                    record=record,
                    raw=raw,
                    uploaded_at=now,
                    updated_at=now,
                )
            )
        self._traces.save(organization_id, list({trace.trace_id: trace for trace in stored}.values()))
        return [trace.trace_id for trace in stored]

    def page(self, organization_id: str, project_id: str | None, page: int, page_size: int) -> TraceListResponse:
        """Traces, last uploaded first; raises NotFound for a project that is not there."""
        if project_id is not None:
            self._accounts.project_by_id(organization_id, project_id)
        found, total = self._traces.page(organization_id, project_id, page_size, (page - 1) * page_size)
        evaluated = {trace for trace, _ in self._records.evaluations_of(organization_id, [t.trace_id for t in found])}
        traces = [
            trace.record.model_copy(
                update={
                    "project_id": trace.project_id or "",
                    "project_name": trace.project_name,
                    "eval_available": trace.trace_id in evaluated,
                    "created_at": trace.record.created_at or trace.uploaded_at,
                }
            )
            for trace in found
        ]
        return TraceListResponse(traces=traces, total=total, page=page, page_size=page_size)

    def trace(self, organization_id: str, trace_id: str) -> Trace:
        """Raises TraceNotFound."""
        stored = self._traces.trace(organization_id, trace_id)
        if stored is None:
            raise TraceNotFound(name=trace_id)
        trace = read_trace(json.loads(stored.raw))
        place = {"project_id": stored.project_id or "", "project_name": stored.project_name, "trace_id": trace_id}
        created = trace.summary.created_at or stored.uploaded_at
        return trace.model_copy(update={"summary": trace.summary.model_copy(update=place | {"created_at": created})})

    def summary(self, organization_id: str, trace_id: str) -> TraceSummary:
        return self.trace(organization_id, trace_id).summary

    def full(self, organization_id: str, trace_id: str) -> TraceFullResult:
        return full_trace(self.trace(organization_id, trace_id))

    def eval_steps(self, organization_id: str, trace_id: str) -> list[TraceEvalStep]:
        """The newest evaluation of the trace, metric by metric; empty before it was evaluated. A metric that was asked
        for and not measured has no score and says why. Raises TraceNotFound when neither trace nor evaluation is
        there."""
        evaluations = self._records.evaluations_of(organization_id, [trace_id])
        if not evaluations:
            self.trace(organization_id, trace_id)
            return []
        return list(self._steps(organization_id, evaluations[0][1]))

    def _steps(self, organization_id: str, run_id: str) -> Iterator[TraceEvalStep]:
        run = self._records.run(organization_id, "evaluation", run_id)
        asked = run.options.mandatory_eval_metrics if run else ()
        outcomes = list(islice(self._runs.outcomes(run_id), MAX_STEPS))
        sent = self._records.items(run_id, [outcome.item_index for outcome in outcomes])
        for outcome in outcomes:
            record, notes = FARunInput.model_validate_json(outcome.record), ItemNotes.model_validate_json(outcome.notes)
            expected = expected_text(Item.model_validate_json(sent[outcome.item_index]))
            context = "\n\n".join(record.context) if record.context else None
            base = TraceEvalStep(
                run_id=run_id,
                input_text=record.input_text,
                output_text=record.output_text,
                context=context,
                expected=expected,
            )
            for name, score in record.eval_metrics.items():
                told = {"metric": name, "score": score, "explanation": notes.explanations.get(name)}
                yield base.model_copy(update=told)
            for name in asked:
                reason = notes.skipped.get(f"metric:{name}")
                if reason is not None:
                    yield base.model_copy(update={"metric": name, "explanation": reason, "status": NOT_MEASURED})
