"""Words as tools and requests share them: folded case and accents, identifiers split, plural and tense endings cut."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STOP = """
a an and any are as at be been but by can could did do does for from get give had has have how i if in into is it
its just let like me my need of on or our please should so some tell than that the their them then there these they
this those to up us was we were what when where which who will with would you your using use want also about find
not no all each help know show
"""
STOP_WORDS = frozenset(_STOP.split())
_TERM = re.compile(r"[^\W_]+", re.UNICODE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "er", "ly", "s", "e")


def fold(text: str) -> str:
    """Lower case without accents, compatibility forms unified."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def terms(text: str) -> list[str]:
    """Folded words and digits in reading order; ``getUserName`` and ``user_name`` are split."""
    return _TERM.findall(fold(_CAMEL.sub(" ", text)))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A crude stem, enough to let "cities" and "city" meet; words of up to three letters stay."""
    if len(word) <= 3 or not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if word[-1] in "iy" and len(word) > 3 else word


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning."""
    return [stem(word) for word in terms(text) if word not in STOP_WORDS]
