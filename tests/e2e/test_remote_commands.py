"""``failsight analyze --server`` and ``failsight runs`` against a real server, on each database."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from servers import Server, serve
from typer.testing import CliRunner

from failsight.cli.main import app

HEARING = """import signal; signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
from failsight.cli.main import main; main()"""
LOOP = "Please wait. Please wait. Please wait. Please wait. Please wait."


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def failsight(server: Server, *arguments: str | Path, key: str | None = None) -> Done:
    """The command in this process, which need not load everything each time."""
    environment = {"FAILSIGHT_ENCODER": "off", "FAILSIGHT_SERVER": server.url, "FAILSIGHT_API_KEY": key or server.key}
    done = CliRunner().invoke(app, [*map(str, arguments)], env=environment)
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path, 60)


def write(folder: Path, size: int) -> Path:
    rows = [{"id": f"i{n}", "frage": f"question {n}", "output": LOOP if n % 2 else "Done."} for n in range(size)]
    path = folder / "data.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"frage": "no end\n', "utf-8")
    return path


def test_a_server_analyses_as_this_program_does(server: Server, data: Path) -> None:
    options = (data, "--map", "input=frage", "--json", "--skip-broken")
    here = failsight(server, "analyze", *options, "--server", "")
    there = failsight(server, "analyze", *options, "--project", "remote")
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert "skipped: line 61" in there.stderr
    mine, its = json.loads(here.stdout), json.loads(there.stdout)
    own = {"run_id", "created_at", "duration_ms", "eval_run_id", "security_batch_id", "failure_tags"}
    assert {key: mine[key] for key in mine.keys() - own} == {key: its[key] for key in its.keys() - own}
    assert its["records_skipped"] == 1
    assert its["summary"]["items_with_failures"] == 30
    assert [(tag["subcategory_id"], tag["severity"]) for tag in mine["failure_tags"]] == [
        (tag["subcategory_id"], tag["severity"]) for tag in its["failure_tags"]
    ]
    listed = json.loads(failsight(server, "runs", "list", "--project", "remote", "--json").stdout)
    assert its["run_id"] in {run["run_id"] for run in listed}


def test_reports_rules_and_exit_codes_are_the_same(server: Server, data: Path) -> None:
    options = (data, "--map", "input=frage")
    report = failsight(server, "analyze", *options)
    assert report.returncode == 3  # one record could not be read
    assert "30 of 60 items failed" in report.stdout
    assert failsight(server, "analyze", *options, "--fail-on", "any").returncode == 1
    lines = failsight(server, "analyze", *options, "--jsonl", "--limit", "5").stdout.splitlines()
    assert len(lines) == 6
    assert "30 of 60" in failsight(server, "analyze", *options, "--markdown").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--no-encoder"], "--no-encoder is not sent to a server"),
        (["--mode", "full"], "--mode full"),
        (["--fail-on", "no_such"], "no_such"),
        (["--server", "localhost:8080"], "no address of a server"),
        (["--api-key", "vq_\u00e9"], "API key"),
        (["--json", "--jsonl"], "two outputs"),
    ],
)
def test_wrong_usage_is_2(server: Server, data: Path, options: list[str], said: str) -> None:
    done = failsight(server, "analyze", data, "--map", "input=frage", *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_wrong_key_and_a_server_that_is_not_there(server: Server, data: Path) -> None:
    assert failsight(server, "runs", "list", key="vq_wrong").returncode == 2
    lost = failsight(server, "runs", "list", "--server", "http://127.0.0.1:9")
    assert lost.returncode == 3
    assert "Cannot reach http://127.0.0.1:9" in lost.stderr


def test_runs_are_listed_shown_watched_and_cancelled(server: Server, data: Path) -> None:
    made = failsight(server, "analyze", data, "--map", "input=frage", "--json", "--skip-broken")
    run_id = json.loads(made.stdout)["run_id"]
    table = failsight(server, "runs", "list", "--limit", "3").stdout
    assert run_id in table
    assert "completed" in table
    shown = failsight(server, "runs", "show", run_id, "--fail-on", "any")
    assert shown.returncode == 1
    assert "30 of 60 items failed" in shown.stdout
    tags = json.loads(failsight(server, "runs", "tags", run_id, "--decision", "fail", "--json").stdout)
    assert len(tags) == 30
    assert tags[0]["subcategory_id"] in failsight(server, "runs", "tags", run_id, "--min-severity", "1").stdout
    watched = failsight(server, "runs", "watch", run_id)
    assert watched.returncode == 0
    assert "completed" in watched.stderr
    assert failsight(server, "runs", "watch", run_id, "--fail-on", "any").returncode == 1
    assert failsight(server, "runs", "cancel", run_id).stdout == f"{run_id} is completed\n"
    assert failsight(server, "runs", "show", "no-such-run").returncode == 2


def test_an_interrupt_leaves_the_run_to_the_server(server: Server, tmp_path: Path) -> None:
    body = {"dataset": [{"input": f"q {n}", "output": LOOP} for n in range(20_000)]}
    _, ticket = server.request("POST", "/v2/failure-analysis/analyze", body)
    run_id = ticket["job_id"]
    environment = server.environment | {"FAILSIGHT_SERVER": server.url, "FAILSIGHT_API_KEY": server.key}
    command = [sys.executable, "-c", HEARING, "runs", "watch", run_id]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as watching:
        assert watching.stderr is not None
        assert watching.stderr.readline()
        watching.send_signal(signal.SIGINT)
        rest = watching.stderr.read()
        assert watching.wait(timeout=20) == 130
    assert f"failsight runs cancel {run_id}" in rest
    unfinished = failsight(server, "runs", "show", run_id)
    assert unfinished.returncode == 3
    assert "runs watch" in unfinished.stderr
    assert failsight(server, "runs", "cancel", run_id).stdout == f"{run_id} is cancelled\n"
    gone = failsight(server, "runs", "watch", run_id)
    assert gone.returncode == 3
    assert "cancelled" in gone.stderr


def test_help_answers_at_once() -> None:
    quickest = 9.0
    for _ in range(5):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "failsight", "runs", "--help"], capture_output=True, check=True)
        quickest = min(quickest, time.perf_counter() - started)
    assert quickest < 1.0  # 0.2 s on an idle machine


def test_too_much_for_one_request_says_what_to_do(tmp_path: Path, small_server: Server) -> None:
    done = failsight(small_server, "analyze", write(tmp_path, 3000), "--map", "input=frage")
    assert done.returncode == 2
    assert "--limit" in done.stderr
    assert failsight(small_server, "runs", "list", "--json").stdout.strip() == "[]"


@pytest.fixture
def small_server(tmp_path: Path) -> Iterator[Server]:
    with serve(tmp_path / "small", workers=0, FAILSIGHT_MAX_BODY_BYTES="10000") as running:
        yield running
