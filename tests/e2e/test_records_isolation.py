"""Nothing of one organization is visible to another, on every route of traces, evaluations and audits."""

from __future__ import annotations

import time

import trace_samples as samples
from servers import Server

TRACE_PARTS = ("", "/summary", "/messages", "/spans", "/full", "/eval_steps")
ITEMS = [{"input": "Capital of Norway?", "output": "Oslo", "expected": "Oslo"}]


def test_a_second_organization_sees_no_traces_evaluations_or_audits(server: Server) -> None:
    other = server.run_command("organizations", "create", f"apart-{time.time_ns()}").strip()
    trace = samples.rag("trace_secret")
    assert server.request("POST", "/api/v1/traces", {"trace": trace, "project_name": "secret"})[0] == 200
    body = {"dataset": ITEMS, "metrics": ["contains"], "project_name": "secret"}
    _, run = server.request("POST", "/v2/evaluate/", body)
    _, batch = server.request("POST", "/v2/security/audit", {"dataset": ITEMS, "project_name": "secret"})
    project, name, audit = run["project_id"], run["run_id"], batch["batch_id"]
    hidden = [
        *(f"/api/v1/traces/trace_secret{part}" for part in TRACE_PARTS),
        f"/api/v1/traces?project_id={project}",
        *(f"/v2/evaluate/runs/{name}{part}" for part in ("", "/metrics", "/items")),
        f"/v2/evaluate/items/{name}.0",
        f"/v2/evaluate/jobs/{name}/status",
        f"/v2/evaluate/compare?run_ids={name}&run_ids={audit}",
        f"/v2/evaluate/trends?project_id={project}",
        f"/v2/evaluate/projects/{project}/stats",
        f"/v2/admin/projects/{project}/metrics",
        *(f"/v2/security/audit/batches/{audit}{part}" for part in ("", "/items")),
        f"/v2/security/audit/items/{audit}.0",
        f"/v2/security/audit/batches?project_id={project}",
        f"/v2/security/jobs/{audit}/status",
        f"/v2/security/projects/{project}/vulnerabilities",
        f"/v2/security/projects/{project}/attack-vectors",
        f"/v2/projects/{project}",
    ]  # fmt: skip
    for route in hidden:
        mine = server.request("GET", route)[0]
        assert mine == 200 or "compare" in route, route
        assert server.request("GET", route, key=other)[0] == 404, route
    for route, change in (
        (f"/v2/evaluate/jobs/{name}/cancel", None),
        (f"/v2/security/jobs/{audit}/cancel", None),
        (f"/v2/admin/projects/{project}/metrics", {"key": "k"}),
        ("/api/v1/traces/upload", {"trace": trace, "project_id": project}),
        ("/v2/evaluate/", body | {"project_name": None, "project_id": project}),
        ("/v2/security/audit", {"dataset": ITEMS, "project_id": project}),
        ("/v2/failure-analysis/analyze", {"trace_id": "trace_secret"}),
    ):
        assert server.request("POST", route, change, key=other)[0] == 404, route
    for part in ("vulnerabilities/S1", "attack-vectors/jailbreak"):
        route = f"/v2/security/projects/{project}/{part}"
        assert server.request("PATCH", route, {"enabled": False}, key=other)[0] == 404, route
    assert server.request("GET", "/api/v1/traces", key=other)[1]["total"] == 0
    assert server.request("GET", "/v2/security/audit/batches", key=other)[1] == []
    assert server.request("GET", "/v2/evaluate/trends", key=other)[1] == []
    assert server.request("GET", "/v2/auth/usage", key=other)[1]["evaluations_used"] == 0
    assert server.request("POST", "/api/v1/traces", {"trace": samples.bare("trace_secret")}, key=other)[0] == 200
    assert server.request("GET", "/api/v1/traces/trace_secret")[1]["llm_calls"] is not None
    assert server.request("GET", "/api/v1/traces/trace_secret/messages", key=other)[1] == []
    assert len(server.request("GET", "/api/v1/traces/trace_secret/full")[1]["retrievals"]) == 1


def test_every_route_asks_for_a_key(server: Server) -> None:
    _, page = server.request("GET", "/openapi.json")
    paths = [
        path for path in page["paths"] if path.startswith(("/v2/evaluate", "/v2/security", "/v2/admin", "/api/v1"))
    ]
    assert len(paths) > 30
    for path in paths:
        for method in page["paths"][path]:
            filled = path.replace("{", "").replace("}", "")
            body = {} if method in {"post", "patch"} else None
            assert server.request(method.upper(), filled, body, key="vq_wrong")[0] == 401, (method, path)
