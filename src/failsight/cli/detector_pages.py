"""The documentation of detectors, read off their docstrings."""

from __future__ import annotations

import inspect
import json
from typing import Any

from failsight.engine.detector import Detector
from failsight.engine.detectors import DETECTORS


def documentation(detector: Detector) -> str:
    """The detector's docstring, as it is published."""
    return inspect.cleandoc(type(detector).__doc__ or "")


def list_page(*, as_json: bool = False) -> str:
    """Every detector with its version, its subcategories and the first sentence of its documentation."""
    if as_json:
        return json.dumps([_facts(detector) for detector in DETECTORS], indent=2)
    lines = []
    for detector in DETECTORS:
        first = documentation(detector).split("\n\n", 1)[0].replace("\n", " ")
        lines.append(f"{detector.receipt}\n  {first}\n  checks: {', '.join(detector.subcategories)}")
    return "\n\n".join(lines)


def one_page(name: str, *, as_json: bool = False) -> str:
    """The whole documentation of one detector; raises UnknownName. ``name@version`` is understood too."""
    detector = DETECTORS[name.partition("@")[0]]
    if as_json:
        return json.dumps(_facts(detector), indent=2)
    needs = ", ".join(detector.needs) or "nothing special"
    return (
        f"{detector.receipt}\n\n{documentation(detector)}\n\n"
        f"Checks: {', '.join(detector.subcategories)}\nNeeds: {needs}"
    )


def _facts(detector: Detector) -> dict[str, Any]:
    return {
        "name": detector.name,
        "version": detector.version,
        "subcategories": list(detector.subcategories),
        "needs": list(detector.needs),
        "documentation": documentation(detector),
    }
