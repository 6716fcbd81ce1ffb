"""Runs, their items and their pages: what the published models can do."""

from __future__ import annotations

import pytest

from failsight.model.run import FARunInput, FARunListItem, FARunListPage, FARunResult, FASummary
from failsight.model.tag import FAEvidenceItem, FATag


def result() -> FARunResult:
    inputs = [
        FARunInput(item_index=0, failure_count=1, pass_count=2, unsure_count=1, max_severity=3.5, item_id="a"),
        FARunInput(item_index=1, pass_count=3),
    ]
    evidence = FAEvidenceItem(content_snippet="ends in the mid")
    tags = [
        FATag(
            item_index=0, subcategory_id="truncated_output", decision="fail", severity=3.5, evidence_items=[evidence]
        ),
        FATag(item_index=0, subcategory_id="pii_leak", decision="pass"),
        FATag(item_index=1, subcategory_id="pii_leak", decision="pass"),
    ]
    return FARunResult(inputs=inputs, failure_tags=tags, summary=FASummary(total_items=2, items_with_failures=1))


def test_tags_is_failure_tags() -> None:
    assert result().tags is not None
    assert result().tags == result().failure_tags


def test_tags_of_one_item() -> None:
    assert [tag.decision for tag in result().get_item_tags(0)] == ["fail", "pass"]
    assert [tag.decision for tag in result().get_item_tags(1)] == ["pass"]
    assert result().get_item_tags(7) == []


def test_failed_and_clean_items() -> None:
    assert [item.item_index for item in result().get_failed_items()] == [0]
    assert [item.item_index for item in result().get_clean_items()] == [1]


def test_checks_of_an_item() -> None:
    failed, clean = result().inputs
    assert (failed.total_checks, failed.has_failures) == (4, True)
    assert (clean.total_checks, clean.has_failures) == (3, False)
    assert FARunInput().total_checks == 0


def test_a_page_has_a_length_and_is_iterated() -> None:
    page = FARunListPage(items=[FARunListItem(run_id="a"), FARunListItem(run_id="b")], total=7, has_more=True)
    assert len(page) == 2
    assert [entry.run_id for entry in page] == ["a", "b"]
    assert len(FARunListPage()) == 0


def test_a_data_frame_has_one_row_a_tag() -> None:
    pytest.importorskip("pandas")
    frame = result().to_pandas()
    assert list(frame["decision"]) == ["fail", "pass", "pass"]
    assert frame.loc[0, "evidence"] == "ends in the mid"
    assert frame.loc[0, "item_id"] == "a"


def test_notebooks_show_failures_and_escape_them() -> None:
    shown = FARunResult(
        failure_tags=[FATag(decision="fail", subcategory_name="<b>", judge_rationale="<script>")],
        summary=FASummary(total_items=1, items_with_failures=1, total_failures_detected=1),
    )._repr_html_()
    assert "1 of 1 item failed" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
