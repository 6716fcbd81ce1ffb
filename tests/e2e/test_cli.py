"""The command as users run it: a process, its output, its exit code."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any, NamedTuple, cast

import pytest

from failsight import FARunResult
from failsight.cli.main import main
from failsight.storage.spool import FileSpool

FINE = {"id": "fine", "input": "What is 2 + 2?", "output": "2 + 2 is 4."}
BAD = {"id": "bad", "input": "Say hello", "output": "i can help. " * 8}
BROKEN = '{"input": "x", "output": '
EXPLAIN = "0:degenerate_repetition"


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def command() -> list[str]:
    """The installed command where there is one beside this Python, else the module."""
    beside = Path(sys.executable).with_name("failsight")
    return [str(beside)] if beside.exists() else [sys.executable, "-m", "failsight"]


def spawn(*arguments: str | Path, stdin: bytes = b"", env: dict[str, str] | None = None) -> Done:
    """The command in a process of its own."""
    done = subprocess.run(
        [*command(), *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, **(env or {})},
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run(*arguments: str | Path, stdin: bytes = b"") -> Done:
    """The command inside this process, which need not load everything each time."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["failsight", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main()
        out.flush()
        err.flush()
    assert isinstance(ended.value.code, int | None)
    return Done(
        ended.value.code or 0,
        cast("io.BytesIO", out.buffer).getvalue().decode(),
        cast("io.BytesIO", err.buffer).getvalue().decode(),
    )


def lines(*records: Any) -> str:
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


