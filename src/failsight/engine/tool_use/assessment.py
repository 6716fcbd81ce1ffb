"""The fitted judgement of one request and its calls: which of four failures, and how likely.

Fitted on single requests with the calls a model answered them with. It therefore speaks only about such items; for
longer runs (results recorded, several user turns) only the argument values are weighed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from failsight.engine.logistic import logistic
from failsight.engine.subject import Subject
from failsight.engine.tool_use.call_weights import CALLS, CALLS_LEXICAL, LEAF, SILENCE, SILENCE_LEXICAL
from failsight.engine.tool_use.calls import placed_calls
from failsight.engine.tool_use.features import CallFeatures, WeighedLeaf, call_features, silence_features, weigh_leaves
from failsight.engine.value import value_class

FAIL_AT, PASS_UP_TO, PASS_SILENCE_UP_TO = 0.55, 0.4, 0.2
MAX_REQUEST = 6000


@value_class
class Assessment:
    """``any``: probability that some failure is there; ``lead``: the likeliest one, which carries it."""

    any: float
    shares: Mapping[str, float]
    lead: str
    features: CallFeatures | None

    def probability(self, subcategory: str) -> float:
        """The lead carries the probability of any failure; each other kind has its own share."""
        return self.any if subcategory == self.lead else min(0.49, self.shares.get(subcategory, 0.0))


def weighed_leaves(subject: Subject) -> tuple[WeighedLeaf, ...]:
    """Every argument value with its probability of being unsupported, most suspicious first."""
    return weigh_leaves(subject, _leaf_probability)


def single_request(subject: Subject) -> bool:
    """Whether the item is one request answered in one go: no results yet, one user turn, of readable length."""
    item = subject.item
    if not 0 < len(subject.last_user_text) <= MAX_REQUEST or not item.tools:
        return False
    users = sum(message.role == "user" for message in item.conversation or ())
    calls = placed_calls(subject) or ()
    return users <= 1 and not any(c.result is not None or c.error or c.step is not None for c in calls)


def assessment(subject: Subject) -> Assessment | None:
    """The judgement, or None where it does not speak."""
    calls = placed_calls(subject)
    if calls is None or not single_request(subject):
        return None
    lexical = subject.encoder is None
    if not calls:
        shares = _softmax(SILENCE_LEXICAL if lexical else SILENCE, silence_features(subject))
        return _assess(shares, None)
    features = call_features(subject, subject.memo(weighed_leaves))
    return _assess(_softmax(CALLS_LEXICAL if lexical else CALLS, features.values), features)


def _assess(shares: dict[str, float], features: CallFeatures | None) -> Assessment:
    total = sum(shares.values())
    return Assessment(total, shares, max(shares, key=lambda name: shares[name]), features)


def _leaf_probability(measured: Mapping[str, float]) -> float:
    score = sum(LEAF.get(name, 0.0) * value for name, value in measured.items())
    return logistic(score)


def _softmax(weights: Mapping[str, Mapping[str, float]], features: Mapping[str, float]) -> dict[str, float]:
    """Probabilities of the failures; being fine has score 0."""
    present = [(key, value) for key, value in features.items() if value]
    scores = {
        name: math.exp(max(-30.0, min(30.0, sum([row.get(key, 0.0) * value for key, value in present]))))
        for name, row in weights.items()
    }
    total = 1.0 + sum(scores.values())
    return {name: score / total for name, score in scores.items()}
