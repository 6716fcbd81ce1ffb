"""The published models, field by field: every name, type and default that clients rely on, written out by hand."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from failsight.model import insight, job, run, tag, taxonomy

# As published: name: type = default. A required field has no default; Failsight may add fields, never drop one.
CONTRACT = {
    "FARunResult": """
        run_id: str = ""
        status: str = ""
        mode: str = ""
        input_type: str = ""
        feature_kind: str = ""
        summary: FASummary = FASummary()
        failure_tags: list[FATag] = []
        eval_metrics: dict[str, float] | None = None
        eval_run_id: str | None = None
        security_flags: dict[str, str] | None = None
        security_batch_id: str | None = None
        detectors_run: list[str] = []
        detectors_skipped: list[str] = []
        duration_ms: int = 0
        tokens_used: int = 0
        created_at: str | None = None
        inputs: list[FARunInput] = []
    """,
    "FASummary": """
        total_failures_detected: int = 0
        total_passes: int = 0
        total_uncertain: int = 0
        overall_severity: float = 0.0
        overall_confidence: float = 0.0
        primary_failure: str | None = None
        primary_failure_name: str | None = None
        buckets_affected: list[str] = []
        should_alert: bool = False
        should_gate_ci: bool = False
        needs_human_review: bool = False
        total_items: int = 0
        items_with_failures: int = 0
        items_all_passed: int = 0
    """,
    "FATag": """
        tag_id: str = ""
        bucket_id: str = ""
        bucket_name: str = ""
        subcategory_id: str = ""
        subcategory_name: str = ""
        decision: str = ""
        severity: float = 0.0
        confidence: float = 0.0
        detector_type_used: str = ""
        judge_rationale: str | None = None
        scoring_breakdown: FAScoringBreakdown | None = None
        eval_metric_values: dict[str, float] = {}
        evidence_items: list[FAEvidenceItem] = []
        item_index: int | None = None
        is_reviewed: bool = False
        reviewed_at: str | None = None
        issue_url: str | None = None
    """,
    "FAScoringBreakdown": """
        impact: int = 0
        risk: int = 0
        final_severity: float = 0.0
        final_confidence: float = 0.0
        frequency_weight: float = 1.0
        security_override: str | None = None
        deterministic_weight: float = 0.0
        judge_weight: float = 0.0
        security_weight: float = 0.0
        metric_agreement_bonus: float = 0.0
        disagreement_penalty: float = 0.0
    """,
    "FAEvidenceItem": """
        item_id: str = ""
        evidence_type: str = ""
        description: str = ""
        source: str = ""
        confidence: float = 1.0
        content_snippet: str | None = None
        metadata: dict[str, Any] = {}
    """,
    "FARunInput": """
        item_index: int = 0
        input_text: str = ""
        output_text: str = ""
        input_preview: str = ""
        output_preview: str = ""
        context: list[str] | None = None
        tool_calls: list[dict[str, Any]] | None = None
        trace_id: str | None = None
        failure_count: int = 0
        pass_count: int = 0
        unsure_count: int = 0
        max_severity: float = 0.0
    """,
    "FARunListPage": """
        items: list[FARunListItem] = []
        total: int = 0
        page: int = 1
        page_size: int = 20
        has_more: bool = False
    """,
    "FARunListItem": """
        run_id: str = ""
        status: str = ""
        input_type: str = ""
        minimal_mode: bool = False
        dataset_item_count: int = 0
        created_at: str = ""
        feature_kind: str | None = None
        project_name: str | None = None
        trace_id: str | None = None
        total_failures_detected: int | None = None
        total_passes: int | None = None
        primary_failure: str | None = None
        overall_severity: float | None = None
        eval_run_id: str | None = None
        security_batch_id: str | None = None
        has_security_issues: bool | None = None
        duration_ms: int | None = None
    """,
    "FABucket": """
        bucket_id: str = required
        bucket_name: str = required
        description: str = ""
        subcategories: list[FASubcategory] = []
    """,
    "FASubcategory": """
        subcategory_id: str = required
        subcategory_name: str = required
        description: str = ""
        detection_approach: str = "llm_judge"
        applies_to: list[str] = ["all"]
        requires_retrieval: bool = False
        requires_tools: bool = False
        minimal_mode_compatible: bool = True
        required_inputs: list[str] = []
        related_eval_metrics: list[str] = []
        related_security_categories: list[str] = []
        impact_score: int = 1
        risk_category: str = "medium"
    """,
    "FAInsightsSummary": """
        total_runs: int = 0
        total_items_analyzed: int = 0
        overall_failure_rate: float = 0.0
        average_severity: float = 0.0
        period_days: int = 30
        period_start: str | None = None
        period_end: str | None = None
        project_name: str | None = None
        top_recurring_failures: list[FARecurringFailure] = []
        bucket_distribution: list[FABucketDistribution] = []
    """,
    "FARecurringFailure": """
        subcategory_id: str = ""
        subcategory_name: str = ""
        bucket_id: str = ""
        bucket_name: str = ""
        occurrence_count: int = 0
        affected_runs: int = 0
        trend_percent: float = 0.0
    """,
    "FABucketDistribution": """
        bucket_id: str = ""
        bucket_name: str = ""
        failure_count: int = 0
        percentage: float = 0.0
    """,
    "FATrends": """
        period_days: int = 30
        project_name: str | None = None
        trend_data: list[FATrendDataPoint] = []
    """,
    "FATrendDataPoint": """
        date: str = ""
        failure_count: int = 0
        pass_count: int = 0
        total_runs: int = 0
        failure_rate: float = 0.0
    """,
    "FASecurityInsightsSummary": """
        total_runs_with_security: int = 0
        runs_with_issues: int = 0
        total_issues_found: int = 0
        issues_by_category: list[FASecurityCategoryIssue] = []
        top_categories: list[FASecurityCategoryIssue] = []
        period_days: int = 30
        period_start: str | None = None
        period_end: str | None = None
        project_name: str | None = None
    """,
    "FASecurityCategoryIssue": """
        category_id: str = ""
        category_name: str = ""
        issue_count: int = 0
        severity: str = "medium"
    """,
    "FAPlaygroundResult": """
        run_id: str = ""
        summary: FASummary = FASummary()
        failure_tags: list[FATag] = []
        checks_passed: int = 0
        security_flags: dict[str, str] = {}
        duration_ms: int = 0
        playground_runs_today: int = 0
        playground_limit_per_day: int = 10
    """,
    "FAJobStatus": """
        job_id: str = ""
        job_type: str = "failure_analysis"
        status: str = "queued"
        progress_percent: float = 0.0
        current_item: int = 0
        total_items: int = 0
        started_at: str | None = None
        finished_at: str | None = None
        estimated_remaining_seconds: int | None = None
        error: str | None = None
    """,
}  # fmt: skip
NOUNS = {name: thing for home in (insight, job, run, tag, taxonomy) for name, thing in inspect.getmembers(home)}
# Where the published type is a plain text, ours may say which texts.
NARROWED = {
    "detection_approach": "Literal['deterministic', 'llm_judge', 'hybrid']",
    "risk_category": "Literal['low', 'medium', 'high', 'critical']",
    "applies_to": "list[Literal['all', 'rag', 'agent', 'agentic_rag', 'tool_agent', 'multimodal']]",
}


def rows() -> list[tuple[str, str, str, str]]:
    found = []
    for noun, table in CONTRACT.items():
        for line in table.strip().splitlines():
            name, rest = line.strip().split(": ", 1)
            kind, default = rest.split(" = ")
            found.append((noun, name, kind, default))
    return found


def shown(annotation: Any) -> str:
    text = (
        annotation.__name__ if inspect.isclass(annotation) and not hasattr(annotation, "__args__") else str(annotation)
    )
    for prefix in ("failsight.model.tag.", "failsight.model.run.", "failsight.model.taxonomy.", "typing."):
        text = text.replace(prefix, "")
    return text.replace("failsight.model.insight.", "")


@pytest.mark.parametrize(("noun", "name", "kind", "default"), rows())
def test_field(noun: str, name: str, kind: str, default: str) -> None:
    field = NOUNS[noun].model_fields[name]
    assert shown(field.annotation) in {kind, NARROWED.get(name)}
    if default == "required":
        assert field.is_required()
    else:
        expected = eval(default, {"FASummary": run.FASummary})
        assert field.get_default(call_default_factory=True) == expected


@pytest.mark.parametrize("noun", CONTRACT)
def test_nouns_are_frozen_and_ignore_unknown_keys(noun: str) -> None:
    needed = {"bucket_id": "b", "bucket_name": "B", "subcategory_id": "s", "subcategory_name": "S"}
    made = NOUNS[noun].model_validate({**needed, "a_key_of_tomorrow": 1})
    assert "a_key_of_tomorrow" not in made.model_dump()
    assert NOUNS[noun].model_validate_json(made.model_dump_json()) == made
    with pytest.raises(ValueError, match="frozen"):
        setattr(made, next(iter(NOUNS[noun].model_fields)), None)
