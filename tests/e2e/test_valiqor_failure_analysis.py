"""The unmodified published client, through every failure-analysis method it has."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from servers import Server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from valiqor import ValiqorClient
    from valiqor.common.exceptions import APIError, AuthenticationError, DatasetTooLargeError, ValidationError

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

LOOP = "Please wait. Please wait. Please wait. Please wait. Please wait."
GOOD = "The library opens at nine and closes at six in the evening."


def client(server: Server, project: str = "support-bot") -> Any:
    return ValiqorClient(api_key=server.key, base_url=server.url, project_name=project).failure_analysis


def test_small_run_is_answered_at_once_with_everything(server: Server) -> None:
    result = client(server).run(dataset=[{"input": "When?", "output": GOOD}, {"input": "When?", "output": LOOP}])
    assert result.status == "completed"
    assert result.mode == "minimal"
    assert result.input_type == "json"
    assert result.feature_kind == "generic_llm"
    assert result.created_at
    assert result.eval_run_id
    assert result.security_batch_id
    assert result.detectors_run
    assert result.detectors_skipped
    assert [item.item_index for item in result.get_failed_items()] == [1]
    assert [item.item_index for item in result.get_clean_items()] == [0]
    failed = [tag for tag in result.get_item_tags(1) if tag.decision == "fail"]
    assert "degenerate_repetition" in {tag.subcategory_id for tag in failed}
    for tag in failed:
        assert tag.tag_id
        assert tag.bucket_name
        assert tag.severity > 0
        assert 0 < tag.confidence <= 1
        assert tag.judge_rationale
        assert tag.scoring_breakdown.final_severity == tag.severity
        assert tag.evidence_items[0].description
    summary = result.summary
    assert summary.total_failures_detected == sum(tag.decision == "fail" for tag in result.tags)
    assert summary.total_passes == sum(tag.decision == "pass" for tag in result.tags)
    assert summary.items_with_failures == 1
    assert summary.total_items == 2


def test_large_run_becomes_a_job_and_ends_the_same_way(server: Server) -> None:
    fa = client(server)
    seen: list[float] = []
    handle = fa.run_async(dataset=[{"input": f"question {n}", "output": LOOP if n % 3 else GOOD} for n in range(60)])
    assert handle.status().status in {"queued", "running", "completed"}
    ended = handle.wait(poll_interval=0.1, timeout=60, on_progress=lambda status: seen.append(status.progress_percent))
    assert ended.is_completed
    result = handle.result()
    assert result.summary.total_items == 60
    assert len(result.inputs) == 60
    assert result.summary.items_with_failures == 40
    assert fa.poll_status(result.run_id).is_completed
    tag = next(tag for tag in result.tags if tag.decision == "fail")
    assert tag.scoring_breakdown.frequency_weight > 1
    assert seen == sorted(seen)


def test_reading_filtering_and_reviewing(server: Server) -> None:
    fa = client(server, "reading")
    run = fa.run(
        dataset=[{"input": "a", "output": LOOP}, {"input": "b", "output": GOOD, "context": ["Opens at nine."]}]
    )
    assert fa.get_run(run.run_id).summary == run.summary
    assert [item.output_text for item in fa.get_run_inputs(run.run_id)] == [LOOP, GOOD]
    failed = fa.get_tags(run.run_id, decision="fail")
    assert failed
    assert {tag.decision for tag in failed} == {"fail"}
    assert fa.get_tags(run.run_id, bucket_id="tool_failures") == []
    assert all(tag.severity >= 2 for tag in fa.get_tags(run.run_id, min_severity=2.0))
    changed = fa.update_tag(failed[0].tag_id, is_reviewed=True, issue_url="https://issues.example/7")
    assert changed["is_reviewed"] is True
    assert changed["reviewed_at"]
    again = next(tag for tag in fa.get_tags(run.run_id) if tag.tag_id == failed[0].tag_id)
    assert again.is_reviewed
    assert again.issue_url == "https://issues.example/7"
    assert fa.update_tag(failed[0].tag_id, issue_url="")["issue_url"] is None
    page = fa.list_runs(project_name="reading", page_size=1)
    assert (len(page), page.total, page.has_more) == (1, 1, False)
    assert page.items[0].total_failures_detected == run.summary.total_failures_detected
    assert fa.get_run_count(project_name="reading") == 1
    assert "reading" in fa.get_projects()


def test_taxonomy_and_insights(server: Server) -> None:
    fa = client(server, "insights")
    buckets = fa.get_taxonomy()
    assert {"instruction_compliance", "hallucination_grounding", "retrieval_failures", "tool_failures"} <= {
        bucket.bucket_id for bucket in buckets
    }
    assert fa.get_bucket("tool_failures").subcategories
    assert {sub.detection_approach for sub in fa.get_subcategories(detection_approach="deterministic")} == {
        "deterministic"
    }
    fa.run(dataset=[{"input": "a", "output": LOOP}, {"input": "b", "output": GOOD}])
    fa.run(dataset=[{"input": "c", "output": GOOD}, {"input": "d", "output": GOOD}])
    insights = fa.get_insights(project_name="insights")
    assert (insights.total_runs, insights.total_items_analyzed) == (2, 4)
    assert insights.overall_failure_rate == 0.25
    assert insights.top_recurring_failures[0].affected_runs == 1
    assert sum(bucket.percentage for bucket in insights.bucket_distribution) == pytest.approx(100)
    trends = fa.get_trends(project_name="insights")
    assert trends.trend_data[0].total_runs == 2
    security = fa.get_security_insights(project_name="insights")
    assert security.total_runs_with_security in {0, 2}


def test_errors_become_the_clients_exceptions(server: Server) -> None:
    fa = client(server)
    with pytest.raises(APIError) as unknown:
        fa.get_run("no-such-run")
    assert unknown.value.status_code == 404
    with pytest.raises(ValidationError, match=r"item 1.*output"):
        fa.run(dataset=[{"input": "a", "output": "b"}, {"input": "a"}])
    with pytest.raises(APIError):
        fa.run(dataset=[{"input": "a", "output": "b"}], feature_kind="no_such_kind")
    with pytest.raises(ValidationError, match="no_such_bucket"):
        fa.run(dataset=[{"input": "a", "output": "b"}], buckets=["no_such_bucket"])
    with pytest.raises(AuthenticationError):
        ValiqorClient(api_key="vq_wrong", base_url=server.url, project_name="x").failure_analysis.get_projects()
    with pytest.raises(DatasetTooLargeError) as large:
        fa.run(dataset=[{"input": "", "output": ""}] * 100_001)
    assert (large.value.dataset_size, large.value.max_allowed) == (100_001, 100_000)


def test_the_clients_command_line(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps([{"input": "a", "output": LOOP}]))
    options = ["--api-key", server.key, "--base-url", server.url, "--project", "cli"]

    def valiqor(*arguments: str) -> str:
        command = [sys.executable, "-m", "valiqor.cli", "fa", *arguments, *options]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "Degenerate" in valiqor("run", "--dataset", "data.json")
    assert "completed" in valiqor("list")
    run_id = server.request("GET", "/v2/failure-analysis/runs?project_name=cli")[1]["items"][0]["run_id"]
    assert "completed" in valiqor("status", "--run-id", run_id)
    shown = valiqor("result", "--run-id", run_id, "--json")
    assert json.loads(shown[shown.index("{") :])["run_id"] == run_id
