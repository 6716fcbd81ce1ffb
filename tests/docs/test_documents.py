"""Documents cannot lie: their code runs, their links lead somewhere, their generated pages agree with the code."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from failsight.wiring.taxonomy import load_taxonomy

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"(?:<!-- (?P<note>[^>]*) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the comment before it."""

    kind: str
    text: str
    note: str


def blocks(path: Path) -> list[Block]:
    return [Block(m["kind"], m["text"], m["note"] or "") for m in BLOCK.finditer(path.read_text("utf-8"))]


def having(kind: str) -> list[Path]:
    return [path for path in DOCUMENTS if any(block.kind == kind for block in blocks(path))]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def command_folder(folder: Path) -> dict[str, str]:
    """An environment in which ``failsight`` is this checkout's command."""
    script = folder / "bin" / "failsight"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m failsight "$@"\n', "utf-8")
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", "NO_COLOR": "1"}


@pytest.mark.parametrize("path", having("python"), ids=name_of)
def test_python_blocks_run(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in one namespace, beside the files that blocks noted ``runs: NAME`` stand for."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks(path):
        if block.note.startswith("runs: "):
            Path(block.note.removeprefix("runs: ")).write_text(block.text, "utf-8")
        if block.kind == "python":
            exec(compile(block.text, name_of(path), "exec"), names)


@pytest.mark.parametrize("path", having("sh"), ids=name_of)
def test_shell_blocks_run(path: Path, tmp_path: Path) -> None:
    """Those that call ``failsight``; the others install or build. One noted ``not run: REASON`` is left out."""
    environment = command_folder(tmp_path)
    for block in blocks(path):
        if block.note.startswith("runs: "):
            (tmp_path / block.note.removeprefix("runs: ")).write_text(block.text, "utf-8")
        if block.kind == "sh" and not block.note.startswith("not run: ") and re.search(r"\bfailsight ", block.text):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{block.text}\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_generated_pages_agree_with_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.drifted() == [], "run: python docs/generate.py"


def test_the_readme_lists_every_bucket() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for bucket in load_taxonomy().buckets:
        row = re.search(rf"^\| {re.escape(bucket.bucket_name)} \|(.*)\|$", readme, re.MULTILINE)
        assert row, bucket.bucket_name
        for sub in bucket.subcategories:
            assert sub.subcategory_name.lower() in row[1].lower(), sub.subcategory_name
