"""Runs that ask a judge: with the key of a request, or for the whole server; against a real endpoint over HTTP."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import Server, serve
from valiqor import ValiqorClient

from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, completion, failure

PREFIX = "/v2/failure-analysis"
SECRET = "sk-this-must-not-be-found-anywhere-4711"
FINAL = {"completed", "failed", "cancelled"}
Asking = tuple[Server, ScriptedEndpoint]


def says(verdict: str = "fail", delay: float = 0.0) -> Any:
    """An endpoint that gives the same verdict to every rubric, and a 4 to every metric."""

    def answer(body: Body) -> Canned:
        schema = body["response_format"]["json_schema"]["schema"]
        told = {"reasoning": "It is so.", "quote": "", "quote_field": "", "verdict": verdict, "probability": 0.9}
        score = {"explanation": "Good.", "score": 4}
        parts = {name: score if "score" in part["properties"] else told for name, part in schema["properties"].items()}
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return Canned(**{**_fields(completion(json.dumps(parts), usage=usage)), "delay": delay})

    return answer


def _fields(canned: Canned) -> dict[str, Any]:
    return {name: getattr(canned, name) for name in canned.__slots__}


def items(size: int, of: str = "Peru") -> list[dict[str, Any]]:
    """Items that no other test asks about when ``of`` is its own: replies are kept."""
    return [{"id": str(n), "input": f"Name {n} rivers of {of}.", "output": f"Number {n} it is."} for n in range(size)]


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(says()) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """A server with one worker that asks when a request wants it; at the end no request's key is in its files."""
    folder = tmp_path_factory.mktemp("shared")
    with ScriptedEndpoint(says()) as opened:
        known = judged(opened, FAILSIGHT_LEASE_SECONDS="2", OPENAI_API_KEY="sk-of-the-server")
        with serve(folder, workers=1, **known) as server:
            yield server, opened
    secret_is_nowhere(folder)


@pytest.fixture
def asking(shared: Asking) -> Asking:
    """That server, and its endpoint as if nothing had been asked yet."""
    server, endpoint = shared
    endpoint.answer = says()
    endpoint.bodies.clear()
    endpoint.authorizations.clear()
    return server, endpoint


