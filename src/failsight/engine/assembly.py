"""From an examination and the run's recurrence to the tags and the input record of one item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from failsight.engine.detector import Evidence, Family, Finding
from failsight.engine.pipeline import Examination, SourcedFinding, decision_of
from failsight.engine.scoring import Recurrence, breakdown, merge
from failsight.model.item import ToolCall
from failsight.model.run import FARunInput
from failsight.model.tag import FAEvidenceItem, FATag
from failsight.model.taxonomy import FABucket, FASubcategory, Taxonomy

PREVIEW = 160
ALONE = Recurrence()
_VOICES: dict[Family, str] = {
    "rule": "deterministic",
    "security": "deterministic",
    "model": "hybrid",
    "judge": "llm_judge",
}


def failing_subcategories(examination: Examination) -> list[str]:
    """Subcategories this item fails, for the run's recurrence."""
    return [sub for sub, found in examination.findings.items() if decision_of(found) == "fail"]


def build_tags(
    examination: Examination, taxonomy: Taxonomy, run_id: str, failing: Counter[str], items: int
) -> list[FATag]:
    """One tag for each checked subcategory, in the order of the taxonomy. ``failing`` counts the run's failing items
    by subcategory, ``items`` all its items."""
    tags = []
    for sub, place in taxonomy.subcategories().items():
        found = examination.findings.get(sub)
        if found:
            recurrence = Recurrence(failing[sub], items) if failing.get(sub) else ALONE
            tags.append(_tag(examination, taxonomy, place, found, recurrence, run_id))
    return tags


def build_input(examination: Examination, tags: list[FATag]) -> FARunInput:
    """The item's record in the run, its counts read off its tags."""
    item = examination.item
    decisions = [tag.decision for tag in tags]
    return FARunInput.trusted(
        {
            "item_index": examination.index,
            "input_text": item.input,
            "output_text": item.output,
            "input_preview": preview(item.input),
            "output_preview": preview(item.output),
            "context": None if item.context is None else list(item.context),
            "tool_calls": None if item.tool_calls is None else [_plain(call) for call in item.tool_calls],
            "trace_id": item.trace_id,
            "failure_count": decisions.count("fail"),
            "pass_count": decisions.count("pass"),
            "unsure_count": decisions.count("unsure"),
            "max_severity": max((tag.severity for tag in tags), default=0.0),
            "item_id": item.id,
            "eval_metrics": {name: round(score.value, 4) for name, score in examination.scores.items()},
            "security_flags": examination.flags,
            "metadata": item.metadata,
            "eval_receipts": {n: dict(one.receipt) for n, one in examination.scores.items() if one.receipt is not None},
        }
    )


def preview(text: str) -> str:
    """One line of at most 160 characters."""
    line = " ".join(text[: PREVIEW * 4].split())
    return line if len(line) <= PREVIEW else line[: PREVIEW - 1] + "…"


def _tag(
    examination: Examination,
    taxonomy: Taxonomy,
    place: tuple[FABucket, FASubcategory],
    found: list[SourcedFinding],
    recurrence: Recurrence,
    run_id: str,
) -> FATag:
    bucket, subcategory = place
    findings = [sourced.finding for sourced in found]
    decision, lead = merge(findings)
    metrics = _related(subcategory, examination)
    override = _override(subcategory, taxonomy, examination.flags) if decision == "fail" else None
    receipt = breakdown(subcategory, findings, recurrence, override, metrics)
    tag_id = f"{run_id}.{examination.index}.{subcategory.subcategory_id}"
    fields: dict[str, Any] = {  # up to 15 names are laid out at once; more would make it grow name by name
        "tag_id": tag_id,
        "bucket_id": bucket.bucket_id,
        "bucket_name": bucket.bucket_name,
        "subcategory_id": subcategory.subcategory_id,
        "subcategory_name": subcategory.subcategory_name,
        "decision": decision,
        "severity": receipt.final_severity,
        "confidence": receipt.final_confidence,
        "detector_type_used": _approach(findings),
        "judge_rationale": lead.rationale,
        "scoring_breakdown": receipt,
        "eval_metric_values": metrics,
        "evidence_items": _evidence_items(found, tag_id),
        "item_index": examination.index,
        "is_reviewed": False,
    }
    fields["reviewed_at"] = None
    fields["issue_url"] = None
    fields["detectors"] = list(dict.fromkeys([sourced.detector for sourced in found]))
    return FATag.trusted(fields)


def _related(subcategory: FASubcategory, examination: Examination) -> dict[str, float]:
    """The item's scores in the metrics that the taxonomy ties to a subcategory."""
    scores = examination.scores
    if not scores:
        return {}
    return {name: round(scores[name].value, 4) for name in subcategory.related_eval_metrics if name in scores}


def _approach(findings: list[Finding]) -> str:
    """``deterministic`` when only rules spoke, ``llm_judge`` when only a judge did, else ``hybrid``."""
    voices = {_VOICES[finding.family] for finding in findings}
    return voices.pop() if len(voices) == 1 else "hybrid"


def _override(subcategory: FASubcategory, taxonomy: Taxonomy, flags: Mapping[str, str]) -> str | None:
    """The first critical security category that this failure is tied to and that the item fails."""
    for category in taxonomy.security_categories:
        tied = category.code in subcategory.related_security_categories
        if tied and category.severity == "critical" and flags.get(category.code) == "fail":
            return f"{category.code} {category.name}"
    return None


def _evidence_items(found: list[SourcedFinding], tag_id: str) -> list[FAEvidenceItem]:
    """The evidence of all findings, numbered through."""
    pieces = [(sourced.detector, piece) for sourced in found for piece in sourced.finding.evidence]
    return [_evidence(piece, f"{tag_id}.{number}", detector) for number, (detector, piece) in enumerate(pieces)]


def _evidence(piece: Evidence, item_id: str, detector: str) -> FAEvidenceItem:
    metadata: dict[str, Any] = {"detector": detector, **piece.details}
    if piece.start is not None:
        metadata |= {"start": piece.start, "end": piece.end}
    return FAEvidenceItem.trusted(
        {
            "item_id": item_id,
            "evidence_type": piece.kind,
            "description": piece.description,
            "source": piece.source,
            "confidence": round(piece.confidence, 4),
            "content_snippet": piece.snippet,
            "metadata": metadata,
        }
    )


def _plain(call: ToolCall) -> dict[str, Any]:
    return call.model_dump(exclude_none=True)
