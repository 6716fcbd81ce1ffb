"""A guess at the language, as far as grounding needs one: English or not, and whether a capital tells a name."""

from __future__ import annotations

import re

from failsight.engine.text import words

_ENGLISH_WORDS = (
    "the of and to is that for it are with by this be from at which can has were have its will they there been"
)
_ENGLISH = frozenset(re.split(" ", _ENGLISH_WORDS))
_WORD_LIMIT = 400


def is_english(text: str) -> bool:
    """At least one word in twelve is a common English one; texts under five words count as English when plain ASCII."""
    found = words(text[:4000])[:_WORD_LIMIT]
    if len(found) < 5:
        return text.isascii()
    return sum(word.lower() in _ENGLISH for word in found) * 12 >= len(found)


_INNER_CAPITAL = re.compile(r"(?<=[a-zß-ÿ,] )[A-ZÀ-Þ][a-zß-ÿ]+")
_INNER = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{2,}")


def capitals_tell_names(text: str) -> bool:
    """False for German (every noun has a capital), headlines and capitals throughout."""
    if not is_english(text):
        return False
    inner = len(_INNER.findall(text[:4000]))
    return inner < 8 or len(_INNER_CAPITAL.findall(text[:4000])) * 2 <= inner
