"""How surely an answer is about the question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from failsight.engine.relevance.lexical import weigh
from failsight.engine.relevance.passages import features, irrelevance
from failsight.engine.relevance.query import read_query, reads_english
from failsight.engine.relevance.windows import choose_windows, cut_windows
from failsight.engine.subject import Subject

FEWEST_TERMS = 5
LONGEST = 6000
MOST_WINDOWS = 4
REFUSED = 1 / 3
_NO_ANSWER = re.compile(
    r"\b(?:i(?:'m| am) (?:sorry|unable|not able)|i (?:can(?:no|')t|cannot|do(?:n't| not) (?:know|have (?:enough|any)))|"
    r"as an ai\b|(?:is|are) not (?:mentioned|provided|available|stated) in|unable to answer)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AnswerMatch:
    """``value`` 0 to 1, higher is more surely about the question."""

    value: float
    explanation: str


def answer_relevance(subject: Subject) -> AnswerMatch | str:
    """The match of output and input, or the reason why it cannot be measured; use it through ``subject.memo``."""
    query = read_query(subject)
    if query.unusable is not None:
        return query.unusable
    output = subject.item.output[:LONGEST]
    if len(weigh(output)) < FEWEST_TERMS:
        return "the answer is too short to show what it is about"
    if not reads_english(output):
        return "the relevance model reads English only"
    words, share = features(query.terms, output)
    cosine = None
    if subject.encoder is not None:
        windows = choose_windows([cut_windows(0, output, subject.output_sentences)], query.terms)[:MOST_WINDOWS]
        vectors = subject.encoder.encode([*query.texts, *(window.text for window in windows)])
        cosine = float((vectors[: len(query.texts)] @ vectors[len(query.texts) :].T).max())
    value = 1 - irrelevance(query, cosine, words, share)
    measure = "" if cosine is None else f"similarity {cosine:.2f}, "
    refused = len(output) < 600 and _NO_ANSWER.search(output) is not None
    note = "; it gives no answer" if refused else ""
    said = f"{measure}{share:.0%} of the question's words are in the answer{note}."
    return AnswerMatch(value * REFUSED if refused else value, said[0].upper() + said[1:])
