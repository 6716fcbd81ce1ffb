"""``weigh(subject)``: calibrated probabilities from the words and, where there is one, the local judge.

Read it through ``subject.memo(weigh)``. Without a judge it is the lexical model's, with that model's bounds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from failsight.engine.grounding import hybrid_weights as hybrid
from failsight.engine.grounding import weights as lexical
from failsight.engine.grounding.features import FEATURES
from failsight.engine.grounding.grounding import Grounding, ground
from failsight.engine.grounding.judged import JUDGED_FEATURES, Judged, Span, judge_tokens, read_judged
from failsight.engine.grounding.shape import SHAPE, kind_of, shape_of
from failsight.engine.grounding.short_answer import AnswerKind
from failsight.engine.logistic import logistic
from failsight.engine.subject import Subject

CONFLICTS = ("conflict_number", "conflict_name", "conflict_negation", "conflict_opposite")
_STATED: Mapping[AnswerKind | None, float] = {"stated": 1.0, "near": 0.5, "elsewhere": 0.0}
ALL_FEATURES = (*FEATURES, *JUDGED_FEATURES, *SHAPE, *CONFLICTS)
FREE_FAIL_FROM = 0.8
_FREE, _SHORT = 0.8, 70  # share of an answer's word triples that the context lacks; words


@dataclass(frozen=True, slots=True)
class Weighed:
    """probability: that the output states something the support lacks or denies, None where nothing is asserted.

    lexical: the words' own probability; token: the local judge's own, None without one. From ``fail_from`` on it fails,
    up to ``pass_up_to`` it passes. contradiction, wrong_entity: that the support denies something of the output, that a
    name or number stands for another; None without a judge. spans: what the judge marks in the output, most probable
    first. answer_stated: 1.0 where the context states the number of a short answer, 0.5 where it is one of several, or
    computed from them, 0.0 where it is that of something else; None for other outputs.
    """

    probability: float | None
    lexical: float | None
    token: float | None
    fail_from: float
    pass_up_to: float
    contradiction: float | None = None
    wrong_entity: float | None = None
    spans: tuple[Span, ...] = ()
    by_claim: tuple[float, ...] = ()
    answer_stated: float | None = None

    @property
    def signals(self) -> dict[str, float]:
        """The parts, for the receipt."""
        parts = {
            "lexical_probability": self.lexical,
            "token_probability": self.token,
            "answer_stated": self.answer_stated,
        }
        return {name: round(value, 4) for name, value in parts.items() if value is not None}


def weigh(subject: Subject) -> Weighed:
    """The verdict of words and judge together; linear in the lengths of output and context."""
    grounding: Grounding = subject.memo(ground)
    return _settled(_weighed(subject, grounding), grounding)


def _settled(weighed: Weighed, grounding: Grounding) -> Weighed:
    """Of a short answer with a number the models know too little: it has next to no words. One that the context states
    passes, one that stands near is unsure at most, one that belongs to something else is unsure."""
    if weighed.probability is None or grounding.answer not in _STATED:
        return weighed
    between = (weighed.pass_up_to + weighed.fail_from) / 2
    if grounding.answer == "elsewhere":
        return replace(weighed, probability=between, answer_stated=0.0)
    most = weighed.pass_up_to if grounding.answer == "stated" else between
    return replace(
        weighed,
        probability=min(weighed.probability, most),
        contradiction=None if weighed.contradiction is None else min(weighed.contradiction, most),
        wrong_entity=None if weighed.wrong_entity is None else min(weighed.wrong_entity, most),
        answer_stated=_STATED[grounding.answer],
    )


def _weighed(subject: Subject, grounding: Grounding) -> Weighed:
    words = grounding.probability
    plain = Weighed(words, words, None, lexical.FAIL_FROM, lexical.PASS_UP_TO)
    if words is None or not grounding.comparable:
        return plain
    scores = subject.memo(judge_tokens)
    judged = None if scores is None else read_judged(scores, grounding.claims, subject.item.output)
    if judged is None:
        return plain
    values = _values(subject, grounding, judged)
    fail_from, pass_up_to = hybrid.BOUNDS[kind_of(subject.item.input)]
    fail_from = fails_from(fail_from, values)
    return Weighed(
        _probability(hybrid.UNSUPPORTED, values), words, _probability(hybrid.TOKEN, values), fail_from, pass_up_to,
        _probability(hybrid.CONTRADICTION, values), _probability(hybrid.WRONG_ENTITY, values),
        judged.spans, judged.by_claim,
    )  # fmt: skip


def fails_from(usual: float, values: Mapping[str, float]) -> float:
    """The bound from which an item with these features fails. Of a short answer to a question in words of its own,
    words and judge know little: half of those between the usual bound and ``FREE_FAIL_FROM`` are true."""
    short = values["is_question"] == 1.0 and values["output_words"] <= math.log1p(_SHORT)
    return max(usual, FREE_FAIL_FROM) if short and values["mean_new_triples_share"] >= _FREE else usual


def conflict_features(grounding: Grounding) -> tuple[float, ...]:
    """How sure the words are of a conflict of each kind, in the order of CONFLICTS; 0 without one."""
    best = dict.fromkeys(CONFLICTS, 0.0)
    for claim in grounding.claims:
        for conflict in claim.conflicts:
            name = f"conflict_{conflict.kind}"
            best[name] = max(best[name], conflict.certainty)
    return tuple(best.values())


def _values(subject: Subject, grounding: Grounding, judged: Judged) -> dict[str, float]:
    item = subject.item
    shape = shape_of(item.input, item.output, item.context or (), len(grounding.claims), data=grounding.structured)
    parts: Sequence[float] = (*grounding.features, *judged.features, *shape, *conflict_features(grounding))
    return dict(zip(ALL_FEATURES, parts, strict=True))


def _probability(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    slopes = ((name, weight) for name, weight in weights.items() if name != "intercept")
    logit = sum((weight * values[name] for name, weight in slopes), start=weights["intercept"])
    return logistic(logit)
