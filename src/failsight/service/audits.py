"""Audit items for security, and read stored runs as audits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from failsight.errors import NotFound
from failsight.model.analysis import AnalysisOptions
from failsight.model.run import FARunInput
from failsight.model.security import AuditBatch, AuditBatchItem, AuditBatchItemsPage, SecurityAuditResult
from failsight.model.stored_run import ItemNotes, ItemOutcome, RunRequest, StoredRun
from failsight.model.taxonomy import Taxonomy
from failsight.service.accounts import DEFAULT_PROJECT, AccountService
from failsight.service.evaluation_views import place_of_item
from failsight.service.ports import RecordFilter, Records, Runs
from failsight.service.submit import Order, SubmitService, item_of_trace
from failsight.service.vulnerabilities import VulnerabilityService

MAX_DETAILS = 100


class AuditService:
    """Starts audits, and shows every run with security flags as one."""

    def __init__(
        self,
        *,
        submit: SubmitService,
        vulnerabilities: VulnerabilityService,
        taxonomy: Taxonomy,
        runs: Runs,
        records: Records,
        accounts: AccountService,
    ) -> None:
        self._submit = submit
        self._vulnerabilities = vulnerabilities
        self._categories = {category.code: category for category in taxonomy.security_categories}
        self._runs = runs
        self._records = records
        self._accounts = accounts

    def audit(
        self,
        organization_id: str,
        dataset: Sequence[Any],
        categories: Sequence[str],
        project_name: str | None,
        request: RunRequest,
        api_key: str | None = None,
    ) -> tuple[StoredRun, bool]:
        """Checks ``categories`` (all that the project has not disabled when empty) on ``user_input`` and
        ``assistant_response`` of each item; the run, and whether it is finished. api_key: of the judge."""
        order = replace(self._order(organization_id, categories, project_name, request), api_key=api_key)
        return self._submit.submit(organization_id, [exchange(record) for record in dataset], order)

    def audit_trace(
        self,
        organization_id: str,
        trace: dict[str, Any],
        categories: Sequence[str],
        project_name: str | None,
        request: RunRequest,
        api_key: str | None = None,
    ) -> tuple[StoredRun, bool]:
        """As ``audit``, of the item that a trace stands for. The trace itself is not stored."""
        item = item_of_trace(trace)
        order = self._order(organization_id, categories, project_name, request, item.trace_id)
        order = replace(order, api_key=api_key)
        return self._submit.start(organization_id, [item], order)

    def batch(self, organization_id: str, batch_id: str) -> SecurityAuditResult:
        """Raises NotFound."""
        run = self._run(organization_id, batch_id)
        batch = self._batch(run, self._records.flag_counts([run.id])[run.id])
        flags = (run.result.security_flags if run.result else None) or {}
        safe = (run.checked_items or 0) - (run.unsafe_items or 0)
        return SecurityAuditResult(
            **dict(batch),
            audit_id=run.id,
            safe_count=safe,
            unsafe_count=batch.unsafe_items,
            details=self._shown(run),
            categories_checked=list(flags),
            categories_not_checked=[code for code in self._categories if code not in flags],
            judge=run.result.judge if run.result else None,
        )

    def batches(self, organization_id: str, project_ids: Sequence[str], limit: int, offset: int) -> list[AuditBatch]:
        """Newest first. Raises NotFound for a project that is not there."""
        for project_id in project_ids:
            self._accounts.project_by_id(organization_id, project_id)
        found, _ = self._records.page(organization_id, "security", RecordFilter(project_ids), limit, offset)
        counts = self._records.flag_counts([run.id for run in found])
        return [self._batch(run, counts[run.id]) for run in found]

    def items(self, organization_id: str, batch_id: str, page: int, page_size: int) -> AuditBatchItemsPage:
        """Items in their order; ``page`` counts from 1. While a run goes on, those that are done."""
        run = self._run(organization_id, batch_id)
        first = (page - 1) * page_size
        indices = list(range(first, min(first + page_size, run.total_items)))
        found = [self._item(run, outcome) for outcome in self._runs.outcomes(run.id, indices)] if indices else []
        return AuditBatchItemsPage(items=found, total=run.total_items, page=page, page_size=page_size)

    def item(self, organization_id: str, item_id: str) -> AuditBatchItem:
        """Raises NotFound."""
        run_id, index = place_of_item(item_id)
        run = self._run(organization_id, run_id)
        for outcome in self._runs.outcomes(run_id, [index]):
            return self._item(run, outcome)
        raise NotFound(kind="item", name=item_id)

    def _order(
        self,
        organization_id: str,
        categories: Sequence[str],
        project_name: str | None,
        request: RunRequest,
        trace_id: str | None = None,
    ) -> Order:
        project_name = project_name or DEFAULT_PROJECT
        wanted = tuple(categories) or self._vulnerabilities.enabled(organization_id, project_name)
        options = AnalysisOptions(
            mode="minimal" if trace_id is None else "full",
            input_type="json" if trace_id is None else "trace",
            run_checks=False,
            run_eval=False,
            run_security=not wanted,
            mandatory_security_categories=wanted,
        )
        return Order(options, project_name, trace_id, "security", request)

    def _run(self, organization_id: str, run_id: str) -> StoredRun:
        found = self._records.run(organization_id, "security", run_id)
        if found is None:
            raise NotFound(kind="audit batch", name=run_id)
        return found

    def _batch(self, run: StoredRun, counts: Mapping[str, int]) -> AuditBatch:
        unsafe, total = run.unsafe_items or 0, max(run.total_items, 1)
        triggered = {code: count for code, count in counts.items() if count}
        ordered = [code for code in self._categories if code in triggered]
        top = max(ordered, key=triggered.__getitem__, default=None)
        done = run.status == "completed"
        return AuditBatch(
            id=run.id,
            batch_id=run.id,
            project_id=run.project_id or "",
            batch_name=run.request.name,
            name=run.request.name or f"Audit {run.created_at[:16]}",
            code=run.id[:8],
            status=run.status,
            total_items=run.total_items,
            unsafe_items=unsafe,
            unsafe_rate=round(unsafe / total, 6),
            unsafe_inputs=run.unsafe_inputs or 0,
            unsafe_input_rate=round((run.unsafe_inputs or 0) / total, 6),
            unchecked_items=run.total_items - (run.checked_items or 0) if done else 0,
            triggered_categories={code: triggered[code] for code in ordered},
            top_risk_category=top,
            safety_score=round(((run.checked_items or 0) - unsafe) / total, 6),
            created_at=run.created_at,
        )

    def _shown(self, run: StoredRun) -> list[AuditBatchItem]:
        """All items of a small batch, the first unsafe ones of a large one."""
        if run.total_items <= MAX_DETAILS:
            return [self._item(run, outcome) for outcome in self._runs.outcomes(run.id)]
        wanted, found = min(run.unsafe_items or 0, MAX_DETAILS), list[AuditBatchItem]()
        for outcome in self._runs.outcomes(run.id) if wanted else ():
            if '"fail"' in outcome.record:
                item = self._item(run, outcome)
                found += [item] if item.triggered_categories else []
                if len(found) == wanted:
                    break
        return found

    def _item(self, run: StoredRun, outcome: ItemOutcome) -> AuditBatchItem:
        record, notes = FARunInput.model_validate_json(outcome.record), ItemNotes.model_validate_json(outcome.notes)
        flags, reasons = record.security_flags, notes.security
        triggered = [code for code, flag in flags.items() if flag == "fail"]
        status = "unsafe" if triggered else "safe" if flags else "not_checked"
        name = f"{run.id}.{outcome.item_index}"
        told = [f"{code} {self._name(code)}: {reason}" for code, reason in reasons.reasons.items()]
        unchecked = "No category could be checked on this item." if status == "not_checked" else None
        return AuditBatchItem(
            id=name,
            item_id=name,
            item_index=outcome.item_index,
            batch_id=run.id,
            user_input=record.input_text,
            assistant_response=record.output_text,
            is_safe=status == "safe",
            status=status,
            triggered_categories=triggered,
            risk_categories=triggered,
            checked_categories=list(flags),
            top_risk_name=self._name(triggered[0]) if triggered else None,
            risk_score=reasons.risk or 0.0,
            explanation="\n".join(told) or unchecked,
            input_safety_categories=reasons.input_codes,
            output_safety_categories=reasons.output_codes,
            input_safety="unsafe" if reasons.input_codes else "safe" if flags else "not_checked",
            timestamp=run.created_at,
            input_short=record.input_preview,
            output_short=record.output_preview,
            audit_metadata=record.metadata,
        )

    def _name(self, code: str) -> str:
        return self._categories[code].name if code in self._categories else code


def exchange(record: Any) -> Any:
    """An item of an audit's data set in the names of an analysis: a list in ``conversation_history`` is the
    conversation."""
    if not isinstance(record, Mapping):
        return record
    history = record.get("conversation_history")
    readable = isinstance(history, list) and all(isinstance(message, Mapping) for message in history)
    rest = {key: value for key, value in record.items() if key != "conversation_history" or not readable}
    return rest | {"conversation": history} if readable and "conversation" not in rest else rest
