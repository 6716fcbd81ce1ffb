"""From findings to tags: places, receipts and overrides."""

from __future__ import annotations

from collections import Counter

from failsight.engine.assembly import build_input, build_tags, failing_subcategories, preview
from failsight.engine.detector import Evidence, Finding
from failsight.engine.metric import Score
from failsight.engine.pipeline import Examination, SourcedFinding
from failsight.model.item import Item
from failsight.model.run import FARunInput
from failsight.model.tag import FATag
from failsight.wiring.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
ITEM = Item.model_validate(
    {
        "id": 7,
        "input": "mail?",
        "output": "a@b.example",
        "context": "one",
        "tool_calls": [{"name": "f", "args": {"x": 1}}],
    }
)
EVIDENCE = Evidence("text", "an e-mail address", "output", "a@b.example", 0, 11, details={"kind": "email"})


def examination(**findings: list[SourcedFinding]) -> Examination:
    return Examination(3, ITEM, "generic_llm", findings=dict(findings))


def sourced(sub: str, decision: str, probability: float, detector: str = "d@1", **more) -> SourcedFinding:  # type: ignore[no-untyped-def]
    return SourcedFinding(detector, Finding(sub, decision, probability, "because", **more))


def tags_of(seen: Examination, failing: Counter[str] | None = None, items: int = 1) -> list[FATag]:
    return build_tags(seen, TAXONOMY, "run", failing or Counter(), items)


def test_one_tag_a_subcategory_in_the_order_of_the_taxonomy() -> None:
    seen = examination(
        pii_leak=[sourced("pii_leak", "pass", 0.1)], task_not_followed=[sourced("task_not_followed", "pass", 0.1)]
    )
    assert [tag.subcategory_id for tag in tags_of(seen)] == ["task_not_followed", "pii_leak"]
    assert [tag.tag_id for tag in tags_of(seen)] == ["run.3.task_not_followed", "run.3.pii_leak"]


def test_a_tag_carries_its_place_evidence_and_detectors() -> None:
    seen = examination(
        pii_leak=[
            sourced("pii_leak", "fail", 0.9, evidence=(EVIDENCE,)),
            sourced("pii_leak", "pass", 0.2, "e@2", evidence=(EVIDENCE,)),
        ]
    )
    (tag,) = tags_of(seen)
    assert (tag.bucket_id, tag.bucket_name, tag.item_index) == ("security", "Security & Safety", 3)
    assert tag.detectors == ["d@1", "e@2"]
    assert [piece.item_id for piece in tag.evidence_items] == ["run.3.pii_leak.0", "run.3.pii_leak.1"]
    first = tag.evidence_items[0]
    assert first.metadata == {"detector": "d@1", "kind": "email", "start": 0, "end": 11}
    assert ITEM.output[first.metadata["start"] : first.metadata["end"]] == first.content_snippet
    assert tag.scoring_breakdown is not None
    assert tag.severity == tag.scoring_breakdown.final_severity
    assert tag.confidence == tag.scoring_breakdown.final_confidence
    assert FATag.model_validate(tag.model_dump()) == tag


def test_who_decided() -> None:
    rule, model = sourced("pii_leak", "fail", 0.9), sourced("pii_leak", "fail", 0.9, family="model")
    judge = sourced("pii_leak", "fail", 0.9, family="judge")
    used = [tags_of(examination(pii_leak=list(f)))[0].detector_type_used for f in ((rule,), (rule, model), (judge,))]
    assert used == ["deterministic", "hybrid", "llm_judge"]


def test_recurrence_of_the_run_raises_severity() -> None:
    seen = examination(truncated_output=[sourced("truncated_output", "fail", 0.9)])
    alone = tags_of(seen)[0].severity
    assert tags_of(seen, Counter(truncated_output=5), 10)[0].severity > alone


def test_a_failure_tied_to_a_critical_category_is_overridden() -> None:
    seen = examination(pii_leak=[sourced("pii_leak", "fail", 0.9, extent=0.0)])
    seen.flags = {"S10": "fail"}
    (tag,) = tags_of(seen)
    assert tag.severity == 4.5
    assert tag.scoring_breakdown is not None
    assert tag.scoring_breakdown.security_override == "S10 Privacy Violations"
    seen.flags = {"S10": "pass"}
    assert tags_of(seen)[0].severity < 4.5


def test_related_metrics_stand_on_the_tag() -> None:
    seen = examination(task_not_followed=[sourced("task_not_followed", "fail", 0.9)])
    seen.scores = {"task_adherence": Score(0.25, "why"), "fluency": Score(0.9, "why")}
    (tag,) = tags_of(seen)
    assert tag.eval_metric_values == {"task_adherence": 0.25}
    assert tag.confidence == 0.95


def test_failing_subcategories() -> None:
    seen = examination(
        pii_leak=[sourced("pii_leak", "pass", 0.1), sourced("pii_leak", "fail", 0.6)],
        over_refusal=[sourced("over_refusal", "unsure", 0.5)],
    )
    assert failing_subcategories(seen) == ["pii_leak"]


def test_the_record_counts_its_tags() -> None:
    seen = examination(
        pii_leak=[sourced("pii_leak", "fail", 0.9)],
        over_refusal=[sourced("over_refusal", "unsure", 0.5)],
        truncated_output=[sourced("truncated_output", "pass", 0.1)],
    )
    tags = tags_of(seen)
    record = build_input(seen, tags)
    assert (record.failure_count, record.pass_count, record.unsure_count) == (1, 1, 1)
    assert record.max_severity == max(tag.severity for tag in tags)
    assert (record.item_index, record.item_id, record.context) == (3, "7", ["one"])
    assert record.tool_calls == [{"name": "f", "arguments": {"x": 1}}]
    assert FARunInput.model_validate(record.model_dump()) == record


def test_previews_are_one_short_line() -> None:
    assert preview("a\n  b") == "a b"
    assert len(preview("word " * 1000)) == 160
    assert preview("word " * 1000).endswith("…")
