"""The command as users run it: a process, its output, its exit code."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest

from failsight.storage.spool import FileSpool
from tests.command_line import EXPLAIN, FINE, command, lines, run, spawn

pytestmark = pytest.mark.usefixtures("without_encoder")


def test_help_names_every_command_and_the_exit_codes() -> None:
    done = spawn("--help")
    assert done.returncode == 0
    for word in ("analyze", "explain", "demo", "taxonomy", "detectors", "version", "Exit codes"):
        assert word in done.stdout


def test_the_module_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "failsight", "version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("failsight ")
    assert spawn("--version").stdout == done.stdout


def test_the_report_says_what_failed_and_where(data: Path) -> None:
    done = run("analyze", data)
    assert done.returncode == 0
    for part in ("1 of 2 items failed", "Degenerate repetition", "item 0 (bad)", "“i can help", "Not checked"):
        assert part in done.stdout
    assert f"failsight explain {data} {EXPLAIN}" in done.stdout
    assert done.stderr == ""
    assert "\x1b[" not in done.stdout


def test_no_failure_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(FINE), "utf-8")
    done = run("analyze", path, "--subcategory", "degenerate_repetition")
    assert "No failure found in 1 item" in done.stdout


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("any", 1),
        ("severity>=1", 1),
        ("severity>=4.9", 0),
        ("response_quality", 1),
        ("degenerate_repetition", 1),
        ("security", 0),
        ("alert", 0),
        ("security,any", 1),
    ],
)
def test_fail_on(data: Path, rule: str, code: int) -> None:
    done = run("analyze", data, "--fail-on", rule, "--bucket", "response_quality", "--quiet")
    assert done.returncode == code
    assert ("--fail-on" in done.stderr) == bool(code)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-on", "degenerate_repetiton"], "Did you mean 'degenerate_repetition'"),
        (["--fail-on", "severity>3"], "Write severity>=N"),
        (["--bucket", "securty"], "Did you mean 'security'"),
        (["--subcategory", "x"], "no subcategory 'x'"),
        (["--map", "input"], "FIELD=PATH"),
        (["--map", "inptu=x"], "Did you mean 'input'"),
        (["--json", "--markdown"], "--json and --markdown"),
        (["--format", "xml"], "xml"),
        (["--limit", "0"], "limit"),
        (["--nonsense"], "--nonsense"),
        (["--feature-kind", "ragg"], "ragg"),
    ],
)
def test_wrong_usage_is_2(data: Path, arguments: list[str], said: str) -> None:
    done = run("analyze", data, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_no_file_at_all_is_wrong_usage() -> None:
    assert run("analyze").returncode == 2


def test_a_fault_of_our_own_is_never_taken_for_a_hit_rule(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileSpool, "__len__", lambda _: 1 // 0)
    done = run("analyze", data)
    assert done.returncode == 3
    assert "please report it" in done.stderr


@pytest.mark.skipif(shutil.which("head") is None, reason="needs head")
def test_a_reader_that_leaves_early(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines(FINE) * 500, "utf-8")
    analyze = f"{' '.join(command())} analyze {path} --no-encoder --bucket response_quality"
    for shape, reader in (("--jsonl", "head -1"), ("", "true")):
        shell = f"{analyze} {shape} | {reader}; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False, timeout=120)
        assert done.stdout.splitlines()[-1] == "141", "never 1, which says that a rule was hit"
        assert done.stderr == ""


@pytest.fixture
def _heard_interrupts() -> Iterator[None]:
    """Children hear an interrupt even where this process was started in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard_interrupts")
def test_an_interrupt_stops_with_130_and_says_that_nothing_is_kept() -> None:
    arguments = [*command(), "analyze", "-", "--bucket", "response_quality"]
    with subprocess.Popen(arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        process.stdin.write(lines(FINE).encode() * 3000)  # more than a pipe holds: it is being read
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    told, stopped = err.decode().splitlines()
    assert re.match(r"failsight: [\d,]+ items? examined, nothing kept\. A report needs the whole file", told)
    assert stopped == "failsight: stopped."
