"""What relevance promises: more agreement is never less relevant, odd input never breaks, long input stays quick."""

from __future__ import annotations

import time

import pytest

from failsight.engine.relevance import read_query, relate
from failsight.engine.relevance.disagreement import compare_passages
from failsight.engine.relevance.passages import irrelevance
from failsight.engine.relevance.query import Query
from failsight.engine.subject import Subject
from failsight.model.item import Item

STEPS = [step / 10 for step in range(11)]
LONG = [
    "a" * 100_000,
    "? " * 50_000,
    "12 " * 33_000,
    "Question: " * 10_000,
    "The cat number 12 sat. " * 4_500,
    "\n" * 100_000,
]


@pytest.mark.parametrize("kind", ["question", "statement"])
@pytest.mark.parametrize("cosine", [None, 0.2, 0.6])
def test_agreement_never_raises_irrelevance(kind: str, cosine: float | None) -> None:
    query = Query(("q",), kind, {})  # type: ignore[arg-type]
    by_words = [irrelevance(query, cosine, share, share) for share in STEPS]
    assert by_words == sorted(by_words, reverse=True)
    by_meaning = [irrelevance(query, similarity, 0.3, 0.3) for similarity in STEPS]
    assert by_meaning == sorted(by_meaning, reverse=True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Where is the nearest pharmacy?", "question"),
        ("who painted the ceiling of the chapel", "question"),
        ("pharmacy opening hours sunday", "keywords"),
        ("Explain how tides work.", "request"),
        ("The committee published its final report in March 1998.", "statement"),
        ("Use the context.\n\nQuestion: where is the pharmacy?", "question"),
    ],
)
def test_kinds_of_queries(text: str, kind: str) -> None:
    assert read_query(Subject(Item(input=text, output=""))).kind == kind


def test_the_question_of_a_long_prompt_is_found() -> None:
    text = "You are a helpful assistant. " * 40 + "\nQuestion: Who built the old mill?\nAnswer:"
    assert read_query(Subject(Item(input=text, output=""))).texts == ("Who built the old mill?",)


@pytest.mark.parametrize("text", LONG)
def test_long_texts_stay_quick(text: str) -> None:
    started = time.process_time()
    relate(Subject(Item(input="How many cats sat?", output=text, context=(text, text))))
    relate(Subject(Item(input=text, output="Twelve.", context=("Twelve cats sat.",))))
    compare_passages(Subject(Item(input="q", output="", context=(text, text))))
    assert time.process_time() - started < 3.0
