"""Failsight finds why an LLM application fails, and says whether it may ship. Offline, without any key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from failsight.model.item import Item
    from failsight.model.run import FARunResult
    from failsight.wiring import analyze

__version__ = "0.1.0"
__all__ = ["FARunResult", "Item", "__version__", "analyze"]

_HOMES = {"Item": "failsight.model.item", "FARunResult": "failsight.model.run", "analyze": "failsight.wiring"}


def __getattr__(name: str) -> Any:
    """Public names load when they are first used, so that ``import failsight`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'failsight' has no attribute '{name}'")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)
