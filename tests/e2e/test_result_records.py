"""Records of test results over HTTP, on each database: upload, single records, lists, reviews, who may see what."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from servers import Server

from tests.result_server import OTHER, RUN, STATS, TEST, ask, fetch, fill, metrics, upload


@pytest.fixture(scope="module")
def filled(server: Server) -> Server:
    return fill(server)


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        *((kind, {"name": "Ä name", "description": "about it"}) for kind in
          ("behaviors", "categories", "topics", "statuses", "test_types", "tags", "test_sets")),
        ("test_runs", {"name": "one", "created_at": "2024-05-01T00:00:00", "status": "Done", "owner": "o@example.com"}),
        ("tests", {"prompt": "Why?", "behavior": "Reliability", "priority": 2, "tags": ["x"], "test_sets": ["s"]}),
        ("test_results", {"test_id": TEST, "created_at": "2022-05-01T00:00:00", **metrics(Safety=True)}),
    ],
)  # fmt: skip
def test_single_records_are_made_read_and_listed(filled: Server, kind: str, record: dict[str, Any]) -> None:
    made = [fetch(filled, f"/{kind}", json.dumps(record).encode(), Content_Type="application/json") for _ in range(2)]
    assert [status for status, _, _ in made] == [200, 200]
    first, second = (answer for _, _, answer in made)
    assert (first["id"] == second["id"]) is ("description" in record)
    assert fetch(filled, f"/{kind}/{first['id']}")[::2] == (200, first)
    assert {name: first[name] for name in record if name in first and name != "test_metrics"}.items() <= record.items()
    _, headers, rows = fetch(filled, f"/{kind}?limit=1000")
    assert int(headers["x-total-count"]) == len(rows)
    ids = [row["id"] for row in rows]
    assert first["id"] in ids
    paged = [fetch(filled, f"/{kind}?skip={at}&limit=1")[2][0]["id"] for at in range(min(len(rows), 4))]
    assert paged == ids[:4]
    assert fetch(filled, f"/{kind}/{uuid.uuid4()}")[0] == 404
    assert fetch(filled, f"/{kind}?limit=0")[0] == fetch(filled, f"/{kind}?skip=-1")[0] == 422


def test_a_known_id_stays_and_bad_records_are_named_with_their_lines(filled: Server) -> None:
    records = upload({"id": OTHER, **metrics(Safety=False)}, metrics(Safety="false"), {"test_id": None})
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records) + b'{"type": 3}\n{broken\n'
    status, _, report = fetch(filled, "/test_results/bulk", lines)
    assert status == 200
    assert report["test_results"] == {"created": 0, "existing": 1}
    assert (report["rejected"], [error["line"] for error in report["errors"]]) == (4, [4, 5, 6, 7])
    assert "is_successful" in report["errors"][0]["message"]
    document = json.dumps({"test_results": [{"id": OTHER, "test_id": TEST}, {"test_id": RUN}], "other": 1}).encode()
    _, _, report = fetch(filled, "/test_results/bulk/", document)
    assert (report["test_results"]["existing"], report["rejected"]) == (1, 2)
    assert ask(filled, "mode=summary")["overall_pass_rates"]["total"] == 3


def test_a_result_may_come_before_its_test_and_run(filled: Server) -> None:
    run, test, other = (str(uuid.uuid4()) for _ in range(3))
    results = [{"test_id": test, "test_run_id": run, "created_at": "2023-05-01", **metrics(Safety=True)}] * 5000
    lost = [{"test_id": other}, {"test_id": test, "test_run_id": other}]
    people = {"assignee": "lead@example.com", "owner": "a@example.com"}
    document = {
        "test_results": results + lost,
        "tests": [{"id": test}],
        "test_runs": [{"id": run, "name": "late", "status": "Done", **people}],
    }
    _, _, report = fetch(filled, "/test_results/bulk", json.dumps(document, indent=1).encode())
    assert (report["test_results"]["created"], report["rejected"]) == (5000, 2)
    assert [error["field"] for error in report["errors"]] == ["test_id", "test_run_id"]
    assert other in report["errors"][0]["message"]
    _, _, answer = fetch(filled, f"{STATS}?start_date=2023-05-01&end_date=2023-05-01&mode=test_runs")
    assert [run["total_tests"] for run in answer["test_run_summary"]] == [5000]
    found = fetch(filled, f"/test_runs/{run}")[2]
    users = {user["id"]: user["email"] for user in fetch(filled, "/users")[2]}
    assert (found["name"], found["status"], users[found["assignee_id"]]) == ("late", "Done", "lead@example.com")


def test_only_the_holder_of_a_key_sees_its_organization(filled: Server) -> None:
    assert fetch(filled, STATS, key="vq_wrong")[::2] == (401, {"detail": "Not authenticated"})
    key = filled.run_command("organizations", "create", f"strangers-{uuid.uuid4()}").strip()
    status, _, answer = fetch(filled, f"{STATS}?start_date=2024-01-01&end_date=2024-12-31", key=key)
    assert (status, answer["metadata"]["total_test_results"], answer["timeline"]) == (200, 0, [])
    assert fetch(filled, f"/tests/{TEST}", key=key)[0] == 404
    assert fetch(filled, "/behaviors", key=key)[2] == []


def test_a_review_overrides_and_the_automated_verdict_stays(filled: Server) -> None:
    as_json = {"Content_Type": "application/json"}
    record = json.dumps({"test_id": TEST, "created_at": "2025-01-01", **metrics(Safety=False, Tone=True)}).encode()
    _, _, made = fetch(filled, "/test_results", record, **as_json)
    assert made["passed"] is False

    def count() -> tuple[int, int]:
        answer = fetch(filled, f"{STATS}?start_date=2025-01-01&end_date=2025-01-01&mode=all")[2]
        return answer["overall_pass_rates"]["passed"], answer["metric_pass_rates"]["Safety"]["passed"]

    assert count() == (0, 0)
    path = f"/test_results/{made['id']}/reviews"
    _, _, reviewed = fetch(filled, path, json.dumps({"passed": True, "metric": "Safety"}).encode(), **as_json)
    assert reviewed["passed"] is True
    assert reviewed["test_metrics"] == made["test_metrics"]
    assert count() == (1, 1)
    fetch(filled, path, json.dumps({"passed": False}).encode(), **as_json)
    assert count() == (0, 1)
    assert fetch(filled, f"/test_results/{RUN}/reviews", b'{"passed": true}', **as_json)[0] == 404
    assert fetch(filled, f"/test_results/{made['id']}")[2]["passed"] is False
    assert fetch(filled, "/test_results", b'{"test_id": "x"}', **as_json)[0] == 400
