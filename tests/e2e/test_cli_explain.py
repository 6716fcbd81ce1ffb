"""The commands that explain: receipts, the demo, the taxonomy and the detectors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import EXPLAIN, run

pytestmark = pytest.mark.usefixtures("without_encoder")


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
