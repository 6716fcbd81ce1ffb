"""``failsight analyze --judge`` against an endpoint of the protocol that answers by script."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

import failsight
from failsight.cli.main import main
from failsight.model.judge import JudgePrice
from failsight.settings import Settings
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, failure

KEY = "sk-test-0123456789abcdef"
TAG = "0:over_refusal"


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Start = Callable[..., Done]


def verdicts(body: Body) -> str:
    """Every rubric fails, every metric gets a 4."""
    asked = body["response_format"]["json_schema"]["schema"]["properties"]
    verdict = {"reasoning": "as seen", "quote": "", "quote_field": "", "verdict": "fail", "probability": 0.9}
    score = {"explanation": "good", "score": 4}
    return json.dumps({name: score if "score" in part["properties"] else verdict for name, part in asked.items()})


def items(count: int) -> list[dict[str, Any]]:
    return [{"input": f"Name {n + 2} fruits.", "output": "I would rather not do that today."} for n in range(count)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items(4)))
    return path


@pytest.fixture
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint(verdicts) as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, endpoint: ScriptedEndpoint) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("FAILSIGHT_", "OPENAI_"))}
    return known | {
        "FAILSIGHT_ENCODER": "off",
        "FAILSIGHT_DATA_DIR": str(tmp_path / "data"),
        "FAILSIGHT_JUDGE_MODEL": "m",
        "OPENAI_BASE_URL": endpoint.url,
        "OPENAI_API_KEY": KEY,
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Start:
    """The command inside this process, which need not load everything each time."""

    def start(*arguments: str | Path, **changed: str) -> Done:
        streams = {name: io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for name in ("stdout", "stderr")}
        with pytest.MonkeyPatch.context() as patch:
            for name in set(os.environ) - set(environment):
                patch.delenv(name)
            for name, value in (environment | changed).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["failsight", *map(str, arguments)])
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main()
        out, err = (cast("io.BytesIO", stream.buffer).getvalue().decode() for stream in streams.values())
        assert KEY not in out + err
        assert isinstance(ended.value.code, int | None)
        return Done(ended.value.code or 0, out, err)

    return start


def result(done: Done) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_judge(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [tag for tag in run["failure_tags"] if any(name.startswith("judge:") for name in tag["detectors"])]


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
        assert _verdicts(result(other)) == _verdicts(result(first))

    receipt = run("explain", data, TAG, "--judge", "always")
    assert len(endpoint.bodies) == sent
    for part in ("Judge m", "rubric: over_refusal@", "request: ", "as seen", "Rubric over_refusal@"):
        assert part in receipt.stdout
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]


def _verdicts(run: dict[str, Any]) -> str:
    """Everything on the items, in bytes, but what differs in every run."""
    found = [run["failure_tags"], run["inputs"], run["detectors_run"], run["detectors_skipped"], run["eval_metrics"]]
    return json.dumps(found).replace(run["run_id"], "")


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


def test_a_dead_address_leaves_the_local_verdicts(run: Start, data: Path) -> None:
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


@pytest.fixture
def _heard_interrupts() -> Iterator[None]:
    """Children inherit that an interrupt is heard, also where these tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(environment: dict[str, str], data: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "failsight", "analyze", str(data), "--judge", "always", "--json"]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.usefixtures("_heard_interrupts")
def test_an_interrupt_stops_the_judge_and_keeps_what_is_known(
    environment: dict[str, str], data: Path, endpoint: ScriptedEndpoint
) -> None:
    def slow(body: Body) -> str:
        time.sleep(0.4)
        return verdicts(body)

    endpoint.answer = slow
    data.write_text("".join(json.dumps(item) + "\n" for item in items(60)))
    with start(environment, data) as process:
        while len(endpoint.bodies) < 6:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "asked no more" in err
    told = json.loads(out)
    assert told["judge"]["stopped"]
    assert len(told["inputs"]) == 60
    assert 2 <= len({tag["item_index"] for tag in by_judge(told)}) == told["judge"]["items_asked"] < 30


@pytest.mark.usefixtures("_heard_interrupts")
def test_a_second_interrupt_does_not_wait_for_calls(
    environment: dict[str, str], data: Path, endpoint: ScriptedEndpoint
) -> None:
    endpoint.answer = lambda body: Canned(b"{}", delay=8)
    with start(environment, data) as process:
        while not endpoint.bodies:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        assert "asked no more" in process.stderr.readline()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert (process.returncode, out, err) == (130, "", "failsight: stopped.\n")


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
