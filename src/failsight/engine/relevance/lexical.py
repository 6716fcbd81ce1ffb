"""Words of a question found again in a passage, weighted by their rarity in English (BM25 without a collection)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from failsight.engine.relevance.common_words import COMMON_WORDS

K1 = 1.2
B = 0.75
AVERAGE_WORDS = 100
_WORD = re.compile(r"[^\W_]+")
_RANK = {word: rank for rank, word in enumerate(COMMON_WORDS.split(), start=2)}
_RAREST = math.log(4 * len(_RANK))
_STOP = """
a an the of in on at to for from by with and or but is are was were be been being do does did have has had what which
who whom whose when where why how many much this that these those it its his her their our your my me i you he she we
they them him us as not no so if than then there here can could will would shall should may might must about into over
after before between during out up down off more most very just also s t re ve ll d m don doesn didn isn aren wasn
weren won any some all each other such only own same too
"""
STOP_WORDS = frozenset(_STOP.split())


def tokens(text: str) -> list[str]:
    """Lower-cased words and numbers, in order."""
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """An English word without its commonest endings; good enough to meet its own plural and past tense."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith("ed"):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def rarity(word: str) -> float:
    """Inverse document frequency stand-in: the squared logarithm of the word's rank, 0.5 to 85."""
    rank = _RANK.get(word)
    return (_RAREST if rank is None else math.log(rank)) ** 2


def weigh(text: str, ignore: frozenset[str] = frozenset()) -> dict[str, float]:
    """The stems of a text's content words and their weights."""
    weights: dict[str, float] = {}
    for word in tokens(text):
        if word not in STOP_WORDS and word not in ignore:
            key = stem(word)
            weights[key] = max(weights.get(key, 0.0), rarity(word))
    return weights


def stems(text: str) -> list[str]:
    """The stems of all words of a text, in order."""
    return [stem(word) for word in tokens(text)]


def bm25(wanted: Mapping[str, float], passage: list[str]) -> float:
    """BM25 (k1 1.2, b 0.75) of a passage's stems, as a share of the best possible score: 0 to 1.

    Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009; rarity stands in for the collection's idf and
    100 words for its average length.
    """
    best = sum(wanted.values()) * (K1 + 1)
    if not best or not passage:
        return 0.0
    counts = Counter(word for word in passage if word in wanted)
    length = K1 * (1 - B + B * len(passage) / AVERAGE_WORDS)
    return sum(wanted[word] * times * (K1 + 1) / (times + length) for word, times in counts.items()) / best


def coverage(wanted: Mapping[str, float], passage: Iterable[str]) -> float:
    """Weighted share of the wanted stems that stand in the passage, 0 to 1."""
    total = sum(wanted.values())
    there = set(passage)
    return sum(weight for word, weight in wanted.items() if word in there) / total if total else 0.0
