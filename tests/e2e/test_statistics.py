"""Statistics over HTTP, on each database: modes, filters, parameters, answers kept, the projection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from servers import Server, serve

from tests.result_server import OTHER, STATS, ask, fetch, fill, metrics, upload

MODES = ("all", "summary", "metrics", "behavior", "category", "topic", "overall", "timeline", "test_runs")


@pytest.fixture(scope="module")
def filled(server: Server) -> Server:
    return fill(server)


def test_every_mode_has_its_sections_and_all_metadata(filled: Server) -> None:
    whole = ask(filled, "mode=all")
    assert list(whole) == [
        "metric_pass_rates", "behavior_pass_rates", "category_pass_rates", "topic_pass_rates", "overall_pass_rates",
        "timeline", "test_run_summary", "metadata",
    ]  # fmt: skip
    overall = whole["overall_pass_rates"]
    assert list(overall)[:4] == ["total", "passed", "failed", "pass_rate"]
    assert (overall["total"], overall["passed"], overall["failed"], overall["pass_rate"]) == (3, 1, 2, 33.33)
    assert (overall["pending"], overall["ci_low"], overall["ci_high"]) == (1, 6.15, 79.23)
    assert whole["metric_pass_rates"]["Tone"]["total"] == 2
    assert whole["timeline"][0]["date"] == "2024-02"
    assert whole["test_run_summary"][0]["name"] == "nightly"
    for mode in MODES:
        answer = ask(filled, f"mode={mode}")
        metadata = answer.pop("metadata")
        assert answer == {section: whole[section] for section in answer}
        ignored = {"mode", "generated_at"}
        assert {k: v for k, v in metadata.items() if k not in ignored} == {
            k: v for k, v in whole["metadata"].items() if k not in ignored
        }
    assert whole["metadata"]["available_metrics"] == ["Safety", "Tone"]
    assert whole["metadata"]["total_test_runs"] == 1


def test_filters_by_what_lists_show(filled: Server) -> None:
    for kind, parameter in (("behaviors", "behavior_ids"), ("test_sets", "test_set_ids"), ("users", "user_ids")):
        status, headers, rows = fetch(filled, f"/{kind}?skip=0&limit=10")
        assert status == 200
        assert int(headers["x-total-count"]) == len(rows)
        found = [ask(filled, f"mode=summary&{parameter}={row['id']}")["overall_pass_rates"]["total"] for row in rows]
        assert sorted(found)[-1] == 3
    assert ask(filled, "mode=summary&tags=urgent&tags=night")["overall_pass_rates"]["total"] == 3
    assert ask(filled, "mode=summary&tags=urgent&tags=day")["overall_pass_rates"]["total"] == 0
    assert ask(filled, "mode=summary&priority_min=3&priority_max=3")["overall_pass_rates"]["total"] == 3
    assert ask(filled, f"mode=test_runs&test_run_id={OTHER}&unknown=1")["test_run_summary"] == []
    for kind in ("categories", "topics", "statuses", "test_types", "tags", "test_runs", "tests", "projects"):
        status, headers, rows = fetch(filled, f"/{kind}")
        assert (status, int(headers["x-total-count"])) == (200, len(rows))
        assert all("id" in row and "name" in row for row in rows)


def test_bad_parameters_are_listed_together_in_the_published_shape(filled: Server) -> None:
    query = "mode=odd&months=-1&priority_max=abc&behavior_ids=uuid1&start_date=soon"
    status, _, answer = fetch(filled, f"{STATS}?{query}")
    assert status == 422
    assert [problem["loc"][:2] for problem in answer["detail"]] == [
        ["query", name] for name in ("mode", "months", "start_date", "behavior_ids", "priority_max")
    ]
    assert answer["detail"][-1] == {
        "type": "int_parsing",
        "loc": ["query", "priority_max"],
        "msg": "Input should be a valid integer, unable to parse string as an integer",
        "input": "abc",
    }
    status, _, answer = fetch(filled, f"{STATS}/?start_date=2024-02-02&end_date=2024-02-01")
    assert (status, answer["detail"][0]["loc"]) == (422, ["query", "start_date"])
    assert fetch(filled, f"{STATS}?months=1201")[0] == 422
    assert fetch(filled, f"{STATS}/?months=1200")[0] == 200


def test_a_repeated_question_is_answered_with_304_until_something_changes(filled: Server) -> None:
    path = f"{STATS}?start_date=2024-01-01&end_date=2024-12-31&mode=summary"
    status, headers, _ = fetch(filled, path)
    assert (status, headers["cache-control"]) == (200, "private, no-cache")
    assert fetch(filled, path, If_None_Match=headers["etag"])[::2] == (304, None)
    status, _, made = fetch(filled, "/behaviors", json.dumps({"name": "New"}).encode(), Content_Type="application/json")
    assert (status, made["name"]) == (200, "New")
    assert fetch(filled, path, If_None_Match=headers["etag"])[0] == 200


def test_the_projection_may_be_lost_damaged_or_switched_off(tmp_path: Path) -> None:
    file = tmp_path / "statistics.duckdb"
    with serve(tmp_path, workers=0) as server:
        records = upload(metrics(Safety=True), metrics(Safety=False))
        body = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        assert fetch(server, "/test_results/bulk", body)[0] == 200
        told = ask(server, "mode=all")
        command = (
            "results",
            "stats",
            "--mode",
            "all",
            "--json",
            "--start-date",
            "2024-01-01",
            "--end-date",
            "2024-12-31",
        )
        answers = [without_time(told), without_time(json.loads(server.run_command(*command)))]
        assert answers[0]["overall_pass_rates"]["total"] == 2
    file.unlink()
    answers.append(without_time(json.loads(server.run_command(*command))))
    assert file.exists()
    file.write_bytes(b"this is no database" * 1000)
    answers.append(without_time(json.loads(server.run_command(*command))))
    server.environment["FAILSIGHT_PROJECTION"] = "off"
    answers.append(without_time(json.loads(server.run_command(*command))))
    assert all(answer == answers[0] for answer in answers)
    server.environment["FAILSIGHT_PROJECTION"] = "on"
    file.write_bytes(b"this is no database" * 1000)
    with serve(tmp_path, workers=0) as again:
        assert without_time(ask(again, "mode=all")) == answers[0]


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    del answer["metadata"]["generated_at"]
    return answer
