"""Failsight finds why an LLM application fails, and says whether it may ship. Offline, without any key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from failsight.client import Client
    from failsight.errors import (
        ExtraMissing,
        FailsightError,
        InvalidInput,
        InvalidItem,
        InvalidSetting,
        InvalidTaxonomy,
        MissingPart,
        ModelMissing,
        UnknownName,
        UnreadableFile,
    )
    from failsight.model.item import Item, Message, ToolCall, ToolSchema
    from failsight.model.run import FARunInput, FARunResult, FASummary, RecordError
    from failsight.model.tag import FAEvidenceItem, FAScoringBreakdown, FATag
    from failsight.settings import Settings
    from failsight.wiring.analysis import analyze, analyze_file

__version__ = "0.1.0"

_HOMES = {
    "failsight.client": ("Client",),
    "failsight.errors": (
        "ExtraMissing", "FailsightError", "InvalidInput", "InvalidItem", "InvalidSetting", "InvalidTaxonomy",
        "MissingPart", "ModelMissing", "UnknownName", "UnreadableFile",
    ),
    "failsight.model.item": ("Item", "Message", "ToolCall", "ToolSchema"),
    "failsight.model.run": ("FARunInput", "FARunResult", "FASummary", "RecordError"),
    "failsight.model.tag": ("FAEvidenceItem", "FAScoringBreakdown", "FATag"),
    "failsight.settings": ("Settings",),
    "failsight.wiring.analysis": ("analyze", "analyze_file"),
}  # fmt: skip

__all__ = [
    "Client",
    "ExtraMissing",
    "FAEvidenceItem",
    "FARunInput",
    "FARunResult",
    "FAScoringBreakdown",
    "FASummary",
    "FATag",
    "FailsightError",
    "InvalidInput",
    "InvalidItem",
    "InvalidSetting",
    "InvalidTaxonomy",
    "Item",
    "Message",
    "MissingPart",
    "ModelMissing",
    "RecordError",
    "Settings",
    "ToolCall",
    "ToolSchema",
    "UnknownName",
    "UnreadableFile",
    "__version__",
    "analyze",
    "analyze_file",
]


def __getattr__(name: str) -> Any:
    """Public names load when they are first used, so that ``import failsight`` costs nothing."""
    for home, names in _HOMES.items():
        if name in names:
            from importlib import import_module  # noqa: PLC0415  (only for the first use of a public name)

            return getattr(import_module(home), name)
    raise AttributeError(f"module 'failsight' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
