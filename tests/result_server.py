"""Talking to a server about test results, and an organization that has some."""

from __future__ import annotations

import gzip
import json
import urllib.request
import uuid
from typing import Any

from servers import Server

STATS = "/test_results/stats"
RUN, TEST, OTHER = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


def fetch(
    server: Server, path: str, data: bytes | None = None, key: str | None = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    known = {"Authorization": f"Bearer {key or server.key}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    request = urllib.request.Request(server.url + path, data, known)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return (
                answer.status,
                {k.lower(): v for k, v in answer.headers.items()},
                json.loads(answer.read() or b"null"),
            )
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {k.lower(): v for k, v in answer.headers.items()}, json.loads(answer.read() or b"null")


def upload(*results: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "test_run", "id": RUN, "name": "nightly", "created_at": "2024-02-01T00:00:00Z"},
        {"type": "test", "id": TEST, "prompt": "Hi?", "behavior": "Reliability", "category": "Chatbots",
         "topic": "Care", "priority": 3, "tags": ["urgent", "night"], "test_sets": ["suite"], "user": "a@example.com"},
        *({"type": "test_result", "test_run_id": RUN, "test_id": TEST, "created_at": "2024-02-02T10:00:00Z"} | one
          for one in results),
    ]  # fmt: skip


def metrics(**verdicts: Any) -> dict[str, Any]:
    return {"test_metrics": {"metrics": {name: {"is_successful": verdict} for name, verdict in verdicts.items()}}}


def fill(server: Server) -> Server:
    """An organization of its own with four results: one passed, two failed, one pending."""
    key = server.run_command("organizations", "create", f"statistics-{uuid.uuid4()}").strip()
    mine = Server(server.url, key, server.folder, server.process, server.environment)
    records = upload(
        {"id": OTHER, **metrics(Safety=True, Tone=True)}, metrics(Safety=False, Tone=None),
        metrics(Safety=True, Tone=False), {"test_metrics": None},
    )  # fmt: skip
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    status, _, report = fetch(mine, "/test_results/bulk", gzip.compress(lines), Content_Type="application/x-ndjson")
    assert status == 200, report
    assert report["test_results"] == {"created": 4, "existing": 0}
    assert report["errors"] == []
    return mine


def ask(server: Server, query: str) -> Any:
    status, _, answer = fetch(server, f"{STATS}?start_date=2024-01-01&end_date=2024-12-31&{query}")
    assert status == 200, answer
    return answer
