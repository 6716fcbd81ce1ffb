"""Which kind of application an item comes from, read off what it carries."""

from __future__ import annotations

from failsight.model.item import Item
from failsight.model.taxonomy import FeatureKind


def detect_feature_kind(item: Item) -> FeatureKind:
    """Tools or several agents make an ``agent``, context a ``rag``, both ``agentic_rag``, neither ``generic_llm``."""
    retrieval = bool(item.context)
    messages = item.conversation or ()
    tools = bool(item.tool_calls) or bool(item.tools) or any(m.tool_calls for m in messages)
    several_agents = len({m.name for m in messages if m.role == "assistant" and m.name}) > 1
    return widest(retrieval, tools or several_agents)


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
