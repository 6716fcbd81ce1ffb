"""What kind of answer is compared: how long it is, against how much, and what was asked for.

The same words left out or added mean something else in a summary, in a turn of a conversation and in a caption of a
table. The kinds are read off the input's English wording; a wrong guess shifts a probability, it decides nothing alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["none", "summary", "task", "question", "talk"]

SHAPE = (
    "output_words", "context_words", "claims_logged", "is_summary", "is_task", "is_question", "is_talk", "no_input",
    "is_data",
)  # fmt: skip
_SUMMARY = re.compile(
    r"\b(?:summar|tl;?dr|shorten|condense|abstract\b|recap|key points|gist\b|in (?:one|a|two) sentences?|headline)",
    re.I,
)
_TASK = re.compile(
    r"^\W*(?:please |your task is to |can you |could you )?(?:write|describe|generate|create|compose|draft|give|explain"
    r"|list|compare|translate|tell|caption|produce)\b",
    re.I,
)
_QUESTION = re.compile(
    r"\?|^\W*(?:who|what|when|where|why|how|which|whose|is|are|do|does|did|can|could|should|will|would|was|were)\b",
    re.I,
)
_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|me|we|we're|our|you|you're|your)\b", re.I)
_READ = 2_000  # characters of the input


def kind_of(asked: str) -> Kind:
    """What the input asks for; ``talk`` is a person's turn that asks for nothing, bare search words are a question."""
    text = asked[:_READ]
    if not text.strip():
        return "none"
    if _SUMMARY.search(text):
        return "summary"
    if _TASK.search(text):
        return "task"
    return "question" if _QUESTION.search(text) or not _PERSON.search(text) else "talk"


def shape_of(asked: str, output: str, context: Sequence[str], claims: int, *, data: bool) -> tuple[float, ...]:
    """Values named in SHAPE: logarithms of the numbers of words and claims, then 0 or 1."""
    kind = kind_of(asked)
    return (
        math.log1p(len(output.split())),
        math.log1p(sum(len(text.split()) for text in context)),
        math.log1p(claims),
        *(float(kind == one) for one in ("summary", "task", "question", "talk", "none")),
        float(data),
    )
