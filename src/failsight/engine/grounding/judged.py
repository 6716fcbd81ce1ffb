"""What the local judge says about an output, brought together with its claims: spans, and numbers for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from failsight.engine.grounding.support import granted_texts
from failsight.engine.local_judge import TokenScores
from failsight.engine.logistic import logistic
from failsight.engine.subject import Subject

JUDGED_FEATURES = (
    "response", "top", "top_three", "mean", "worst_claim", "second_claim", "share", "conflict", "conflict_claim",
    "contradiction", "wrong_entity",
)  # fmt: skip
SPAN_FROM = -0.5  # log odds from which a token is part of a span
_SHORT_QUESTION = 80  # characters: a longer input is support as well, the window shows only its beginning
_GAP = 2  # characters between two tokens of one span
_NO_DOUBT = -10.0  # log odds of a claim without tokens
_LONGEST_WORD = 40  # characters a span is stretched by


class Place(Protocol):
    """Anything with a place in the output."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the output, ``start`` to ``end``, and the judge's probability that the support lacks it."""

    start: int
    end: int
    probability: float
    conflict: float


@dataclass(frozen=True, slots=True)
class Judged:
    """features: named in JUDGED_FEATURES. spans: most probable first. by_claim: each claim's log odds."""

    features: tuple[float, ...]
    spans: tuple[Span, ...]
    by_claim: tuple[float, ...]


def judge_tokens(subject: Subject) -> TokenScores | None:
    """The local judge's scores of the subject's output, or None without a judge; read it through ``subject.memo``."""
    judge = subject.local_judge
    if judge is None or not subject.item.context:
        return None
    given = list(granted_texts(subject))
    if len(given[0]) <= _SHORT_QUESTION:
        given = given[1:]
    return judge.read(subject.item.input, [*subject.item.context, *filter(str.strip, given)], subject.item.output)


def read_judged(scores: TokenScores, claims: Sequence[Place], output: str) -> Judged | None:
    """In time linear in tokens and claims, whose order is that of the output. Tokens outside the claims count for
    nothing; None when no claim has a token."""
    owners = _owners(scores, claims)
    tokens: list[list[int]] = [[] for _ in claims]
    for i, owner in enumerate(owners):
        if owner >= 0:
            tokens[owner].append(i)
    kept = [i for own in tokens for i in own]
    if not kept:
        return None
    odds = _highest_first(scores.unsupported, kept)
    by_claim = [_top_mean(scores.unsupported, own, 5) for own in tokens]
    ranked = sorted(by_claim, reverse=True)
    features = (
        scores.response, odds[0], _mean(odds[:3]), _mean(odds), ranked[0], ranked[1] if len(ranked) > 1 else ranked[0],
        sum(logistic(value) for value in odds) / len(odds), max(scores.conflict[i] for i in kept),
        max(_top_mean(scores.conflict, own, 3) for own in tokens), scores.contradiction, scores.wrong_entity,
    )  # fmt: skip
    return Judged(features, _spans(scores, owners, output), tuple(by_claim))


def _highest_first(values: Sequence[float], tokens: Sequence[int]) -> list[float]:
    return sorted((values[i] for i in tokens), reverse=True)


def _top_mean(values: Sequence[float], tokens: Sequence[int], count: int) -> float:
    """The mean of a claim's ``count`` highest values; a claim without tokens is beyond doubt."""
    return _mean(_highest_first(values, tokens)[:count]) if tokens else _NO_DOUBT


def _owners(scores: TokenScores, claims: Sequence[Place]) -> list[int]:
    """The claim each token stands in, or -1."""
    owners, at = [], 0
    for start in scores.starts:
        while at < len(claims) and claims[at].end <= start:
            at += 1
        owners.append(at if at < len(claims) and claims[at].start <= start else -1)
    return owners


def _spans(scores: TokenScores, owners: Sequence[int], output: str) -> tuple[Span, ...]:
    """Neighbouring tokens of one claim from SPAN_FROM on, stretched to whole words."""
    found: list[list[int]] = []
    for i, owner in enumerate(owners):
        if owner < 0 or scores.unsupported[i] < SPAN_FROM:
            continue
        last = found[-1][-1] if found else -2
        near = last + 1 == i and owners[last] == owner and scores.starts[i] - scores.ends[last] <= _GAP
        if near:
            found[-1].append(i)
        else:
            found.append([i])
    spans = []
    for places in found:
        start, end = _whole_words(output, scores.starts[places[0]], scores.ends[places[-1]])
        doubt = logistic(_mean([scores.unsupported[i] for i in places]))
        spans.append(Span(start, end, doubt, logistic(max(scores.conflict[i] for i in places))))
    return tuple(sorted(spans, key=lambda span: (-span.probability, span.start)))


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while start > low and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while 0 < end < high and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
