"""Every completed failure analysis and audit is also a test run: its items are results of tests, so that dashboards
fill by themselves and there is one truth about what passed. Evaluations are none: their scores have no threshold, so
that nothing would be decided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from failsight.formats.test_records import TypedRecord
from failsight.model.stored_run import ItemOutcome, StoredRun
from failsight.service.import_results import NAME_LIMIT, read_record
from failsight.service.ports import Clock
from failsight.service.result_ports import ResultBatch, Results
from failsight.stats.window import read_moment

ITEMS = 100
RECORDED = frozenset({"failure_analysis", "security"})
_DECIDED = {"pass": True, "fail": False}
_FROM_METADATA = ("behavior", "category", "topic")


class RunRecorder:
    """Ids follow from the run and its items, so that recording a run again changes nothing."""

    def __init__(self, results: Results, clock: Clock, security_names: Mapping[str, str]) -> None:
        """security_names: of security categories by code."""
        self._results = results
        self._clock = clock
        self._security_names = security_names

    def record(self, run: StoredRun, outcomes: Iterable[ItemOutcome]) -> Iterator[None]:
        """Keeps the run, a test for each item (known by the item's own id, else by its input), and its result; yields
        after each batch."""
        if run.kind not in RECORDED:
            return
        writer = self._results.writer(run.organization_id, self._clock.now_iso())
        now = read_moment(run.created_at)
        name = run.request.name or (f"{run.project_name} {run.created_at[:16]}" if run.project_name else None)
        records = self._records(run, (name or "")[:NAME_LIMIT] or None, outcomes)
        while some := list(islice(records, 2 * ITEMS)):
            batch = ResultBatch()
            for record in some:
                batch.add(read_record(record, now))
            writer.keep(batch)
            yield

    def _records(self, run: StoredRun, name: str | None, outcomes: Iterable[ItemOutcome]) -> Iterator[TypedRecord]:
        run_id = _uuid(run.id)
        yield TypedRecord(1, "test_run", {"id": run_id, "name": name, "created_at": run.created_at})
        for outcome in outcomes:
            item = json.loads(outcome.record)
            test_id = str(uuid5(NAMESPACE_URL, f"{run.organization_id}/{run.project_id}/{_identity(item)}"))
            yield TypedRecord(1, "test", {"id": test_id, **_about(item)})
            result = {"id": str(uuid5(NAMESPACE_URL, f"{run_id}/{outcome.item_index}")), "test_id": test_id}
            is_audit = run.kind == "security"
            metrics = self._flags(item) if is_audit else _metrics(item, json.loads(outcome.tags))
            result |= {"test_run_id": run_id, "created_at": run.created_at}
            about = {"test_metrics": {"metrics": metrics}, "test_output": {"output": item["output_text"]}}
            yield TypedRecord(1, "test_result", {**result, **about})

    def _flags(self, item: dict[str, Any]) -> dict[str, Any]:
        """A metric for each security category that was checked."""
        return {
            f"{code} {self._security_names.get(code, '')}".rstrip(): {"is_successful": _DECIDED.get(flag)}
            for code, flag in (item.get("security_flags") or {}).items()
        }


def _about(item: dict[str, Any]) -> dict[str, Any]:
    """The test's prompt, and what the item's metadata says about it in texts that a name may be."""
    known = item.get("metadata") or {}
    about: dict[str, Any] = {name: known[name] for name in _FROM_METADATA if _is_name(known.get(name))}
    tags = known.get("tags")
    if isinstance(tags, list):
        about["tags"] = [tag for tag in tags if _is_name(tag)]
    return about | {"prompt": str(item["input_text"]).replace("\0", " ")}


def _metrics(item: dict[str, Any], tags: list[dict[str, Any]]) -> dict[str, Any]:
    """A metric for each checked subcategory, decided unless the check was unsure; evaluation metrics have a score but
    no threshold, so they decide nothing."""
    metrics: dict[str, Any] = {
        name: {"score": score, "is_successful": None} for name, score in (item.get("eval_metrics") or {}).items()
    }
    for tag in tags:
        metrics[tag["subcategory_name"] or tag["subcategory_id"]] = {
            "is_successful": _DECIDED.get(tag["decision"]),
            "severity": tag["severity"],
            "confidence": tag["confidence"],
            "reason": tag["judge_rationale"],
        }
    return metrics


def _identity(item: dict[str, Any]) -> str:
    if item.get("item_id"):
        return f"id {item['item_id']}"
    normal = " ".join(str(item["input_text"]).lower().split())
    return f"input {hashlib.sha256(normal.encode('utf-8', 'replace')).hexdigest()}"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= NAME_LIMIT and "\0" not in value


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, text))
