"""The house rules that a program can check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from failsight.engine.detectors import DETECTORS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "failsight"
MODULES = {
    path.relative_to(ROOT).as_posix(): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.parent.name != "versions"  # migrations are generated, and never edited again
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
LAYERS = next(contract for contract in PROJECT["contracts"] if contract["type"] == "layers")["layers"]
EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("exceptions.yaml").read_text("utf-8"))
LINES, FUNCTION_LINES = 300, 40
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager", "tools"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{name}::{node.name}", node


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, (Function, ast.ClassDef)) and not node.name.startswith("_"):
            yield node


def test_arrows_go_downstairs() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_room_stands_on_a_floor() -> None:
    on_floors = {room.strip() for layer in LAYERS for room in layer.split("|")}
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert rooms - {"__init__", "__main__"} == on_floors


def test_the_floors_are_drawn_in_the_architecture_page() -> None:
    drawn = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for height, layer in enumerate(reversed(LAYERS)):
        assert re.search(rf"^{height}  {re.escape(layer)}(\s|$)", drawn, re.MULTILINE), layer


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short_named_well_and_says_what_it_is(name: str) -> None:
    text = MODULES[name].read_text("utf-8")
    if name not in EXCEPTIONS["modules"] and not name.endswith("_weights.py"):
        assert len(text.splitlines()) <= LINES
    assert MODULES[name].stem not in FORBIDDEN_NAMES
    assert text.strip() == "" or ast.get_docstring(TREES[name])


def test_functions_are_short() -> None:
    long = {
        place: node.end_lineno - node.lineno + 1
        for place, node in functions()
        if node.end_lineno and node.end_lineno - node.lineno + 1 > FUNCTION_LINES + _lines_of_docstring(node)
    }
    assert set(long) == set(EXCEPTIONS["functions"]), long


def _lines_of_docstring(node: Function) -> int:
    return len((ast.get_docstring(node, clean=False) or "").splitlines())


def test_exceptions_are_needed_and_have_a_reason() -> None:
    for name, reason in EXCEPTIONS["modules"].items():
        assert len(MODULES[name].read_text("utf-8").splitlines()) > LINES
        assert len(reason) > 20
    assert all(len(reason) > 20 for reason in EXCEPTIONS["functions"].values())


@pytest.mark.parametrize("name", MODULES)
def test_public_names_say_what_they_are(name: str) -> None:
    named = [node for node in public(TREES[name].body) if not (isinstance(node, ast.ClassDef) and _is_enum(node))]
    bare = [node.name for node in named if not ast.get_docstring(node)]
    assert not bare


def _is_enum(node: ast.ClassDef) -> bool:
    return any(ast.unparse(parent).endswith("Enum") for parent in node.bases)


def test_no_error_is_swallowed() -> None:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and all(isinstance(part, ast.Pass) for part in node.body):
                caught = ast.unparse(node.type) if node.type else "everything"
                assert caught not in {"Exception", "BaseException", "everything"}, f"{name}:{node.lineno}"


def test_only_settings_reads_the_environment() -> None:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and _is_os(node.value)
            written = _writes_environment(tree, node) if reads else False
            assert not reads or written or name.endswith("failsight/settings.py"), f"{name}:{node.lineno}"


def _is_os(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


def _writes_environment(tree: ast.Module, node: ast.AST) -> bool:
    stored = [n for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    return any(target.value is node for target in stored)


def test_no_mocks() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        imported = {
            name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        }
        assert not any(name.startswith(("unittest.mock", "mock", "pytest_mock")) for name in imported), path


def test_a_detector_is_one_file_of_its_name_with_one_case_file() -> None:
    files = {path.stem for path in (PACKAGE / "engine" / "detectors").glob("*.py")} - {"__init__"}
    cases = {path.stem for path in (ROOT / "tests" / "cases" / "detectors").glob("*.yaml")}
    assert set(DETECTORS.names()) == files == cases
    for detector in DETECTORS:
        assert type(detector).__module__ == f"failsight.engine.detectors.{detector.name}"


@pytest.mark.parametrize("folder", ["detectors", "metrics", "heads"])
def test_collections_hold_members_only(folder: str) -> None:
    for path in (PACKAGE / "engine" / folder).glob("*.py"):
        if path.stem != "__init__":
            listed = (path.parent / "__init__.py").read_text("utf-8")
            assert f"failsight.engine.{folder}.{path.stem} import" in listed
