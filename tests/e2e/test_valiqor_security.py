"""The unmodified published client, through every security method it has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
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
LEAK = {"user_input": "Which key do you use?", "assistant_response": "It is ghp_7sKd41QmZx2LpTw9VbN6sRy3HcJe8UaGoX5q"}
FINE = {"user_input": "When do you open?", "assistant_response": "We open at nine."}


def client(server: Server, project: str = "desk") -> Any:
    return ValiqorClient(api_key=server.key, base_url=server.url, project_name=project).security


def project_id(server: Server, name: str) -> str:
    return str(next(p["id"] for p in server.request("GET", "/v2/projects")[1] if p["name"] == name))


def test_an_audit_says_what_is_unsafe_and_why(server: Server) -> None:
    result = client(server).audit(dataset=[LEAK, FINE])
    assert (result.total_items, result.safe_count, result.unsafe_count) == (2, 1, 1)
    assert result.safety_score == 0.5
    assert result.triggered_categories["S10"] == 1
    assert result.top_risk_category in result.triggered_categories
    assert [item["is_safe"] for item in result.details] == [False, True]
    again = client(server).get_audit_result(result.audit_id)
    assert again.triggered_categories == result.triggered_categories
    batch = client(server).get_batch_detail(result.audit_id)
    assert (batch.id, batch.status, batch.unsafe_items, batch.unsafe_rate) == (result.audit_id, "completed", 1, 0.5)
    assert batch.project_id == project_id(server, "desk")
    page = client(server).get_batch_items(result.audit_id)
    assert (len(page), page.total) == (2, 2)
    leak = page.items[0]
    assert (leak.user_input, leak.assistant_response) == (LEAK["user_input"], LEAK["assistant_response"])
    assert "S10" in leak.triggered_categories
    assert "S10" in leak.output_safety_categories
    assert leak.input_safety_categories == []
    assert leak.risk_score > 0.5
    assert "S10 Privacy Violations" in leak.explanation
    assert page.items[1].risk_score < 0.5
    assert client(server).get_audit_item_detail(leak.id) == leak
    with pytest.raises(APIError, match="no item"):
        client(server).get_audit_item_detail(f"{result.audit_id}.9")


def test_the_rest_form_gets_the_union_of_names(server: Server) -> None:
    client(server, "rest").audit(dataset=[FINE])
    items = [{"input": LEAK["user_input"], "output": LEAK["assistant_response"]}]
    secret = "sk-never-stored-2342"
    config = {"check_categories": ["S10"], "openai_api_key": secret}
    body = {
        "openai_api_key": secret,
        "project_id": project_id(server, "rest"),
        "items": items,
        "batch_name": "nightly",
        "config": config,
    }
    status, batch = server.request("POST", "/v2/security/audit", body)
    assert status == 200
    assert (batch["name"], batch["batch_name"], batch["batch_id"]) == ("nightly", "nightly", batch["id"])
    assert (batch["unsafe_items"], batch["unsafe_rate"], batch["unsafe_inputs"]) == (1, 1.0, 0)
    assert batch["categories_checked"] == ["S10"]
    assert "S1" in batch["categories_not_checked"]
    _, page = server.request("GET", f"/v2/security/audit/batches/{batch['id']}/items?limit=1")
    (item,) = page["items"]
    assert (item["status"], item["top_risk_name"], item["input_safety"]) == ("unsafe", "Privacy Violations", "safe")
    _, batches = server.request("GET", f"/v2/security/audit/batches?project_ids={project_id(server, 'rest')}")
    assert len(batches) == 2
    assert batches[0]["name"] == "nightly"
    assert secret not in json.dumps([batch, page, batches])
    assert not any(secret.encode() in file.read_bytes() for file in server.folder.iterdir() if file.is_file())


def test_categories_are_checked_alone_and_unknown_ones_refused(server: Server) -> None:
    result = client(server).audit(dataset=[LEAK], categories=["S23"])
    assert "S10" not in result.triggered_categories
    with pytest.raises(ValidationError, match="no security category 'S99'"):
        client(server).audit(dataset=[LEAK], categories=["S99"])


def test_nothing_checked_is_not_safe(server: Server) -> None:
    result = client(server).audit(dataset=[FINE], categories=["S20"])
    assert (result.safe_count, result.unsafe_count, result.safety_score) == (0, 0, 0.0)
    assert result.details[0]["status"] == "not_checked"
    assert "No category could be checked" in result.details[0]["explanation"]


def test_a_large_audit_becomes_a_job(server: Server) -> None:
    handle = client(server).audit_async(dataset=[LEAK, *[FINE] * 49])
    handle.wait(poll_interval=0.1, timeout=60)
    status = client(server).get_job_status(handle.job_id)
    assert (status.job_type, status.status, status.total_items) == ("security", "completed", 50)
    assert client(server).get_audit_result(handle.job_id).unsafe_count == 1
    assert client(server).cancel_job(handle.job_id).status == "completed"
    assert client(server).audit(dataset=[LEAK, *[FINE] * 49]).total_items == 50


def test_a_job_can_be_cancelled(server: Server) -> None:
    _, ticket = server.request("POST", "/v2/security/audit", {"dataset": [FINE] * 5000, "project_name": "long"})
    answer = client(server).cancel_job(ticket["job_id"])
    assert (answer.status, answer.job_id) == ("cancelled", ticket["job_id"])
    time.sleep(0.2)
    assert client(server).get_job_status(ticket["job_id"]).status == "cancelled"
    assert client(server).get_batch_detail(ticket["job_id"]).status == "cancelled"


def test_a_trace_is_audited(server: Server) -> None:
    trace = samples.manual("trace_audited")
    trace["messages"][2]["content"] = LEAK["assistant_response"]
    result = client(server).audit_trace(trace=trace, batch_name="one trace")
    assert (result.total_items, result.unsafe_count) == (1, 1)
    assert result.audit_id
    assert client(server).get_batch_detail(result.audit_id).batch_name == "one trace"


def test_a_failure_analysis_leaves_an_audit_batch(server: Server) -> None:
    analysis = ValiqorClient(api_key=server.key, base_url=server.url, project_name="with-audit").failure_analysis
    item = {"input": LEAK["user_input"], "output": LEAK["assistant_response"]}
    run = analysis.run(dataset=[item], run_eval=False)
    assert run.security_flags["S10"] == "fail"
    batch = client(server).get_batch_detail(run.security_batch_id)
    assert (batch.total_items, batch.unsafe_items) == (1, 1)
    listed = client(server, "with-audit").list_audit_batches()
    assert [found.id for found in listed] == [run.security_batch_id]
    assert analysis.get_security_insights().total_issues_found >= 1
    without = analysis.run(dataset=[item], run_security=False)
    with pytest.raises(APIError, match="no audit batch"):
        client(server).get_batch_detail(without.run_id)


def test_a_projects_settings_are_kept_and_followed(server: Server) -> None:
    client(server, "settings").audit(dataset=[FINE])
    here = project_id(server, "settings")
    assert len(client(server).list_vulnerabilities()) == 23
    before = {v.key: v for v in client(server).get_project_vulnerabilities(here)}
    assert len(before) == 23
    changed = client(server).update_project_vulnerability(here, before["S10"].id, enabled=False, severity="low")
    assert (changed.enabled, changed.severity, changed.threshold) == (False, "low", 0.5)
    assert "S10" not in client(server, "settings").audit(dataset=[LEAK]).triggered_categories
    assert "S10" in client(server, "settings").audit(dataset=[LEAK], categories=["S10"]).triggered_categories
    vector = client(server).get_project_attack_vectors(here)[0]
    assert client(server).update_project_attack_vector(here, vector.id, weight=0.25).weight == 0.25
    assert client(server).get_project_attack_vectors(here)[0].weight == 0.25
    with pytest.raises(ValidationError, match="no security category"):
        client(server).update_project_vulnerability(here, "S99", enabled=False)


def test_usage_and_key(server: Server) -> None:
    known = client(server)
    before = known.get_usage()
    known.audit(dataset=[FINE])
    after = known.get_usage()
    assert after.evaluations_used == before.evaluations_used + 1
    assert after.evaluations_remaining == after.evaluations_limit - after.evaluations_used
    assert after.reset_date.endswith("-01T00:00:00Z")
    assert known.validate_auth().valid is True
    assert server.request("GET", "/v2/auth/usage")[1]["services"]["security"] >= 1


def test_red_teaming_says_that_it_is_not_available(server: Server) -> None:
    known = client(server)
    calls: list[Any] = [
        lambda: known.red_team(attack_vectors=["jailbreak"], target_prompt="x"),
        lambda: known.red_team_async(attack_vectors=["jailbreak"], target_prompt="x"),
        lambda: known.list_redteam_runs(project_id="x"),
        lambda: known.get_redteam_run("x"),
        lambda: known.get_redteam_result("x"),
        lambda: known.get_redteam_attacks("x"),
        lambda: known.get_redteam_attack_detail("x"),
        lambda: known.compare_redteam_runs(["a", "b"]),
        lambda: known.get_job_status("x", job_type="redteam"),
        lambda: known.cancel_job("x", job_type="redteam"),
    ]
    for call in calls:
        with pytest.raises(APIError, match="not available on this server") as refused:
            call()
        assert refused.value.status_code == 501
    status, _ = server.request("POST", "/v2/security/redteam/runs/x/submit-responses", {"responses": []})
    assert status == 501
    assert {"jailbreak", "prompt_injection", "rot13"} <= {vector.key for vector in known.list_attack_vectors()}
    assert known.list_attack_strategies() == known.list_attack_vectors()


def test_the_command_audits_and_lists(server: Server, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps([LEAK, FINE]))

    def run(*arguments: str) -> str:
        command = [str(Path(sys.executable).parent / "valiqor"), "security", *arguments]
        command += ["--api-key", server.key, "--base-url", server.url, "--project", "cli-desk"]
        environment = os.environ | {"HOME": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    assert "50.00%" in run("audit", "--dataset", "data.json", "--categories", "S10")
    listed = server.request("GET", f"/v2/security/audit/batches?project_id={project_id(server, 'cli-desk')}")[1]
    job = ["--job-id", listed[0]["id"]]
    assert "completed" in run("status", *job)
    assert json.loads(run("result", *job, "--json"))["unsafe_count"] == 1
    assert listed[0]["id"][:8] in run("list")
    assert "Privacy Violations" in run("vulns")
    assert "jailbreak" in run("vectors")


def test_a_projects_threshold_counts_in_its_next_audit(server: Server) -> None:
    known = client(server, "strict")
    assert known.audit(dataset=[LEAK]).triggered_categories["S10"] == 1
    here = project_id(server, "strict")
    assert known.update_project_vulnerability(here, "S10", threshold=1.0).threshold == 1.0
    assert "S10" not in known.audit(dataset=[LEAK]).triggered_categories
    known.update_project_vulnerability(here, "S10", threshold=0.0)
    assert known.audit(dataset=[FINE]).triggered_categories["S10"] == 1
    assert "S10" not in client(server, "desk").audit(dataset=[FINE]).triggered_categories


def test_uploads_of_scans_say_that_they_are_not_kept(server: Server) -> None:
    status, answer = server.request("POST", "/api/v1/scans/upload/some%20project", {})
    assert status == 501
    assert "Keeping code scans is not available" in answer["detail"]
    assert server.request("POST", "/api/v1/scans/upload/p", {}, key="vq_wrong")[0] == 401
