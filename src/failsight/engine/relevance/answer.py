"""How surely an answer is about the question."""

from __future__ import annotations

from failsight.engine.language.english import looks_english
from failsight.engine.refusal.measure import measure_refusal
from failsight.engine.relevance.closeness import LONGEST, answer_cosines
from failsight.engine.relevance.lexical import weigh
from failsight.engine.relevance.passages import features, irrelevance
from failsight.engine.relevance.query import read_query
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

FEWEST_TERMS = 5
SHORT = 400
REFUSED = 1 / 3


@value_class
class AnswerMatch:
    """``value`` 0 to 1, higher is more surely about the question."""

    value: float
    explanation: str


def answer_relevance(subject: Subject) -> AnswerMatch | str:
    """The match of output and input, or the reason why it cannot be measured; use it through ``subject.memo``."""
    query = subject.memo(read_query)
    if query.unusable is not None:
        return query.unusable
    output = subject.item.output[:LONGEST]
    if len(weigh(output)) < FEWEST_TERMS:
        return "the answer is too short to show what it is about"
    if not looks_english(output):
        return "the relevance model reads English only"
    words, share = features(query.terms, output)
    cosine = max(subject.memo(answer_cosines), default=None)
    value = 1 - irrelevance(query, cosine, words, share)
    measure = "" if cosine is None else f"similarity {cosine:.2f}, "
    refusal = subject.memo(measure_refusal)
    unanswered = refusal.unanswerable and len(output) <= SHORT
    answered = 0.1 if unanswered else 1 - refusal.probability
    note = "; it declines to answer" if answered < 0.5 else ""
    said = f"{measure}{share:.0%} of the question's words are in the answer{note}."
    return AnswerMatch(value * (REFUSED + (1 - REFUSED) * answered), said[0].upper() + said[1:])
