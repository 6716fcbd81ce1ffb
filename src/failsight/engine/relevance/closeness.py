"""How close the answer's text is to the question's in the space of sentence vectors."""

from __future__ import annotations

from failsight.engine.relevance.query import read_query
from failsight.engine.relevance.windows import choose_windows, cut_windows
from failsight.engine.subject import Subject

LONGEST = 6000
MOST_WINDOWS = 4


def answer_cosines(subject: Subject) -> tuple[float, ...]:
    """The cosine of each of the output's first four windows with the nearest text of the query; empty when the encoder
    is off or the output blank. Use it through ``subject.memo``: what is about the answer shares its vectors."""
    if subject.encoder is None:
        return ()
    query = subject.memo(read_query)
    output = subject.item.output[:LONGEST]
    windows = choose_windows([cut_windows(0, output, subject.output_sentences)], query.terms)[:MOST_WINDOWS]
    if not windows:
        return ()
    vectors = subject.encoder.encode([*query.texts, *(window.text for window in windows)])
    cosines = vectors[: len(query.texts)] @ vectors[len(query.texts) :].T
    return tuple(float(cosine) for cosine in cosines.max(axis=0))
