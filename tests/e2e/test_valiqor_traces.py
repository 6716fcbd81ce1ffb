"""The unmodified published client: tracing, uploading, reading traces, and analysing them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
import trace_samples as samples
from servers import Server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from valiqor import ValiqorClient
    from valiqor.common.exceptions import APIError

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
ROUTE = "/api/v1/traces"


def client(server: Server, project: str) -> Any:
    return ValiqorClient(api_key=server.key, base_url=server.url, project_name=project)


def upload(server: Server, trace: Any, project: str) -> list[str]:
    envelope = {"trace": trace, "project_name": project, "generate_eval_steps": True}
    status, answer = server.request("POST", f"{ROUTE}/upload", envelope)
    assert status == 200
    return list(answer["trace_ids"])


def test_every_view_of_a_trace_is_filled(server: Server) -> None:
    upload(server, samples.manual("trace_views"), "views")
    traces = client(server, "views").traces
    page = traces.list_traces(project_name="views")
    assert (page.total, page.page, page.page_size) == (1, 1, 20)
    (record,) = page.traces
    assert (record.trace_id, record.status, record.project_name) == ("trace_views", "success", "views")
    assert (record.llm_calls, record.tool_calls, record.total_tokens) == (2, 1, 30)
    assert record.input_preview == "When does the train to Bergen leave?"
    assert record.output_preview == "The train leaves at 09:40."
    assert record.eval_available is False
    overview = traces.get_trace("trace_views")
    assert (overview.session_id, overview.duration_ms, overview.total_cost) == ("sess_00000001", 500.0, 0.002)
    summary = traces.get_summary("trace_views")
    assert (summary.app_name, summary.environment, summary.message_count, summary.span_count) == (
        "train-desk", "staging", 4, 1
    )  # fmt: skip
    assert summary.project_id == record.project_id
    messages = traces.get_messages("trace_views")
    assert [(message.role, bool(message.content)) for message in messages] == [
        ("user", True), ("assistant", False), ("tool", True), ("assistant", True)
    ]  # fmt: skip
    assert messages[1].tool_calls[0]["name"] == "timetable"
    (span,) = traces.get_spans("trace_views")
    assert (span.span_id, span.kind, len(span.events)) == ("span_root", "workflow_node", 4)
    full = traces.get_full_trace("trace_views")
    assert full.metadata["custom_fields"] == {"tenant": "north"}
    assert list(full.spans) == ["span_root"]
    assert server.request("GET", f"{ROUTE}/trace_views/full")[1]["shelf"] == {"unknown": [1, 2]}
    assert traces.get_eval_steps("trace_views") == []


def test_a_trace_is_analysed_and_its_metrics_are_its_eval_steps(server: Server) -> None:
    upload(server, samples.rag("trace_analysed"), "analysed")
    known = client(server, "analysed")
    run = known.failure_analysis.run(trace_id="trace_analysed")
    assert (run.status, run.mode, run.input_type, run.feature_kind) == ("completed", "full", "trace", "rag")
    assert run.inputs[0].trace_id == "trace_analysed"
    assert run.inputs[0].context == ["The museum is closed on Mondays. " * 8]
    assert run.tags
    steps = {step.metric: step for step in known.traces.get_eval_steps("trace_analysed")}
    assert {name: step.score for name, step in steps.items()} == run.eval_metrics
    assert all(step.explanation and step.status == "completed" for step in steps.values())
    assert known.traces.list_traces(project_name="analysed").traces[0].eval_available is True
    (item,) = [item for item in known.failure_analysis.list_runs().items if item.trace_id == "trace_analysed"]
    assert item.input_type == "trace"


def test_a_trace_without_an_answer_fails_nothing_and_says_so(server: Server) -> None:
    upload(server, samples.bare("trace_answerless"), "bare")
    run = client(server, "bare").failure_analysis.run(trace_id="trace_answerless")
    assert run.summary.total_failures_detected == 0
    _, inputs = server.request("GET", f"/v2/failure-analysis/runs/{run.run_id}/inputs")
    assert inputs["inputs"][0]["metadata"]["trace"]["notes"] == ["the trace holds no final answer"]
    status, answer = server.request("POST", f"{ROUTE}", {"trace": {"metadata": {"trace_id": "trace_nothing"}}})
    assert status == 200
    assert answer["trace_id"] == "trace_nothing"
    status, answer = server.request("POST", "/v2/failure-analysis/analyze", {"trace_id": "trace_nothing"})
    assert status == 400
    assert "neither a question nor an answer" in answer["detail"]


def test_a_repeated_id_is_an_update(server: Server) -> None:
    first = samples.roles("trace_again")
    upload(server, first, "again")
    first["messages"][-1]["content"] = "There are 3 left."
    upload(server, first, "again")
    page = client(server, "again").traces.list_traces(project_name="again")
    assert [record.output_preview for record in page.traces] == ["There are 3 left."]


def test_records_of_a_file_and_pages(server: Server) -> None:
    event = {"ts": "2026-11-18T10:26:40", "level": "primary", "_record_type": "event"}
    ids = upload(server, [samples.bare(f"trace_line_{n}") for n in range(3)] + [event], "lines")
    assert ids == ["trace_line_0", "trace_line_1", "trace_line_2"]
    traces = client(server, "lines").traces
    second = traces.list_traces(project_name="lines", page=2, page_size=2)
    assert (len(second), second.total) == (1, 3)
    assert server.request("GET", f"{ROUTE}/trace_line_2/full")[1]["records"] == [event]


def test_unknown_traces_and_bodies_that_are_none(server: Server) -> None:
    known = client(server, "views")
    for call in (known.traces.get_trace, known.traces.get_eval_steps, known.traces.get_full_trace):
        with pytest.raises(APIError, match="no trace 'trace_none'"):
            call("trace_none")
    for body in ({}, [], {"trace": "x"}, 3):
        status, answer = server.request("POST", "/", body)
        assert status == 400
        assert "no trace" in answer["detail"]
    assert server.request("POST", f"{ROUTE}/upload", {"trace": {}, "project_name": 3})[0] == 400
    assert server.request("GET", f"{ROUTE}?page_size=101")[0] == 422
    assert server.request("GET", f"{ROUTE}?project_id=%00")[0] == 422


def test_the_tracer_of_the_client_sends_to_the_bare_address(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tracer = client(server, "traced").trace
    trace_id = tracer.start_trace("agentic", {"user_query": "Which platform?"})
    tracer.end_trace({"answer": "Platform 4"})
    (record,) = client(server, "traced").traces.list_traces(project_name="traced").traces
    assert record.trace_id == trace_id
    assert record.input_preview == "Which platform?"


def test_the_command_uploads_files(server: Server, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(samples.manual("trace_file")))
    lines = [samples.bare("trace_file_a"), samples.roles("trace_file_b")]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, lines)))
    for name in ("one.json", "many.jsonl"):
        command = [str(Path(sys.executable).parent / "valiqor"), "upload", name, "-t", "trace"]
        command += ["--endpoint", server.url, "--api-key", server.key]
        environment = os.environ | {"HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        assert "1 succeeded, 0 failed" in done.stdout
    for name in ("trace_file", "trace_file_a", "trace_file_b"):
        assert server.request("GET", f"{ROUTE}/{name}")[0] == 200


def test_many_tracers_at_once_share_a_new_project(server: Server) -> None:
    results: list[int] = []

    def work() -> None:
        for number in range(4):
            body = {"trace": [samples.rag(f"trace_shared_{n}") for n in range(5)], "project_name": f"shared-{number}"}
            results.append(server.request("POST", f"{ROUTE}/upload", body)[0])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [200] * 32
    names = [project["name"] for project in server.request("GET", "/v2/projects")[1]]
    assert len(names) == len(set(names))
