"""The probability that an answer is about something else than what was asked."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from failsight.engine.logistic import logistic
from failsight.engine.relevance import intent_weights as fitted
from failsight.engine.relevance.answer_type import asked_for, holds
from failsight.engine.relevance.closeness import LONGEST, answer_cosines
from failsight.engine.relevance.lexical import coverage, rarity, stems, weigh
from failsight.engine.relevance.query import Query, read_query
from failsight.engine.subject import Subject
from failsight.engine.text import Sentence
from failsight.engine.value import value_class

READ = 2000
MOST_TERMS = 100
FEW_TERMS = 12
READ_PASSAGES = 5
READ_SENTENCES = 100
LEXICAL = (
    "coverage",
    "missing_share",
    "missing_rarity",
    "through_context",
    "length",
    "other_kind",
    "open_query",
)
ENCODER = ("similarity", "first_similarity", *LEXICAL)


@value_class
class Intent:
    """``probability`` that the answer is about something else, calibrated for one such answer in ten. similarity: the
    highest cosine of a part of the answer with the question, None without an encoder. coverage: weighted share of the
    question's content words in the answer; missing: share of the weightiest one that is not there. terms: how many
    content words the answer has. The last four are 0 to 1 but for ``terms``."""

    probability: float
    similarity: float | None
    coverage: float
    missing: float
    terms: int


def measure_intent(subject: Subject) -> Intent:
    """Of an item with an English question and answer; ask for it through ``subject.memo``."""
    query = subject.memo(read_query)
    marks = features(query, subject.item.output, subject.memo(answer_cosines), subject.context_sentences)
    similarity = marks.get("similarity")
    names, weights = (LEXICAL, fitted.LEXICAL) if similarity is None else (ENCODER, fitted.ENCODER)
    score = weights[0] + sum(weight * marks[name] for name, weight in zip(names, weights[1:], strict=True))
    terms = round(math.expm1(marks["length"]))
    return Intent(round(logistic(score), 4), similarity, marks["coverage"], marks["missing_share"], terms)


def features(
    query: Query, output: str, cosines: Sequence[float], context: Sequence[Sequence[Sentence]]
) -> dict[str, float]:
    """What the weights are for.

    missing_rarity: how rare the weightiest missing word is, 0 to 1. through_context: of a short answer, how much of the
    question stands in the sentence of the context that it is taken from. other_kind: a person, a time or a number was
    asked for and the answer has none. length: logarithm of one and the answer's content words.
    """
    there = set(stems(output[:LONGEST]))
    said = weigh(output[:READ])
    total = sum(query.terms.values()) or 1.0
    missing = max((weight for word, weight in query.terms.items() if word not in there), default=0.0)
    kind = asked_for(query)
    marks = {"similarity": max(cosines), "first_similarity": cosines[0]} if cosines else {}
    return marks | {
        "coverage": coverage(query.terms, there),
        "missing_share": missing / total,
        "missing_rarity": missing / rarity(""),
        "through_context": _through_context(query.terms, said, context) if len(said) <= FEW_TERMS else 0.0,
        "length": math.log1p(min(len(said), MOST_TERMS)),
        "other_kind": float(kind is not None and not holds(kind, output[:READ])),
        "open_query": float(query.doubt is not None),
    }


def _through_context(asked: Mapping[str, float], said: Collection[str], context: Sequence[Sequence[Sentence]]) -> float:
    """The question's weighted share in the closest sentence that holds half of the answer's content words."""
    if not said:
        return 0.0
    closest = 0.0
    for passage in context[:READ_PASSAGES]:
        for sentence in passage[:READ_SENTENCES]:
            words = set(stems(sentence.text[:READ]))
            if 2 * len(words.intersection(said)) >= len(said):
                closest = max(closest, coverage(asked, words))
    return closest
