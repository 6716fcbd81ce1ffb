"""Relevance of the retrieved passages to the question: what retrieval detectors and context metrics share."""

from __future__ import annotations

from failsight.engine.relevance.passages import Passage, Relevance, relate
from failsight.engine.relevance.query import Query, read_query

__all__ = ["Passage", "Query", "Relevance", "read_query", "relate"]
