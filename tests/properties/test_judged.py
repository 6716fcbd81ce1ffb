"""What the local judge says of an output, brought together: as a plain reading has it, in linear time."""

from __future__ import annotations

import math
import sys
from types import FrameType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from failsight.engine.grounding import judged
from failsight.engine.grounding.judged import Judged, Span, read_judged
from failsight.engine.local_judge import TokenScores

ODDS = st.floats(-12, 12)
WIDTH = 6  # characters from one token to the next; a token takes five


def scores_of(odds: list[tuple[float, float]]) -> TokenScores:
    starts = tuple(range(0, WIDTH * len(odds), WIDTH))
    unsupported, conflict = (tuple(column) for column in zip(*odds, strict=True)) if odds else ((), ())
    return TokenScores(starts, tuple(start + WIDTH - 1 for start in starts), unsupported, conflict, 0.25, -1.5, 0.5)


def claims_of(lengths: list[tuple[int, int]]) -> list[Span]:
    """Claims one behind the other, each after a gap; both in tokens."""
    claims, at = [], 0
    for gap, length in lengths:
        start = at + gap * WIDTH
        at = start + length * WIDTH
        claims.append(Span(start, max(start, at - 1), 0.0, 0.0))
    return claims


def plain(scores: TokenScores, claims: list[Span]) -> tuple[tuple[float, ...], tuple[float, ...]] | None:
    """Claim by claim through all tokens: the features and each claim's log odds."""

    def mean(values: list[float]) -> float:
        return sum(values) / len(values)

    def inside(values: tuple[float, ...], claim: Span) -> list[float]:
        places = zip(scores.starts, values, strict=True)
        return sorted((value for start, value in places if claim.start <= start < claim.end), reverse=True)

    odds = sorted((value for claim in claims for value in inside(scores.unsupported, claim)), reverse=True)
    if not odds:
        return None
    by_claim = [mean(inside(scores.unsupported, claim)[:5] or [-10.0]) for claim in claims]
    conflicts = [mean(inside(scores.conflict, claim)[:3] or [-10.0]) for claim in claims]
    first, second = [*sorted(by_claim, reverse=True), *by_claim][:2]
    share = sum(1 / (1 + math.exp(-value)) for value in odds) / len(odds)
    conflict = max(value for claim in claims for value in inside(scores.conflict, claim))
    features = (0.25, odds[0], mean(odds[:3]), mean(odds), first, second, share, conflict, max(conflicts), -1.5, 0.5)
    return features, tuple(by_claim)


@given(
    st.lists(st.tuples(ODDS, ODDS), max_size=60), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=9)
)
def test_it_is_what_a_plain_reading_finds(odds: list[tuple[float, float]], lengths: list[tuple[int, int]]) -> None:
    scores, claims = scores_of(odds), claims_of(lengths)
    found = read_judged(scores, claims, "word. " * len(odds))
    expected = plain(scores, claims)
    assert (None if found is None else (found.features, found.by_claim)) == expected


def work(tokens: int, claims: int) -> int:
    """Lines of the module that run, one for each turn of a loop."""
    scores = scores_of([(math.sin(i) * 5, math.cos(i) * 5) for i in range(tokens)])
    places = claims_of([(0, tokens // claims)] * claims)
    lines = 0

    def count(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        return count if frame.f_code.co_filename == judged.__file__ else None

    before = sys.gettrace()
    sys.settrace(count)
    try:
        answer = read_judged(scores, places, "word. " * tokens)
    finally:
        sys.settrace(before)
    assert isinstance(answer, Judged)
    return lines


def test_its_work_is_linear_in_tokens_and_claims() -> None:
    assert work(1600, 200) < 4.5 * work(400, 50)
