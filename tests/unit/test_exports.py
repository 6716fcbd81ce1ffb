"""The public names: all there, the same objects as at home, and free until used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import failsight

HEAVY = {"pydantic", "numpy", "yaml", "onnxruntime", "tokenizers", "rich", "typer", "jsonschema", "failsight.wiring"}


def test_every_public_name_is_there() -> None:
    for name in failsight.__all__:
        assert getattr(failsight, name) is not None
    assert dir(failsight) == sorted(failsight.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Analyze'"):
        _ = failsight.Analyze


def test_errors_are_one_tree() -> None:
    assert issubclass(failsight.InvalidItem, failsight.FailsightError)
    assert issubclass(failsight.UnknownName, failsight.InvalidInput)


@pytest.mark.parametrize("module", ["failsight", "failsight.cli.main"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(' '.join(sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & (HEAVY - ({"typer"} if module == "failsight.cli.main" else set()))
