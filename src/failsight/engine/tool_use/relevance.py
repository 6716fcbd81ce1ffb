"""How well each tool on offer fits the request: by words, and by sentence vectors when there is an encoder."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from failsight.engine.subject import Subject
from failsight.engine.text import split_sentences
from failsight.engine.tool_use.terms import content_stems, terms
from failsight.engine.value import value_class
from failsight.model.item import ToolSchema

MAX_SENTENCES, MAX_TOOLS = 12, 64


@value_class
class Fit:
    """One tool's fit. ``named``: share of its name's words that the request has; ``words``: share of the request's
    words that name, description and arguments have; ``cosine``: of the nearest part of the request, 0 without encoder;
    ``parts``: cosine with each part of the request; ``named_by``, ``shares``: those words of the request."""

    tool: str
    named: float
    words: float
    cosine: float
    parts: tuple[float, ...]
    named_by: frozenset[str]
    shares: frozenset[str]


def request_parts(subject: Subject) -> tuple[str, ...]:
    """The request as a whole, then its sentences when there are several."""
    whole = subject.last_user_text.strip()
    sentences = [s.text for s in split_sentences(whole[:4000]) if len(s.text) > 12]
    return (whole[:1500], *sentences[:MAX_SENTENCES]) if len(sentences) > 1 else (whole[:1500],)


def tool_fits(subject: Subject) -> dict[str, Fit]:
    """The fit of each tool on offer, by name, at most 64 tools."""
    tools = (subject.item.tools or ())[:MAX_TOOLS]
    parts = subject.memo(request_parts)
    wanted = frozenset(content_stems(parts[0])) if parts[0] else frozenset()
    cosines = _cosines(subject, tools, parts)
    found = {}
    for place, tool in enumerate(tools):
        name, everything = _vocabulary(tool.name, tool.description, tuple(_argument_names(tool)))
        named_by, shares = name & wanted, everything & wanted
        named = len(named_by) / len(name) if name else 0.0
        shared = len(shares) / len(wanted) if wanted else 0.0
        row = tuple(map(float, cosines[place])) if cosines is not None else (0.0,)
        found[tool.name] = Fit(tool.name, named, shared, max(row), row, named_by, shares)
    return found


def _cosines(subject: Subject, tools: tuple[ToolSchema, ...], parts: tuple[str, ...]) -> np.ndarray | None:
    if subject.encoder is None or not tools or not parts[0]:
        return None
    texts = [f"{' '.join(terms(tool.name))}: {tool.description[:300]}" for tool in tools]
    vectors = subject.encoder.encode([*texts, *parts])
    return vectors[: len(tools)] @ vectors[len(tools) :].T


def _argument_names(tool: ToolSchema) -> list[str]:
    properties = tool.parameters.get("properties")
    return [str(name) for name in properties] if isinstance(properties, dict) else []


@lru_cache(maxsize=1024)
def _vocabulary(name: str, description: str, arguments: tuple[str, ...]) -> tuple[frozenset[str], frozenset[str]]:
    own = frozenset(content_stems(name))
    return own, own | frozenset(content_stems(description[:600])) | frozenset(content_stems(" ".join(arguments)))
