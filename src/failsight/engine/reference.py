"""Reading what an item was expected to say, for the metrics that compare with it.

A list in ``expected`` holds alternatives: the one that agrees best counts, for every metric alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from failsight.model.item import Item

PATTERN_PREFIX = "regex:"
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")


def references(item: Item) -> tuple[str, ...]:
    """The expected texts; patterns (``regex:...``) and blank texts are left out."""
    expected = (item.expected,) if isinstance(item.expected, str) else item.expected or ()
    return tuple(text for text in expected if text.strip() and not text.startswith(PATTERN_PREFIX))


def pattern(item: Item) -> str | None:
    """The pattern for the output: ``regex`` of the item or its metadata, else ``expected`` given as ``regex:...``."""
    for place in (item.extra, item.metadata):
        if isinstance(place.get("regex"), str) and place["regex"]:
            return str(place["regex"])
    if isinstance(item.expected, str) and item.expected.startswith(PATTERN_PREFIX):
        return item.expected.removeprefix(PATTERN_PREFIX).strip() or None
    return None


def answer_tokens(text: str) -> list[str]:
    """Lower-cased words and numbers without English articles, as SQuAD compares answers (Rajpurkar et al. 2016); each
    Chinese, Japanese or Korean character is a token."""
    return _TOKEN.findall(_ARTICLES.sub(" ", text.casefold()))


def best(item: Item, score: Callable[[str], float]) -> tuple[float, str] | None:
    """The highest score over the expected texts and the text that has it; None without any."""
    scored = [(score(text), text) for text in references(item)]
    return max(scored, key=lambda pair: pair[0]) if scored else None
