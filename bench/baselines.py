"""Trivial baselines: what the length of a text or the overlap of two texts alone can tell about a label."""

from __future__ import annotations

import json
import re
from typing import Any

from rapidfuzz.distance import LCSseq

_WORD = re.compile(r"\w+")
GROUNDING = {
    "hallucination", "unsupported_claim", "contradiction_with_context", "contradiction", "wrong_entity", "misleading",
}  # fmt: skip
RETRIEVAL = {"irrelevant_context", "missing_context"}
ATTACKS = {"prompt_injection", "jailbreak_attempt"}
TOOLS = {
    "tool_failure", "wrong_tool", "wrong_arguments", "missing_tool_call", "unnecessary_tool_call", "task_failed",
    "gold_action_missing", "gold_action_mismatch",
}  # fmt: skip


def length(row: dict[str, Any], label: str) -> float:
    """Characters of the text that the label is about."""
    if label in RETRIEVAL:
        return len(_context(row))
    if label in ATTACKS:
        return len(row["input"]) + len(_context(row))
    if label in TOOLS:
        return len(_calls(row))
    return len(row["output"])


def overlap(row: dict[str, Any], label: str) -> float:
    """Share of one text that the other supports; less is more suspicious. Grounding: ROUGE-L precision of the output
    against the context. Retrieval: words of the question in the context. Tools: words of the calls in the request.
    Else: words of the output in the input."""
    if label in GROUNDING:
        return _rouge_precision(row["output"], _context(row) or row["input"])
    if label in RETRIEVAL:
        return _shared(row["input"], _context(row))
    if label in TOOLS:
        return _shared(_calls(row), row["input"])
    return _shared(row["output"], row["input"])


def _rouge_precision(text: str, source: str) -> float:
    words = _WORD.findall(text.lower())
    return LCSseq.similarity(words, _WORD.findall(source.lower())) / len(words) if words else 1.0


def _shared(text: str, source: str) -> float:
    words, known = set(_WORD.findall(text.lower())), set(_WORD.findall(source.lower()))
    return len(words & known) / len(words) if words else 1.0


def _context(row: dict[str, Any]) -> str:
    return "\n".join(row.get("context") or ())


def _calls(row: dict[str, Any]) -> str:
    calls = row.get("tool_calls") or []
    return json.dumps([call.get("arguments") or call.get("function") or call for call in calls]) if calls else ""
