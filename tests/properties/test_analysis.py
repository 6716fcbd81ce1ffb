"""What holds for every run, whatever the items are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from failsight.engine.detectors import DETECTORS
from failsight.engine.heads import HEADS
from failsight.engine.metrics import METRICS
from failsight.engine.pipeline import Engine
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import FARunResult
from failsight.service.analyze import analyze
from failsight.storage.spool import MemorySpool
from failsight.testing.clock import FrozenClock
from failsight.testing.encoder import HashingEncoder
from failsight.wiring.taxonomy import load_taxonomy
from tests.properties.strategies import ITEMS

ENGINES = [
    Engine(load_taxonomy(), DETECTORS, METRICS, HEADS, encoder, version="test") for encoder in (None, HashingEncoder())
]  # fmt: skip
ENGINE = st.sampled_from(ENGINES)
OPTIONS = st.builds(
    AnalysisOptions,
    feature_kind=st.sampled_from([None, "rag", "agent", "agentic_rag", "generic_llm"]),
    mode=st.sampled_from(["minimal", "full"]),
    run_eval=st.booleans(),
    run_security=st.booleans(),
)
SUBCATEGORIES = sorted(load_taxonomy().subcategories())
BUCKETS = [bucket.bucket_id for bucket in load_taxonomy().buckets]
ROWS = st.lists(ITEMS, min_size=1, max_size=4)


def run(engine: Engine, rows: list[dict[str, Any]], options: AnalysisOptions) -> FARunResult:
    items = [Item.model_validate(row) for row in rows]
    return analyze(engine, items, options, run_id="run", spool=MemorySpool(), clock=FrozenClock()).result()


def decisions(result: FARunResult) -> list[dict[str, str]]:
    """The decisions of each item by subcategory, in the order of the items."""
    return [{tag.subcategory_id: tag.decision for tag in result.get_item_tags(i)} for i in range(len(result.inputs))]


@given(ENGINE, ITEMS, OPTIONS)
def test_every_subcategory_has_one_tag_or_one_reason(
    engine: Engine, row: dict[str, Any], options: AnalysisOptions
) -> None:
    result = run(engine, [row], options)
    tagged = [tag.subcategory_id for tag in result.failure_tags]
    skipped = [line.split(": ")[0] for line in result.detectors_skipped if not line.startswith(("metric:", "head:"))]
    assert sorted(tagged + skipped) == SUBCATEGORIES
    for tag in result.failure_tags:
        assert not (tag.judge_rationale or "").count("broke on this item"), tag.judge_rationale
        assert tag.judge_rationale
        assert 0.0 <= tag.confidence <= 1.0
        assert 0.0 <= tag.severity <= 5.0
        assert (tag.severity > 0) == (tag.decision == "fail")
        assert tag.evidence_items or tag.decision != "fail"
    assert not [line for line in result.detectors_skipped if "broke on this item" in line]


@given(ENGINE, ITEMS, OPTIONS)
def test_offsets_point_at_their_snippets(engine: Engine, row: dict[str, Any], options: AnalysisOptions) -> None:
    item = Item.model_validate(row)
    for tag in run(engine, [row], options).failure_tags:
        for piece in tag.evidence_items:
            text = getattr(item, piece.source, None)
            if isinstance(text, str) and "start" in piece.metadata:
                start, end = piece.metadata["start"], piece.metadata["end"]
                assert 0 <= start <= end <= len(text), tag
                assert piece.content_snippet is not None
                assert text[start:end].startswith(piece.content_snippet.rstrip("…")[:40]), tag


@given(ENGINE, ROWS, OPTIONS)
def test_the_same_items_give_the_same_bytes(
    engine: Engine, rows: list[dict[str, Any]], options: AnalysisOptions
) -> None:
    assert run(engine, rows, options).model_dump_json() == run(engine, rows, options).model_dump_json()


@given(ENGINE, ROWS, OPTIONS)
def test_the_order_of_items_changes_no_decision(
    engine: Engine, rows: list[dict[str, Any]], options: AnalysisOptions
) -> None:
    forwards = run(engine, rows, options)
    backwards = run(engine, rows[::-1], options)
    assert decisions(forwards) == decisions(backwards)[::-1]
    assert forwards.feature_kind == backwards.feature_kind
    assert forwards.security_flags == backwards.security_flags
    assert forwards.summary.total_failures_detected == backwards.summary.total_failures_detected


@given(
    ENGINE,
    ROWS,
    OPTIONS,
    st.lists(st.sampled_from(BUCKETS), max_size=2),
    st.lists(st.sampled_from(SUBCATEGORIES), min_size=1, max_size=2),
)
def test_filters_leave_out_and_change_nothing_else(
    engine: Engine, rows: list[dict[str, Any]], options: AnalysisOptions, buckets: list[str], subs: list[str]
) -> None:
    wanted = {
        sub
        for sub, (bucket, _) in engine.taxonomy.subcategories().items()
        if sub in subs or bucket.bucket_id in buckets
    }
    open_options = options.model_copy(update={"run_security": True})
    filtered = open_options.model_copy(update={"buckets": tuple(buckets), "subcategories": tuple(subs)})
    whole, part = run(engine, rows, open_options), run(engine, rows, filtered)
    expected = [{sub: word for sub, word in item.items() if sub in wanted} for item in decisions(whole)]
    assert decisions(part) == expected
    assert part.security_flags == whole.security_flags


@given(ENGINE, ROWS, OPTIONS)
def test_the_summary_follows_from_the_tags(
    engine: Engine, rows: list[dict[str, Any]], options: AnalysisOptions
) -> None:
    result = run(engine, rows, options)
    summary, tags = result.summary, result.failure_tags
    fails = [tag for tag in tags if tag.decision == "fail"]
    of_item = [result.get_item_tags(i) for i in range(len(rows))]
    assert summary.total_items == len(rows) == len(result.inputs)
    assert summary.total_failures_detected == len(fails)
    assert summary.total_passes == sum(tag.decision == "pass" for tag in tags)
    assert summary.total_uncertain == sum(tag.decision == "unsure" for tag in tags)
    assert summary.items_with_failures == sum(any(tag.decision == "fail" for tag in own) for own in of_item)
    assert summary.items_all_passed == sum(bool(own) and {t.decision for t in own} == {"pass"} for own in of_item)
    assert summary.overall_severity == max((tag.severity for tag in fails), default=0.0)
    assert set(summary.buckets_affected) == {tag.bucket_id for tag in fails}
    assert (summary.primary_failure is None) == (not fails)
    if fails:
        worst = max(fails, key=lambda tag: (tag.severity, tag.confidence))
        assert (worst.severity, worst.confidence) in {
            (tag.severity, tag.confidence) for tag in fails if tag.subcategory_id == summary.primary_failure
        }
    assert summary.needs_human_review == any(
        tag.decision == "unsure" or (tag.decision == "fail" and tag.confidence < 0.5) for tag in tags
    )
    for record, own in zip(result.inputs, of_item, strict=True):
        assert record.total_checks == len(own)
        assert record.has_failures == any(tag.decision == "fail" for tag in own)
        assert record.max_severity == max((tag.severity for tag in own), default=0.0)
    assert FARunResult.model_validate_json(result.model_dump_json()) == result
