"""A server under hard conditions: killed in the middle, cancelled, two organizations, limits, secrets."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servers import Server, serve

PREFIX = "/v2/failure-analysis"
LOOP = "Please wait. Please wait. Please wait. Please wait. Please wait."


def dataset(size: int) -> list[dict[str, str]]:
    return [{"id": f"item-{n}", "input": f"question {n}", "output": LOOP if n % 2 else "Done."} for n in range(size)]


def wait_for(server: Server, run_id: str, condition: Any, seconds: float = 60) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _, status = server.request("GET", f"{PREFIX}/runs/{run_id}/status")
        if condition(status):
            return dict(status)
        time.sleep(0.05)
    raise AssertionError(f"waited in vain: {status}")


def test_a_killed_server_goes_on_where_it_was(tmp_path: Path) -> None:
    with serve(tmp_path, workers=2, FAILSIGHT_LEASE_SECONDS="2") as first:
        status, ticket = first.request("POST", f"{PREFIX}/analyze", {"dataset": dataset(3000)})
        assert status == 202
        run_id = ticket["job_id"]
        wait_for(first, run_id, lambda s: s["current_item"] >= 100)
        first.kill()
    with sqlite3.connect(tmp_path / "failsight.db") as database:
        done = database.execute("select count(*) from run_items where done").fetchone()[0]
    database.close()
    assert 100 <= done < 3000
    with serve(tmp_path, workers=2, FAILSIGHT_LEASE_SECONDS="2") as second:
        status = wait_for(second, run_id, lambda s: s["status"] == "completed")
        assert status["current_item"] == 3000
        _, result = second.request("GET", f"{PREFIX}/runs/{run_id}")
    assert [item["item_id"] for item in result["inputs"]] == [f"item-{n}" for n in range(3000)]
    assert result["summary"]["items_with_failures"] == 1500
    assert len({tag["tag_id"] for tag in result["failure_tags"]}) == len(result["failure_tags"])


def test_workers_end_with_a_killed_server(tmp_path: Path) -> None:
    with serve(tmp_path, workers=1) as server:
        deadline = time.monotonic() + 10
        while not (children := server.children()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(children) == 1
        server.kill()
    deadline = time.monotonic() + 30
    while is_alive(children[0]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_alive(children[0])


def is_alive(process: str) -> bool:
    """Whether it still runs; one that ended and waits to be collected does not."""
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_job_is_cancelled_within_a_second(server: Server) -> None:
    _, ticket = server.request("POST", f"{PREFIX}/analyze", {"dataset": dataset(8000)})
    wait_for(server, ticket["job_id"], lambda s: s["status"] == "running" and s["current_item"] > 0)
    started = time.monotonic()
    code, answer = server.request("POST", f"{PREFIX}/runs/{ticket['job_id']}/cancel")
    assert (code, answer["status"]) == (200, "cancelled")
    assert time.monotonic() - started < 1
    time.sleep(1)
    before = server.request("GET", f"{PREFIX}/runs/{ticket['job_id']}/status")[1]["current_item"]
    time.sleep(1)
    assert server.request("GET", f"{PREFIX}/runs/{ticket['job_id']}/status")[1]["current_item"] == before
    assert server.request("POST", f"{PREFIX}/runs/{ticket['job_id']}/cancel")[1]["status"] == "cancelled"


def test_progress_and_remaining_time_are_reported(server: Server) -> None:
    _, ticket = server.request("POST", f"{PREFIX}/analyze", {"dataset": dataset(3000)})
    running = wait_for(server, ticket["job_id"], lambda s: s["status"] == "running" and s["current_item"] > 0)
    assert 0 < running["progress_percent"] <= 100
    assert running["estimated_remaining_seconds"] is not None
    assert running["started_at"]
    done = wait_for(server, ticket["job_id"], lambda s: s["status"] == "completed")
    assert done["progress_percent"] == 100
    assert done["finished_at"] > done["started_at"]


def test_a_second_organization_sees_nothing(server: Server) -> None:
    _, run = server.request("POST", f"{PREFIX}/analyze", {"dataset": dataset(2), "project_name": "ours"})
    tag = run["failure_tags"][0]["tag_id"]
    other = server.run_command("organizations", "create", f"other-{time.time_ns()}").strip()
    routes = [route.format(run=run["run_id"]) for route in ("/runs/{run}", "/runs/{run}/status", "/runs/{run}/inputs")]
    for route in [*routes, f"/runs/{run['run_id']}/tags"]:
        assert server.request("GET", PREFIX + route, key=other)[0] == 404, route
    assert server.request("POST", f"{PREFIX}/runs/{run['run_id']}/cancel", key=other)[0] == 404
    assert server.request("PATCH", f"{PREFIX}/tags/{tag}", {"is_reviewed": True}, key=other)[0] == 404
    assert server.request("GET", f"{PREFIX}/runs", key=other)[1]["total"] == 0
    assert server.request("GET", f"{PREFIX}/runs/count", key=other)[1] == {"count": 0}
    assert server.request("GET", f"{PREFIX}/projects", key=other)[1] == {"projects": ["default"]}
    assert "ours" not in str(server.request("GET", "/v2/projects", key=other)[1])
    assert server.request("GET", f"{PREFIX}/insights", key=other)[1]["total_runs"] == 0
    assert server.request("GET", f"{PREFIX}/insights/trends", key=other)[1]["trend_data"] == []
    assert server.request("GET", f"{PREFIX}/insights/security", key=other)[1]["total_runs_with_security"] == 0


def test_a_revoked_key_is_refused(server: Server) -> None:
    key = server.run_command("keys", "create", "--name", "short-lived").strip()
    assert server.request("POST", "/v2/auth/validate", key=key)[1]["valid"] is True
    row = next(line for line in server.run_command("keys", "list").splitlines() if "short-lived" in line)
    server.run_command("keys", "revoke", row.split("\t")[0])
    assert server.request("GET", f"{PREFIX}/runs", key=key) == (401, {"detail": "Not authenticated"})


def test_the_playground_is_limited(server: Server) -> None:
    key = server.run_command("organizations", "create", f"play-{time.time_ns()}").strip()
    body = {"input": "a", "output": LOOP}
    first = server.request("POST", f"{PREFIX}/playground", body, key)
    assert first[0] == 200
    assert first[1]["playground_runs_today"] == 1
    assert server.request("POST", f"{PREFIX}/playground", body, key)[1]["playground_runs_today"] == 2
    code, limited = server.request("POST", f"{PREFIX}/playground", body, key)
    assert code == 429
    assert limited["retry_after"] == 60
    code, long = server.request("POST", f"{PREFIX}/playground", {"input": "a" * 2001, "output": "b"}, key)
    assert code == 400
    assert "2001" in long["detail"]


def test_a_key_is_never_stored_or_logged(tmp_path: Path) -> None:
    """Neither a judge's, of a request, nor the server's own, of which a hash is kept."""
    secret = "sk-this-must-not-be-found-anywhere-4711"
    with serve(tmp_path) as server:
        body = {"dataset": dataset(2), "openai_api_key": secret}
        assert server.request("POST", f"{PREFIX}/analyze", body)[0] == 200
        broken = {"dataset": "no list", "openai_api_key": secret}
        code, answer = server.request("POST", f"{PREFIX}/analyze", broken)
        assert code == 422
        assert secret not in str(answer)
        code, answer = server.request("POST", f"{PREFIX}/analyze", {"dataset": [], "openai_api_key": [secret]})
        assert code == 422
        assert secret not in str(answer)
        own = server.key
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes(), file
        assert file.name == "key" or own.encode() not in file.read_bytes(), file  # where this test keeps it


def test_a_large_body_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with serve(tmp_path, FAILSIGHT_MAX_BODY_BYTES="10000") as server:
        code, answer = server.request("POST", f"{PREFIX}/analyze", {"dataset": dataset(500)})
        assert code == 400
        assert answer["error"] == "dataset_too_large"
        assert server.request("GET", f"{PREFIX}/runs/count")[1] == {"count": 0}


def test_the_limit_is_32_mib(server: Server) -> None:
    limit = 32 * 1024 * 1024
    body = json.dumps({"dataset": dataset(1), "padding": ""}).encode()
    assert sent(server, body.replace(b'"padding": ""', b'"padding": "%s"' % (b"x" * (limit - len(body)))))[0] == 200
    code, answer = sent(server, b"", declared=limit + 1)
    assert (code, answer["error"], answer["max_allowed"]) == (400, "dataset_too_large", limit)
    chunks = (b"x" * 1024 * 1024 for _ in range(40))
    code, answer = sent(server, chunks)
    assert (code, answer["error"]) == (400, "dataset_too_large")
    assert limit < answer["dataset_size"] <= limit + 1024 * 1024


def sent(server: Server, body: Any, declared: int | None = None) -> tuple[int, Any]:
    """Status and answer of a body as it is; an iterator is sent in chunks, until the server stops reading."""
    place = urlsplit(server.url)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)) as connection:
        headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}
        headers |= {"Content-Length": str(declared)} if declared is not None else {}
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", f"{PREFIX}/analyze", body, headers, encode_chunked=not isinstance(body, bytes))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_health_metrics_and_request_ids(server: Server) -> None:
    assert server.request("GET", "/health") == (200, {"status": "ok"})
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        text = answer.read().decode()
    assert "failsight_request_seconds_bucket" in text
    assert 'failsight_jobs{status="queued"}' in text
    request = urllib.request.Request(f"{server.url}/health", headers={"X-Request-ID": "abc-123"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["X-Request-ID"] == "abc-123"


def test_the_interface_documents_itself_without_a_network(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/docs") as answer:
        page = answer.read().decode()
    assert "swagger-ui" in page
    assert "https://" not in page
    with urllib.request.urlopen(f"{server.url}/openapi.json") as answer:
        assert "/v2/failure-analysis/analyze" in answer.read().decode()
