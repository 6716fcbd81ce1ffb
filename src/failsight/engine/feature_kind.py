"""Which kind of application an item comes from, read off what it carries."""

from __future__ import annotations

from failsight.model.item import Item
from failsight.model.taxonomy import FeatureKind


def detect_feature_kind(item: Item) -> FeatureKind:
    """Context and tools: ``agentic_rag``; tools: ``agent``; context: ``rag``; else ``generic_llm``."""
    retrieval = bool(item.context)
    tools = bool(item.tool_calls) or bool(item.tools) or any(m.tool_calls for m in item.conversation or ())
    return widest(retrieval, tools)


def widest(retrieval: bool, tools: bool) -> FeatureKind:
    """The kind of something that uses retrieval, tools, both or neither."""
    if retrieval:
        return "agentic_rag" if tools else "rag"
    return "agent" if tools else "generic_llm"


def join(first: FeatureKind | None, second: FeatureKind) -> FeatureKind:
    """The kind of a run from the kinds of its items: the union of what they carry."""
    kinds = {first, second}
    both = "agentic_rag" in kinds
    return widest(both or "rag" in kinds, both or "agent" in kinds)