@pytest.fixture(autouse=True)
def _without_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILSIGHT_ENCODER", "off")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    path.write_text(lines(BAD, FINE), "utf-8")
    return path


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


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", b"", "it is empty"),
        ("blank.json", b"\n \n", "it is empty"),
        ("none.json", b"[]", "no record could be read"),
        ("broken.jsonl", b"{broken\n{also\n", "no record could be read"),
        ("sheet.xlsx", b"PK\x03\x04xxxx", "Excel"),
        ("u16.csv", "input,output\n".encode("utf-16"), "UTF-16"),
        ("x.bin", b"\x00\x01\x02\x03\x04", "binary"),
        ("x.txt", b"hello world", "--format"),
        ("x.jsonl.gz", b"\x1f\x8bgarbage.....", "gzip file is damaged"),
        ("x.jsonl", b'{"question": "q", "reply": "r"}\n', "--map output=reply"),
    ],
)
@pytest.mark.parametrize("skip", [[], ["--skip-broken"]])
def test_what_cannot_be_read_is_3(tmp_path: Path, name: str, content: bytes, said: str, skip: list[str]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = run("analyze", path, *skip)
    assert done.returncode == 3
    assert said in done.stderr
    assert done.stdout == ""


def test_a_missing_file_and_a_folder_are_3(tmp_path: Path) -> None:
    assert "Check the spelling" in run("analyze", tmp_path / "no.jsonl").stderr
    folder = run("analyze", tmp_path)
    assert folder.returncode == 3
    assert "is a directory" in folder.stderr


def test_broken_records_are_named_skipped_and_make_3(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines(FINE, BROKEN, BAD, {"input": "x"}), "utf-8")
    done = spawn("analyze", path)
    assert done.returncode == 3
    assert "skipped: line 2: not valid JSON" in done.stderr
    assert "skipped: line 4: field 'output'" in done.stderr
    assert "2 records could not be read" in done.stdout
    assert run("analyze", path, "--skip-broken").returncode == 0
    assert run("analyze", path, "--fail-on", "any").returncode == 1, "a hit rule wins over broken records"
    result = FARunResult.model_validate_json(run("analyze", path, "--json").stdout)
    assert (result.records_skipped, len(result.record_errors), result.summary.total_items) == (2, 2, 2)


def test_json_is_the_whole_result(data: Path, tmp_path: Path) -> None:
    done = spawn("analyze", data, "--json")
    result = FARunResult.model_validate_json(done.stdout)
    assert [item.item_id for item in result.inputs] == ["bad", "fine"]
    assert result.summary.total_failures_detected == sum(tag.decision == "fail" for tag in result.tags)
    assert result.status == "completed"
    assert json.loads(done.stdout).keys() == FARunResult.model_fields.keys()
    out = tmp_path / "run.json"
    to_file = run("analyze", data, "--json", "--output", out)
    assert to_file.stdout == ""
    assert "written to" in to_file.stderr
    assert len(FARunResult.model_validate_json(out.read_text("utf-8")).tags) == len(result.tags)


def test_jsonl_has_one_line_an_item_and_the_summary_last(data: Path) -> None:
    *items, last = [json.loads(line) for line in run("analyze", data, "--jsonl").stdout.splitlines()]
    assert [line["item"]["item_id"] for line in items] == ["bad", "fine"]
    assert any(tag["decision"] == "fail" for tag in items[0]["tags"])
    assert last["result"]["summary"]["total_items"] == 2


def test_markdown_is_safe_to_paste(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines({"id": "a|b", "input": "<img src=x> @team `x`", "output": "No <b>way</b>. " * 9}), "utf-8")
    text = run("analyze", path, "--markdown").stdout
    assert text.startswith("## ")
    assert "<img" not in text
    assert "<b>" not in text
    assert "@team" not in text
    assert "a\\|b" in text


def test_stdin_gzip_csv_and_mapping(tmp_path: Path) -> None:
    table = "My Question;output;context\nWhat?;So.;one ||| two\n"
    done = spawn("analyze", "-", "--map", "input=My Question", "--json", stdin=gzip.compress(table.encode()))
    result = FARunResult.model_validate_json(done.stdout)
    assert result.input_type == "csv"
    assert (result.inputs[0].input_text, result.inputs[0].context) == ("What?", ["one", "two"])
    packed = tmp_path / "x.json.gz"
    packed.write_bytes(gzip.compress(json.dumps({"items": [FINE]}).encode()))
    assert run("analyze", packed).returncode == 0


def test_other_names_are_noted_on_stderr(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines({"question": "q", "answer": "a"}, {"question": "q", "answer": "a"}), "utf-8")
    done = run("analyze", path)
    assert done.stderr.count("'question' is read as input") == 1
    assert run("analyze", path, "--quiet").stderr == ""


def test_several_files_are_one_run(data: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.csv"
    second.write_text("input,output\na,b,c\nd,e\n", "utf-8")
    done = run("analyze", data, second, "--json")
    assert done.returncode == 3
    assert "second.csv line 2" in done.stderr
    assert FARunResult.model_validate_json(done.stdout).summary.total_items == 3


def test_limit_and_top(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines(*[BAD] * 9), "utf-8")
    assert "7 of 7 items" in run("analyze", path, "--limit", "7").stdout
    assert run("analyze", path, "--top", "3").stdout.count("  item ") == 3
    assert "Worst items" not in run("analyze", path, "--top", "0").stdout


def test_text_of_items_commands_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    record = {
        "id": "\x1b[31m",
        "input": "\x1b]0;title\x07 [bold]x[/bold] \u202edlrow",
        "output": "日本語 ü 😀\x1b[2J. " * 9,
    }
    path.write_text(lines(record), "utf-8")
    for arguments in (["analyze", path], ["analyze", path, "--markdown"], ["explain", path, EXPLAIN]):
        text = run(*arguments).stdout
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "[bold]x[/bold]" in run("analyze", path).stdout
    assert "日本語" in run("analyze", path).stdout


def test_a_terminal_that_knows_no_unicode(data: Path) -> None:
    assert spawn("analyze", data, env={"PYTHONIOENCODING": "ascii"}).returncode == 0


def test_numbers_that_json_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"input": "a", "output": "b", "metadata": {"x": NaN, "y": 1e999}}\n', "utf-8")
    assert json.loads(run("analyze", path, "--json").stdout, parse_constant=pytest.fail)


def test_a_fault_of_our_own_is_never_taken_for_a_hit_rule(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FileSpool, "__len__", lambda _: 1 // 0)
    done = run("analyze", data)
    assert done.returncode == 3
    assert "please report it" in done.stderr


def test_output_is_no_input(data: Path) -> None:
    done = run("analyze", data, "--output", data)
    assert done.returncode == 2
    assert data.read_text("utf-8") == lines(BAD, FINE)


def test_output_where_nothing_can_be_written(data: Path, tmp_path: Path) -> None:
    done = run("analyze", data, "--output", tmp_path / "no" / "such" / "x.md")
    assert done.returncode == 3
    assert "no" in done.stderr


def test_a_record_of_ten_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    text = "Each sentence number {} says something else about the garden. "
    big = "".join(text.format(i) for i in range(160_000))
    path.write_text(json.dumps([{"input": "Sum up", "output": "A garden.", "metadata": {"page": big}}, FINE]), "utf-8")
    assert path.stat().st_size > 10_000_000
    assert run("analyze", path).returncode == 0


def test_explain_gives_the_receipt_of_data_and_of_saved_results(data: Path, tmp_path: Path) -> None:
    for shape in ("--json", "--jsonl"):
        run("analyze", data, shape, "--output", tmp_path / f"run{shape}")
    wanted = json.loads((tmp_path / "run--json").read_text("utf-8"))["failure_tags"][0]["tag_id"]
    pages = [run("explain", data, EXPLAIN), run("explain", tmp_path / "run--json", EXPLAIN)]
    pages += [run("explain", tmp_path / "run--jsonl", EXPLAIN)]
    pages += [run("explain", "-", EXPLAIN, stdin=(tmp_path / "run--json").read_bytes())]
    assert len({page.stdout for page in pages}) == 1
    for part in (
        "Degenerate repetition: fail",
        "impact",
        "confidence",
        "[i can help.",
        "Detector degenerate_repetition@",
    ):
        assert part in pages[0].stdout
    assert wanted.split(".")[1] == "0"
    assert run("explain", tmp_path / "run--json", wanted).returncode == 0
    facts = json.loads(run("explain", data, EXPLAIN, "--json").stdout)
    assert facts["tag"]["decision"] == "fail"
    assert facts["evidence"][0]["quoted"]


@pytest.mark.parametrize(
    ("tag", "said"),
    [("7:degenerate_repetition", "no item 7"), ("0:nonsense", "no verdict on item 0"), ("x", "names no tag")],
)
def test_explain_what_is_not_there(data: Path, tmp_path: Path, tag: str, said: str) -> None:
    saved = tmp_path / "run.json"
    run("analyze", data, "--json", "--output", saved)
    for source in (data, saved):
        done = run("explain", source, tag)
        assert done.returncode == 2
        assert said in done.stderr.lower()


def test_the_demo_shows_failures_and_can_be_explained() -> None:
    done = run("demo")
    assert done.returncode == 0
    assert "items failed" in done.stdout
    tag = done.stdout.rsplit("failsight explain demo ", 1)[1].split()[0]
    assert run("explain", "demo", tag).returncode == 0


def test_taxonomy_and_detectors() -> None:
    assert "degenerate_repetition" in run("taxonomy").stdout
    assert "prompt_injection" not in run("taxonomy", "--bucket", "response_quality").stdout
    assert json.loads(run("taxonomy", "--json").stdout)["version"]
    assert run("taxonomy", "--markdown").stdout.startswith("| Bucket")
    assert "LLM01" in run("taxonomy", "--crosswalk", "owasp_llm").stdout
    assert run("taxonomy", "--crosswalk", "owaps_llm").returncode == 2
    assert "degenerate_repetition@" in run("detectors").stdout
    assert "Fails:" in run("detectors", "degenerate_repetition").stdout
    assert json.loads(run("detectors", "--json").stdout)[0]["documentation"]
    assert "Did you mean" in run("detectors", "degenerate_repetiton").stderr


def test_an_own_taxonomy(data: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: default\nremove: [degenerate_repetition]\n", "utf-8")
    assert "Degenerate repetition" not in run("analyze", data, "--taxonomy", own).stdout
    broken = run("analyze", data, "--taxonomy", tmp_path / "none.yaml")
    assert broken.returncode == 3


@pytest.mark.skipif(shutil.which("head") is None, reason="needs head")
def test_a_reader_that_leaves_early(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(lines(FINE) * 2000, "utf-8")
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
def test_an_interrupt_stops_quietly_with_130() -> None:
    arguments = [*command(), "analyze", "-", "--bucket", "response_quality"]
    with subprocess.Popen(arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin
        process.stdin.write(lines(FINE).encode() * 20_000)  # more than a pipe holds: it is being read
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == b""
    assert err == b"failsight: stopped.\n"
