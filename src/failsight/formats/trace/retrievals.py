"""Documents that a trace retrieved, from its retrievals, its RAG spans and its top level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from failsight.formats.trace.values import mapping, mappings
from failsight.model.trace import TraceSpan

PREVIEW = 100
"""Characters of the shortest preview that a tracer makes of a document."""

_LISTS = ("documents", "hits", "results", "chunks", "contexts", "passages")
_TEXTS = ("page_content", "content", "text", "document", "passage", "chunk", "snippet", "snippet_preview", "preview")


def read_context(raw: dict[str, Any], spans: Sequence[TraceSpan]) -> tuple[str, ...] | None:
    """Each document once, a whole text instead of its preview; an empty tuple when a retrieval found nothing, None when
    no retrieval is in the trace or none says what it found."""
    held = [documents for documents in _held(raw, spans) if documents is not None]
    if not held:
        return None
    texts = [found for documents in held for found in map(document_text, documents) if found]
    return _without_previews(dict.fromkeys(texts))


def document_text(document: Any) -> str:
    """The text of a document in any of the usual shapes, empty when there is none."""
    if isinstance(document, str):
        return document if document.strip() else ""
    for key in _TEXTS:
        value = mapping(document).get(key)
        if isinstance(value, str) and value.strip():
            return value
        inner = next((mapping(value)[k] for k in _TEXTS if isinstance(mapping(value).get(k), str)), "")
        if inner.strip():
            return str(inner)
    return ""


def _held(raw: dict[str, Any], spans: Sequence[TraceSpan]) -> Iterable[list[Any] | None]:
    for key in ("context", "contexts", "retrieved_contexts", "documents"):
        value = raw.get(key)
        yield [value] if isinstance(value, str) else value if isinstance(value, list) else None
    for retrieval in mappings(raw.get("retrievals")):
        yield _documents(retrieval)
    for span in spans:
        yield _documents(mapping(span.extra.get("retrieval")))
        yield _documents({"documents": span.attributes.get("retrieval.documents")})


def _documents(retrieval: dict[str, Any]) -> list[Any] | None:
    return next((retrieval[key] for key in _LISTS if isinstance(retrieval.get(key), list)), None)


def _without_previews(texts: Iterable[str]) -> tuple[str, ...]:
    """Leaves out a long text, or one that ends in dots, that is the beginning of the next longer one."""
    kept = list(texts)
    previews = {
        shorter
        for shorter, longer in pairwise(sorted(kept))
        if (len(shorter) >= PREVIEW or shorter.endswith("...")) and longer.startswith(shorter.removesuffix("..."))
    }
    return tuple(found for found in kept if found not in previews)
