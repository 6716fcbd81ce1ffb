"""``weigh(subject)``: one calibrated probability from the words and, where there is one, the local judge.

Read it through ``subject.memo(weigh)``. Without a judge it is the lexical model's, with that model's bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from failsight.engine.grounding import hybrid_weights as hybrid
from failsight.engine.grounding import weights as lexical
from failsight.engine.grounding.features import FEATURES
from failsight.engine.grounding.grounding import Grounding, ground
from failsight.engine.grounding.judged import JUDGED_FEATURES, Judged, Span, judge_tokens, read_judged
from failsight.engine.subject import Subject

_TOKEN_WEIGHTS = tuple(hybrid.TOKEN_WEIGHTS[name] for name in JUDGED_FEATURES)
_WEIGHTS = tuple(hybrid.WEIGHTS[name] for name in (*FEATURES, *JUDGED_FEATURES))


@dataclass(frozen=True, slots=True)
class Weighed:
    """probability: that the output states something the support lacks or denies, None where nothing is asserted.

    lexical: the words' own probability; token: the local judge's own, None without one. From ``fail_from`` on it fails,
    up to ``pass_up_to`` it passes. spans: what the judge marks in the output, most probable first.
    """

    probability: float | None
    lexical: float | None
    token: float | None
    fail_from: float
    pass_up_to: float
    spans: tuple[Span, ...] = ()
    by_claim: tuple[float, ...] = ()

    @property
    def signals(self) -> dict[str, float]:
        """The parts, for the receipt."""
        parts = {"lexical_probability": self.lexical, "token_probability": self.token}
        return {name: round(value, 4) for name, value in parts.items() if value is not None}


def weigh(subject: Subject) -> Weighed:
    """The verdict of words and judge together; linear in the lengths of output and context."""
    grounding: Grounding = subject.memo(ground)
    words = grounding.probability
    plain = Weighed(words, words, None, lexical.FAIL_FROM, lexical.PASS_UP_TO)
    if words is None or not grounding.comparable:
        return plain
    scores = subject.memo(judge_tokens)
    judged = None if scores is None else read_judged(scores, grounding.claims, subject.item.output)
    if judged is None:
        return plain
    return Weighed(
        both(grounding.features, judged), words, token_probability(judged), hybrid.FAIL_FROM, hybrid.PASS_UP_TO,
        judged.spans, judged.by_claim,
    )  # fmt: skip


def both(features: Sequence[float], judged: Judged) -> float:
    """Of the words' features and the judge's."""
    return _probability(hybrid.INTERCEPT, _WEIGHTS, (*features, *judged.features))


def token_probability(judged: Judged) -> float:
    """Of the judge's features alone."""
    return _probability(hybrid.TOKEN_INTERCEPT, _TOKEN_WEIGHTS, judged.features)


def _probability(intercept: float, weights: Sequence[float], values: Sequence[float]) -> float:
    logit = intercept + sum(weight * value for weight, value in zip(weights, values, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
