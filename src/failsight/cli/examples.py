"""The bundled examples, which stand for a file called ``demo`` where there is none."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

DEMO = "demo"


def source_path(path: str) -> str:
    """The path itself; for ``demo``, unless there is such a file, that of the bundled examples."""
    if path != DEMO or Path(path).exists():
        return path
    return str(resources.files("failsight").joinpath("examples", "demo.jsonl"))
