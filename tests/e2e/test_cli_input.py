"""What the command reads: files, streams, formats, and what it says of those it cannot read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from failsight import FARunResult
from tests.command_line import BAD, BROKEN, FINE, lines, run, spawn

pytestmark = pytest.mark.usefixtures("without_encoder")


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


def test_numbers_that_json_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"input": "a", "output": "b", "metadata": {"x": NaN, "y": 1e999}}\n', "utf-8")
    assert json.loads(run("analyze", path, "--json").stdout, parse_constant=pytest.fail)


def test_output_is_no_input(data: Path) -> None:
    done = run("analyze", data, "--output", data)
    assert done.returncode == 2
    assert data.read_text("utf-8") == lines(BAD, FINE)


def test_a_record_of_ten_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    text = "Each sentence number {} says something else about the garden. "
    big = "".join(text.format(i) for i in range(160_000))
    path.write_text(json.dumps([{"input": "Sum up", "output": "A garden.", "metadata": {"page": big}}, FINE]), "utf-8")
    assert path.stat().st_size > 10_000_000
    assert run("analyze", path).returncode == 0
