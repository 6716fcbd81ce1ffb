"""Hashed features for small linear models: a text as a set of buckets, and the sum of their weights.

A bucket holds many words, so weights are compact and no text can be read back from them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from zlib import crc32

SHORT = 3000  # characters
_TOKEN = re.compile(r"\w+|[!?]+")


def word_buckets(text: str, limit: int, size: int, pairs: bool = False) -> frozenset[int]:
    """Buckets (0 to size - 1) of the first ``limit`` words, lower case; with ``pairs`` also of neighbouring words."""
    if text.isascii() and len(text) < SHORT:  # the same tokens, found several times faster
        tokens = _TOKEN.findall(text.lower())[:limit]
    else:
        tokens = [found.group().lower() for found, _ in zip(_TOKEN.finditer(text), range(limit), strict=False)]
    buckets = {crc32(token.encode()) % size for token in tokens}
    if pairs:
        buckets.update(crc32(f"{one} {two}".encode()) % size for one, two in pairwise(tokens))
    return frozenset(buckets)


def weigh(weights: Sequence[int], buckets: Collection[int]) -> float:
    """Sum of the buckets' weights (hundredths), scaled by the square root of their number."""
    return sum(weights[bucket] for bucket in buckets) / 100 / math.sqrt(len(buckets)) if buckets else 0.0
