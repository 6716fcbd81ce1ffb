"""``failsight analyze --judge`` against an endpoint of the protocol that answers by script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from judge_commands import KEY, TAG, Start, by_judge, items, result, verdicts_of

import failsight
from failsight.model.judge import JudgePrice
from failsight.settings import Settings
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, failure


def test_a_key_alone_sends_nothing(run: Start, data: Path, endpoint: ScriptedEndpoint) -> None:
    done = run("analyze", data, "--json")
    assert endpoint.bodies == []
    assert result(done)["judge"] is None


def test_a_judge_is_asked_kept_replayed_and_explained(
    run: Start, data: Path, endpoint: ScriptedEndpoint, tmp_path: Path
) -> None:
    command = ("analyze", data, "--json", "--judge", "always", "--judge-price", "1/2")
    first = run(*command)
    assert first.returncode == 0
    usage = result(first)["judge"]
    assert (usage["items_asked"], usage["calls"], usage["failed"], usage["stopped"]) == (
        4,
        len(endpoint.bodies),
        0,
        None,
    )
    assert usage["cost_usd"] == pytest.approx((usage["tokens_in"] + 2 * usage["tokens_out"]) / 1e6)
    assert "for 1,000 items" in first.stderr
    assert by_judge(result(first))
    assert set(endpoint.authorizations) == {f"Bearer {KEY}"}

    sent = len(endpoint.bodies)
    again = run(*command)
    assert len(endpoint.bodies) == sent
    assert (result(again)["judge"]["calls"], result(again)["judge"]["cached"]) == (0, sent)
    replayed = run(*command, "--judge-replay", OPENAI_BASE_URL="", OPENAI_API_KEY="")
    for other in (again, replayed):
        assert verdicts_of(result(other)) == verdicts_of(result(first))

    receipt = run("explain", data, TAG, "--judge", "always")
    assert len(endpoint.bodies) == sent
    judged = [item["eval_receipts"]["fluency"] for item in result(first)["inputs"]]
    assert {(one["model"], one["rubric"], one["prompt_version"]) for one in judged} == {("m", "fluency@1", 2)}
    assert len({one["request_hash"] for one in judged}) == 4
    assert json.loads(judged[0]["reply"]) == {"explanation": "good", "score": 4}
    assert judged[0]["explanation"].startswith("Judge m, fluency@1, request ")

    for part in ("Judge m", "rubric: over_refusal@", "request: ", "as seen", "Rubric over_refusal@"):
        assert part in receipt.stdout
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def test_the_report_has_a_line_about_the_judge(run: Start, data: Path) -> None:
    text = run("analyze", data, "--judge", "always").stdout
    assert "m (always): 4 of 4 items asked" in " ".join(text.split())
    assert "--judge-price" in text
    assert f"failsight explain {data}" in text
    assert "--judge always" in text
    markdown = run("analyze", data, "--judge", "always", "--markdown", "--judge-price", "1/1").stdout
    assert "**Judge:** m (always): 4 of 4 items asked" in markdown


def test_a_dry_run_sends_nothing(run: Start, data: Path, endpoint: ScriptedEndpoint) -> None:
    told = result(run("analyze", data, "--dry-run", "--json", "--judge-price", "1/1"))
    assert endpoint.bodies == []
    assert told["always"]["items_asked"] == 4
    assert told["always"]["cost_usd_per_1000_items"] > 0
    assert told["uncertain"]["requests"] <= told["always"]["requests"]
    bare = run("analyze", data, "--dry-run", "--judge", "always", FAILSIGHT_JUDGE_MODEL="", OPENAI_BASE_URL="")
    assert "about 4 of 4 items" in bare.stdout
    assert "--judge-price" in bare.stdout
    usage = result(run("analyze", data, "--judge", "always", "--json"))["judge"]
    assert told["always"]["requests"] == usage["calls"]


def test_a_dry_run_knows_what_is_kept(run: Start, data: Path, endpoint: ScriptedEndpoint) -> None:
    dry = ("analyze", data, "--dry-run", "--judge", "always", "--judge-price", "1/1")
    whole = result(run(*dry, "--json"))["always"]
    assert (whole["kept"], whole["tokens_in"] > 0) == (0, True)
    run("analyze", data, "--judge", "always", "--limit", "3")
    sent = len(endpoint.bodies)
    rest = result(run(*dry, "--json"))["always"]
    assert (rest["requests"], rest["kept"], rest["items_asked"]) == (whole["requests"], sent, 4)
    assert 0 < rest["tokens_in"] < whole["tokens_in"] / 3
    assert rest["cost_usd"] == pytest.approx((rest["tokens_in"] + rest["tokens_out"]) / 1e6)
    assert f"{sent} of them answered by kept replies" in " ".join(run(*dry).stdout.split())
    run("analyze", data, "--judge", "always")
    done = result(run(*dry, "--json"))["always"]
    assert (done["kept"], done["tokens_in"], done["cost_usd"]) == (whole["requests"], 0, 0.0)
    assert result(run(*dry, "--json", "--judge-cache", "off"))["always"]["kept"] == 0
    assert result(run(*dry, "--json", "--judge-model", "another"))["always"]["kept"] == 0


def test_a_budget_stops_the_asking_and_nothing_else(run: Start, data: Path, endpoint: ScriptedEndpoint) -> None:
    whole = result(run("analyze", data, "--dry-run", "--json"))["always"]
    most = whole["tokens_in"] // 2
    done = run("analyze", data, "--json", "--judge", "always", "--judge-budget", str(most))
    assert done.returncode == 3
    usage = result(done)["judge"]
    assert usage["stopped"].startswith("budget")
    assert 0 < len(endpoint.bodies) < whole["requests"]
    assert usage["tokens_in"] + usage["tokens_out"] <= most
    assert len(result(done)["inputs"]) == 4
    assert "ended early" in done.stderr
    assert run("analyze", data, "--judge", "always", "--judge-budget", "10", "--skip-broken").returncode == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (failure(401, f"Incorrect API key provided: {KEY}"), "OPENAI_API_KEY"),
        (failure(404, "model m not found"), "--judge-model"),
    ],
)
def test_a_judge_that_refuses_everything(
    run: Start, data: Path, endpoint: ScriptedEndpoint, answer: Canned, words: str
) -> None:
    endpoint.answer = lambda body: answer
    done = run("analyze", data, "--judge", "always", "--json", FAILSIGHT_JUDGE_CONCURRENCY="1")
    assert done.returncode == 3
    assert words in done.stderr
    assert len(endpoint.bodies) == 1
    assert len(result(done)["inputs"]) == 4


def test_a_dead_address_leaves_the_localverdicts_of(run: Start, data: Path) -> None:
    local = result(run("analyze", data, "--json"))
    done = run("analyze", data, "--judge", "always", "--json", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert done.returncode == 3
    assert [tag["decision"] for tag in result(done)["failure_tags"]] == [
        tag["decision"] for tag in local["failure_tags"]
    ]
    assert result(done)["judge"]["failed"] == result(done)["judge"]["calls"] > 0
    assert any("could not be reached" in line for line in result(done)["detectors_skipped"])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--judge", "sometimes"], "sometimes"),
        (["--judge", "always", "--judge-budget", "much"], "--judge-budget"),
        (["--judge", "always", "--judge-price", "cheap"], "--judge-price"),
        (["--judge", "always", "--judge-budget", "1usd"], "FAILSIGHT_JUDGE_PRICE"),
        (["--judge", "always", "--judge-cache", "off", "--judge-replay"], "FAILSIGHT_JUDGE_CACHE"),
        (["--judge", "always", "--server", "http://127.0.0.1:9", "--api-key", "x"], "--judge"),
    ],
)
def test_wrong_usage_is_said_before_anything_is_sent(
    run: Start, data: Path, endpoint: ScriptedEndpoint, options: list[str], named: str
) -> None:
    done = run("analyze", data, *options)
    assert done.returncode == 2
    assert named in done.stderr
    assert endpoint.bodies == []


def test_the_library_asks_too(endpoint: ScriptedEndpoint, tmp_path: Path) -> None:
    settings = Settings(
        encoder=False,
        judge_model="m",
        judge_price=JudgePrice(usd_in=1, usd_out=1),
        openai_base_url=endpoint.url,
        data_dir=str(tmp_path),
    )
    assert failsight.analyze(items(2), settings=settings).judge is None
    run = failsight.analyze(items(2), settings=settings, judge="always")
    assert run.judge is not None
    assert run.judge.items_asked == 2
    assert run.judge.cost_usd
    assert len(endpoint.bodies) == run.judge.calls
    with pytest.raises(failsight.FailsightError, match="always, uncertain or never"):
        failsight.analyze(items(1), settings=settings, judge="often")  # type: ignore[arg-type]


def test_repetitions_are_shown_with_their_spread(run: Start, data: Path, endpoint: ScriptedEndpoint) -> None:
    torn = iter([0.6, 0.4, 0.7])

    def answer(body: Body) -> str:
        said = {"reasoning": "hard to say", "quote": "", "quote_field": "", "verdict": "unsure"}
        return json.dumps({"wrong_intent_resolution": said | {"probability": next(torn)}})

    endpoint.answer = answer
    options = ("--judge", "always", "--rejudge", "2", "--limit", "1")
    asked = ("--subcategory", "wrong_intent_resolution", "--no-eval", "--no-security", "--json")
    told = result(run("analyze", data, *options, *asked, FAILSIGHT_JUDGE_CONCURRENCY="1"))
    [tag] = told["failure_tags"]
    signals = tag["scoring_breakdown"]["signals"]
    assert (signals["judge_samples"], signals["judge_spread"]) == (3, 0.3)
    assert "Asked 3 times, with probabilities of failure from 0.4 to 0.7." in tag["judge_rationale"]
    assert tag["evidence_items"][0]["metadata"]["probabilities"] == [0.6, 0.4, 0.7]
