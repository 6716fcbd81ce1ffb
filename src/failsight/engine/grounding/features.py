"""The numbers of an output's grounding: what its worst, second worst and average claim lack."""

from __future__ import annotations

import math
from collections.abc import Sequence

from failsight.engine.grounding.reading import Reading

CLAIM_FEATURES = (
    "new_words", "new_share", "beyond_context", "new_numbers", "new_names", "uncovered", "uncovered_by_two", "unknown",
    "new_pairs_share", "new_triples_share", "outside_run", "new_pairs", "new_triples", "uncovered_words",
)  # fmt: skip
COUNTS = frozenset({"new_words", "new_numbers", "new_names", "new_pairs", "new_triples", "uncovered_words"})
SCOPES = ("worst", "second", "mean")
FEATURES = (*(f"{scope}_{name}" for scope in SCOPES for name in CLAIM_FEATURES), "claims")
_COUNTS = tuple(name in COUNTS for name in CLAIM_FEATURES * len(SCOPES))


def claim_features(reading: Reading) -> list[float]:
    """In the order of CLAIM_FEATURES; shares are 0 to 1, the rest are counts."""
    words = max(1, len(reading.content))
    length = len(reading.tokens.stems)
    return [
        float(len(reading.new_words)), len(reading.new_words) / words, reading.beyond_context / words,
        float(len(reading.new_numbers)), float(len(reading.new_names)), 1 - reading.covered,
        1 - reading.covered_by_two, 1 - reading.known, 1 - reading.pairs, 1 - reading.triples, 1 - reading.run,
        (1 - reading.pairs) * length, (1 - reading.triples) * length, (1 - reading.covered) * words,
    ]  # fmt: skip


def item_features(readings: Sequence[Reading]) -> list[float]:
    """In the order of FEATURES: each claim feature's worst, second worst and average by length over the claims.

    Counts enter as log(1 + count); the number of claims is there because the worst of many is worse than that of few.
    """
    rows = [claim_features(reading) for reading in readings]
    lengths = [len(reading.tokens.stems) for reading in readings]
    total = sum(lengths) or 1
    columns = list(zip(*rows, strict=True))
    ordered = [sorted(column, reverse=True) for column in columns]
    worst = [column[0] for column in ordered]
    second = [column[1] if len(column) > 1 else 0.0 for column in ordered]
    mean = [sum(v * n for v, n in zip(column, lengths, strict=True)) / total for column in columns]
    values = [*worst, *second, *mean]
    scaled = [math.log1p(value) if count else value for value, count in zip(values, _COUNTS, strict=True)]
    return [*scaled, math.log(len(rows))]
