"""What the command prints and writes: reports, JSON, Markdown, on any terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from failsight import FARunResult
from tests.command_line import BAD, EXPLAIN, lines, run, spawn

pytestmark = pytest.mark.usefixtures("without_encoder")


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


def test_output_where_nothing_can_be_written(data: Path, tmp_path: Path) -> None:
    done = run("analyze", data, "--output", tmp_path / "no" / "such" / "x.md")
    assert done.returncode == 3
    assert "no" in done.stderr