def judged(endpoint: ScriptedEndpoint, **more: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": endpoint.url, "OPENAI_API_KEY": "", "FAILSIGHT_JUDGE_MODEL": "scripted"} | more


def until(condition: Any, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def status_of(server: Server, run_id: str) -> dict[str, Any]:
    return dict(server.request("GET", f"{PREFIX}/runs/{run_id}/status")[1])


def finished(server: Server, run_id: str) -> dict[str, Any]:
    until(lambda: status_of(server, run_id)["status"] in FINAL)
    return dict(server.request("GET", f"{PREFIX}/runs/{run_id}")[1])


def secret_is_nowhere(folder: Path) -> None:
    for file in folder.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def by_judge(result: dict[str, Any]) -> set[int]:
    return {tag["item_index"] for tag in result["failure_tags"] if tag["detector_type_used"] == "llm_judge"}


def test_the_published_client_brings_its_own_key(asking: Asking) -> None:
    server, endpoint = asking
    before = metrics_of(server)
    client = ValiqorClient(api_key=server.key, base_url=server.url, project_name="p")
    result = client.failure_analysis.run(dataset=items(3), openai_api_key=SECRET)
    assert result.status == "completed"
    assert {tag.item_index for tag in result.tags if tag.detector_type_used == "llm_judge"} == {0, 1, 2}
    assert result.tokens_used == 110 * len(endpoint.bodies) > 0
    assert set(endpoint.authorizations) == {f"Bearer {SECRET}"}
    by_analysis = len(endpoint.bodies)
    evaluation = client.eval.evaluate(dataset=items(2), metrics=["fluency", "rouge_l"], openai_api_key=SECRET)
    assert evaluation.aggregate_scores["fluency"] == 0.75
    assert len(endpoint.bodies) > by_analysis
    exchange = {"user_input": "Wie heißt der Fluss in Lima?", "assistant_response": "Rímac."}
    audit = client.security.audit(dataset=[exchange], openai_api_key=SECRET)
    assert audit.total_items == 1
    asked = len(endpoint.bodies)
    _, played = server.request("POST", f"{PREFIX}/playground", items(9)[8] | {"openai_api_key": SECRET})
    assert "llm_judge" in {tag["detector_type_used"] for tag in played["failure_tags"]}
    by_playground = len(endpoint.bodies) - asked
    assert by_playground > 0
    after = metrics_of(server)
    grown = {name: value - before.get(name, 0) for name, value in after.items() if name.startswith("failsight_judge_")}
    assert grown['failsight_judge_tokens_total{by="jobs",direction="in"}'] == 100 * asked
    assert grown['failsight_judge_calls_total{by="playground"}'] == by_playground
    assert grown['failsight_judge_tokens_total{by="playground",direction="out"}'] == 10 * by_playground


def metrics_of(server: Server) -> dict[str, float]:
    """What /metrics says, by name and labels; a request's key stands nowhere in it."""
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        text = answer.read().decode()
    assert SECRET not in text
    told = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in told}


def test_an_audit_asks_about_what_its_flags_follow_from(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    body = {"dataset": [{"user_input": "Who swims in the lake?", "assistant_response": "Nobody does."}]}
    with serve(tmp_path, **judged(endpoint, FAILSIGHT_JUDGE="always", OPENAI_API_KEY="sk-of-the-server")) as server:
        _, audit = server.request("POST", "/v2/security/audit", body | {"openai_api_key": SECRET})
        _, narrow = server.request("POST", "/v2/security/audit", body | {"categories": ["S10"]})
    assert set(audit["triggered_categories"]) == {"S10", "S21", "S23"}
    assert audit["judge"]["items_asked"] == 1
    assert set(endpoint.authorizations) == {f"Bearer {SECRET}", "Bearer sk-of-the-server"}
    asked = [set(one["response_format"]["json_schema"]["schema"]["properties"]) for one in endpoint.bodies]
    assert asked[-1] < set().union(*asked[:-1]), "one category asks for less"
    assert narrow["judge"]["calls"] == 1
    assert "It is so." in json.dumps(audit["details"])


def test_without_a_request_to_do_so_nothing_is_sent(asking: Asking) -> None:
    server, endpoint = asking
    _, result = server.request("POST", f"{PREFIX}/analyze", {"dataset": items(2, "Chile")})
    assert endpoint.bodies == []
    assert (result["judge"], result["tokens_used"]) == (None, 0)


def test_a_key_where_no_judge_is_set_leaves_local_verdicts(tmp_path: Path) -> None:
    with serve(tmp_path, FAILSIGHT_JUDGE_MODEL="") as server:
        _, result = server.request("POST", f"{PREFIX}/analyze", {"dataset": items(2), "openai_api_key": SECRET})
    assert "FAILSIGHT_JUDGE_MODEL" in result["judge"]["stopped"]
    secret_is_nowhere(tmp_path)


@pytest.mark.parametrize("key", [SECRET, "two words " + SECRET])
def test_a_key_that_is_refused_is_said_and_the_run_ends(asking: Asking, key: str) -> None:
    server, endpoint = asking
    endpoint.answer = lambda _: failure(401, f"Incorrect API key provided: {key}")
    body = {"dataset": items(2, "Bolivia"), "openai_api_key": key}
    code, result = server.request("POST", f"{PREFIX}/analyze", body)
    assert code == 200
    assert "OPENAI_API_KEY" in result["judge"]["stopped"]
    assert SECRET not in str(result)
    assert result["summary"]["total_items"] == 2


def test_a_job_with_a_key_of_its_own(asking: Asking) -> None:
    """Larger than what is answered at once: the server itself works on it, beside a worker that may not."""
    server, endpoint = asking
    body = {"dataset": items(80, "Brazil"), "openai_api_key": SECRET}
    code, ticket = server.request("POST", f"{PREFIX}/analyze", body)
    assert code == 202
    result = finished(server, ticket["job_id"])
    assert by_judge(result) == set(range(80))
    assert [item["item_id"] for item in result["inputs"]] == [str(n) for n in range(80)]
    assert (result["judge"]["items_asked"], result["judge"]["stopped"]) == (80, None)
    assert result["tokens_used"] == 110 * len(endpoint.bodies)
    assert set(endpoint.authorizations) == {f"Bearer {SECRET}"}


def test_after_a_restart_without_the_key_the_rest_is_local(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    endpoint.answer = says(delay=0.2)
    short = judged(endpoint, FAILSIGHT_LEASE_SECONDS="2")
    with serve(tmp_path, workers=1, **short) as first:
        _, ticket = first.request("POST", f"{PREFIX}/analyze", {"dataset": items(80), "openai_api_key": SECRET})
        until(lambda: status_of(first, ticket["job_id"])["current_item"] >= 10)
        first.kill()
    with serve(tmp_path, workers=1, **short) as second:
        result = finished(second, ticket["job_id"])
        asked = len(endpoint.bodies)
    assert result["status"] == "completed"
    assert "the request's own key is gone" in result["judge"]["stopped"]
    assert 10 <= len(by_judge(result)) < 80
    assert by_judge(result) == set(range(len(by_judge(result))))
    assert 0 < result["judge"]["tokens_in"] <= 100 * asked
    assert [item["item_index"] for item in result["inputs"]] == list(range(80))
    assert any("no judge was asked: the request's own key is gone" in line for line in result["detectors_skipped"])
    secret_is_nowhere(tmp_path)


def test_a_judge_for_the_whole_server_goes_on_after_a_kill(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    endpoint.answer = says(delay=0.1)
    short = judged(endpoint, FAILSIGHT_LEASE_SECONDS="2", FAILSIGHT_JUDGE="uncertain", OPENAI_API_KEY=SECRET)
    with serve(tmp_path, workers=1, **short) as first:
        _, ticket = first.request("POST", f"{PREFIX}/analyze", {"dataset": items(40)})
        until(lambda: status_of(first, ticket["job_id"])["current_item"] >= 10)
        first.kill()
    with serve(tmp_path, workers=2, **short) as second:
        result = finished(second, ticket["job_id"])
    assert by_judge(result) == set(range(40))
    assert (result["judge"]["stopped"], result["judge"]["mode"]) == (None, "uncertain")
    assert result["judge"]["items_asked"] == 40
    secret_is_nowhere(tmp_path)


def test_a_budget_holds_for_a_run_whoever_works_on_it(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    endpoint.answer = says(delay=0.05)
    more = {"FAILSIGHT_JUDGE": "uncertain", "OPENAI_API_KEY": "k", "FAILSIGHT_JUDGE_BUDGET": "12000"}
    with serve(tmp_path, workers=2, FAILSIGHT_LEASE_SECONDS="2", **judged(endpoint, **more)) as first:
        _, ticket = first.request("POST", f"{PREFIX}/analyze", {"dataset": items(150)})
        until(lambda: status_of(first, ticket["job_id"])["current_item"] >= 20)
        first.kill()
    with serve(tmp_path, workers=2, FAILSIGHT_LEASE_SECONDS="2", **judged(endpoint, **more)) as second:
        result = finished(second, ticket["job_id"])
    assert result["status"] == "completed"
    assert result["judge"]["stopped"].startswith("budget")
    assert 0 < result["tokens_used"] <= 12_000
    assert by_judge(result) < set(range(150))


def test_a_cancelled_run_asks_no_more(asking: Asking) -> None:
    server, endpoint = asking
    endpoint.answer = says(delay=0.3)
    body = {"dataset": items(500, "Ecuador"), "openai_api_key": SECRET}
    _, ticket = server.request("POST", f"{PREFIX}/analyze", body)
    until(lambda: status_of(server, ticket["job_id"])["current_item"] > 0)
    code, answer = server.request("POST", f"{PREFIX}/runs/{ticket['job_id']}/cancel")
    assert (code, answer["status"]) == (200, "cancelled")
    time.sleep(3)
    asked = len(endpoint.bodies)
    time.sleep(1.5)
    assert len(endpoint.bodies) == asked < 100
    assert status_of(server, ticket["job_id"])["status"] == "cancelled"


def test_a_slow_judge_turns_a_small_run_into_a_job(tmp_path: Path, endpoint: ScriptedEndpoint) -> None:
    endpoint.answer = says(delay=1.5)
    with serve(tmp_path, workers=0, FAILSIGHT_SYNC_SECONDS="1", **judged(endpoint)) as server:
        code, ticket = server.request("POST", f"{PREFIX}/analyze", {"dataset": items(3), "openai_api_key": SECRET})
        assert code == 202
        assert by_judge(finished(server, ticket["job_id"])) == set(range(3))


def test_organizations_share_no_replies(asking: Asking) -> None:
    server, _ = asking
    other = server.run_command("organizations", "create", "other").strip()
    body = {"dataset": items(1, "Guyana"), "openai_api_key": SECRET}
    used = [server.request("POST", f"{PREFIX}/analyze", body, key)[1]["judge"] for key in (None, None, other)]
    assert [(usage["calls"] > 0, usage["cached"] > 0) for usage in used] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_a_server_that_cannot_ask_its_judge_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="FAILSIGHT_JUDGE_MODEL"), serve(tmp_path, FAILSIGHT_JUDGE="always"):
        pass
