"""The unmodified published client, through every evaluation method it has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import trace_samples as samples
from servers import Server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from valiqor import ValiqorClient
    from valiqor.common.exceptions import APIError, ValidationError

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
ITEMS = [
    {"input": "Capital of Norway?", "output": "Oslo is the capital.", "expected": "Oslo", "context": ["Oslo ..."]},
    {"input": "Capital of Chile?", "output": "Lima", "expected": "Santiago", "metadata": {"row": 2}},
]


def client(server: Server, project: str = "quiz") -> Any:
    return ValiqorClient(api_key=server.key, base_url=server.url, project_name=project).eval


def project_id(server: Server, name: str) -> str:
    return next(p.id for p in client(server).list_projects() if p.name == name)


def test_scores_are_what_they_should_be_and_what_cannot_be_measured_is_absent(server: Server) -> None:
    result = client(server).evaluate(
        dataset=ITEMS, metrics=["contains", "equals", "coherence"], run_name="first", metadata={"model": "small"}
    )
    assert (result.status, result.total_items, result.items_evaluated) == ("completed", 2, 2)
    assert result.aggregate_scores == {"contains": 0.5, "equals": 0.0}
    assert result.overall_score == 0.25
    assert result.project_id == project_id(server, "quiz")
    assert result.metadata["model"] == "small"
    assert list(result.metadata["metrics_not_measured"]) == ["coherence"]
    assert "judge" in result.metadata["metrics_not_measured"]["coherence"]
    assert client(server).get_run(result.run_id) == client(server).get_run_result(result.run_id) == result
    metrics = client(server).get_run_metrics(result.run_id)
    assert [(metric.key, metric.display_name, metric.score) for metric in metrics] == [
        ("contains", "Contains", 0.5), ("equals", "Equals", 0.0)
    ]  # fmt: skip
    _, raw = server.request("GET", f"/v2/evaluate/runs/{result.run_id}")
    assert (raw["id"], raw["name"], raw["evaluated_items"]) == (result.run_id, "first", 2)
    assert raw["created_at"] <= raw["finished_at"]


def test_items_have_scores_explanations_and_what_was_sent(server: Server) -> None:
    result = client(server).evaluate(dataset=ITEMS, metrics=["contains"])
    page = client(server).get_run_items(result.run_id, page=1, page_size=1)
    assert (len(page), page.total, page.page_size) == (1, 2, 1)
    assert page.items[0].metric_scores == {"contains": 1.0}
    second = client(server).get_run_items(result.run_id, page=2, page_size=1).items[0]
    assert (second.input, second.output, second.expected) == ("Capital of Chile?", "Lima", "Santiago")
    assert second.overall_score == 0.0
    assert second.explanations["contains"]
    assert second.metadata["row"] == 2
    assert client(server).get_item_detail(result.run_id, second.id) == second
    assert page.items[0].context == "Oslo ..."
    assert client(server).get_run_items(result.run_id, page=9).items == []
    for name in (f"{result.run_id}.7", f"{result.run_id}.x", "nothing"):
        with pytest.raises(APIError, match="no item"):
            client(server).get_item_detail(result.run_id, name)


def test_unknown_metrics_empty_data_and_bad_items_are_refused(server: Server) -> None:
    with pytest.raises(ValidationError, match="Did you mean 'contains'"):
        client(server).evaluate(dataset=ITEMS, metrics=["contians"])
    for dataset in ([], [{"input": "only"}]):
        status, answer = server.request("POST", "/v2/evaluate", {"dataset": dataset, "metrics": ["contains"]})
        assert status == 400
        assert answer["detail"]


def test_a_large_data_set_becomes_a_job(server: Server) -> None:
    large = [ITEMS[0] | {"input": f"question {n}"} for n in range(60)]
    handle = client(server).evaluate_async(dataset=large, metrics=["contains"])
    result = handle.wait(poll_interval=0.1, timeout=60)
    assert result.is_completed if hasattr(result, "is_completed") else result.status == "completed"
    status = client(server).get_job_status(handle.job_id)
    assert (status.job_type, status.status, status.current_item) == ("evaluation", "completed", 60)
    assert client(server).get_run(handle.job_id).aggregate_scores == {"contains": 1.0}
    assert client(server).cancel_job(handle.job_id).status == "completed"
    ticket = client(server).evaluate(dataset=large, metrics=["contains"])
    assert (ticket.status, ticket.total_items) == ("queued", 60)
    assert ticket.project_id == project_id(server, "quiz")
    assert client(server).get_run(ticket.run_id).run_id == ticket.run_id


def test_a_trace_is_evaluated(server: Server) -> None:
    result = client(server).evaluate_trace(trace=samples.rag("trace_measured"), metrics=["non_refusal", "fluency"])
    assert result.aggregate_scores["non_refusal"] > 0.5
    assert list(result.metadata["metrics_not_measured"]) == ["fluency"]
    steps = server.request("GET", "/api/v1/traces/trace_measured/eval_steps")[1]
    assert [(step["metric"], step["score"], step["status"]) for step in steps] == [
        ("non_refusal", result.overall_score, "completed"), ("fluency", None, "not_measured")
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="neither a question nor an answer"):
        client(server).evaluate_trace(trace={"metadata": {}}, metrics=["contains"])


def test_a_failure_analysis_leaves_an_evaluation_run(server: Server) -> None:
    analysis = ValiqorClient(api_key=server.key, base_url=server.url, project_name="both").failure_analysis
    run = analysis.run(dataset=ITEMS, run_security=False)
    result = client(server, "both").get_run(run.eval_run_id)
    assert result.aggregate_scores == run.eval_metrics
    assert result.total_items == 2
    assert client(server).get_job_status(run.eval_run_id).is_completed
    without = analysis.run(dataset=ITEMS, run_eval=False)
    assert without.eval_run_id is None
    with pytest.raises(APIError, match="no evaluation run"):
        client(server).get_run(without.run_id)
    only = client(server, "both").evaluate(dataset=ITEMS, metrics=["equals"])
    assert only.run_id not in {item.run_id for item in analysis.list_runs().items}
    assert analysis.get_run_count() == 2
    with pytest.raises(APIError, match="no run"):
        analysis.get_run(only.run_id)


def test_trends_comparison_and_statistics(server: Server) -> None:
    known = client(server, "history")
    first = known.evaluate(dataset=ITEMS, metrics=["contains", "equals"], run_name="a")
    second = known.evaluate(dataset=ITEMS[:1], metrics=["contains"], run_name="b")
    here = project_id(server, "history")
    points = known.get_trends(here, period="last_7_days")
    assert [(point.metric, point.score, point.run_count) for point in points] == [
        ("contains", 0.75, 2), ("equals", 0.0, 1)
    ]  # fmt: skip
    assert [point.metric for point in known.get_trends(here, metrics=["equals"])] == ["equals"]
    compared = known.compare_runs([first.run_id, second.run_id])
    assert compared.overall_scores == [0.25, 1.0]
    contains, equals = compared.metrics
    assert contains["values"] == {first.run_id: 0.5, second.run_id: 1.0}
    assert contains["differences"] == {first.run_id: 0.0, second.run_id: 0.5}
    assert equals["values"] == {first.run_id: 0.0, second.run_id: None}
    assert [run["run_id"] for run in compared.runs] == [first.run_id, second.run_id]
    stats = known.get_project_stats()
    assert (stats["total_runs"], stats["total_items"], stats["average_score"]) == (2, 3, 0.625)
    assert [run["run_name"] for run in stats["recent_runs"]] == ["b", "a"]
    assert server.request("GET", f"/v2/evaluate/compare?run_ids={first.run_id}")[0] == 400
    assert server.request("GET", "/v2/evaluate/trends?period=forever")[0] == 400


def test_templates_and_metrics_of_a_project(server: Server) -> None:
    known = client(server, "own-metrics")
    known.create_project("own-metrics")
    templates = {metric.key: metric for metric in known.list_metric_templates()}
    assert {"contains", "equals", "regex_match", "levenshtein", "coherence"} <= set(templates)
    assert all(metric.display_name and metric.definition and metric.category for metric in templates.values())
    added = known.add_project_metric("politeness", "Politeness", default_weight=2.0)
    assert (added.key, added.display_name) == ("politeness", "Politeness")
    assert {"politeness", "contains"} <= {metric.key for metric in known.list_project_metrics()}
    result = known.evaluate(dataset=ITEMS, metrics=["politeness", "contains"])
    assert result.aggregate_scores == {"contains": 0.5}
    assert "politeness" in result.metadata["metrics_not_measured"]
    with pytest.raises(ValidationError, match="politeness"):
        client(server, "quiz").evaluate(dataset=ITEMS, metrics=["politeness"])


def test_the_command_runs_shows_and_lists_evaluations(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps(ITEMS))

    def run(*arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "valiqor"), "eval", *arguments]
        command += ["--api-key", server.key, "--base-url", server.url, "--project", "cli-quiz"]
        environment = os.environ | {"HOME": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    assert "0.250" in run("run", "--dataset", "data.json", "--metrics", "contains,equals", "--run-name", "nightly")
    assert "nightly" in run("list")
    here = project_id(server, "cli-quiz")
    run_id = server.request("GET", f"/v2/evaluate/projects/{here}/stats")[1]["recent_runs"][0]["id"]
    assert "completed" in run("status", "--run-id", run_id)
    assert json.loads(run("result", "--run-id", run_id, "--json"))["aggregate_scores"] == {"contains": 0.5, "equals": 0}
    assert "coherence" in run("metrics")


def test_a_judges_key_is_not_stored(server: Server) -> None:
    body = {"dataset": ITEMS, "metrics": ["contains"], "openai_api_key": "sk-never-stored-0815", "project_name": "k"}
    status, result = server.request("POST", "/v2/evaluate/", body)
    assert status == 200
    assert "sk-never" not in json.dumps(result)
    assert "sk-never" not in json.dumps(server.request("GET", f"/v2/evaluate/runs/{result['id']}/items")[1])
    for file in server.folder.iterdir():
        if file.is_file():
            assert b"sk-never-stored-0815" not in file.read_bytes()
