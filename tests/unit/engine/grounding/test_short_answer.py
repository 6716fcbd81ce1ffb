"""Short answers to questions that ask for a number, held against the sentences that the question points to."""

from __future__ import annotations

import pytest

from failsight.engine.grounding import ground
from failsight.engine.grounding.short_answer import read_question
from failsight.engine.subject import Subject
from failsight.model.item import Item

WARRANTY = "The warranty is 24 months. Batteries are covered for 6 months."


def read(question: str, context: str, output: str) -> tuple[str | None, list[str]]:
    grounding = Subject(Item(input=question, output=output, context=(context,))).memo(ground)
    return grounding.answer, [conflict.said.text for claim in grounding.claims for conflict in claim.conflicts]


@pytest.mark.parametrize(
    ("question", "context", "output", "expected"),
    [
        ("How long is the warranty?", WARRANTY, "It is 5 months.", ("other", ["5 months"])),
        ("How long is the warranty?", WARRANTY, "24 months.", ("stated", [])),
        ("How long is the warranty?", WARRANTY, "Two years.", ("stated", [])),
        ("When does the shop close?", "It opens at 9 am. The shop is closed from 6 pm.", "At 18:00.", ("stated", [])),
        ("When does the shop close?", "The shop opens at 9 am and closes at 6 pm.", "At 6 pm.", ("near", [])),
        ("How much are 3 nights?", "A night costs 80 euros.", "240 euros.", ("near", [])),
        ("How many students passed?", "Of 120 students, 18 failed.", "102 students.", ("near", [])),
        ("How many rooms does it have?", "The inn has 28 rooms.", "About 30.", ("near", [])),
    ],
)
def test_how_the_number_stands_to_the_context(
    question: str, context: str, output: str, expected: tuple[str, list[str]]
) -> None:
    answer, said = read(question, context, output)
    assert answer == expected[0]
    assert len(said) == len(expected[1])


@pytest.mark.parametrize(
    ("question", "context", "output"),
    [
        ("Tell me about the warranty.", WARRANTY, "It is 5 months."),
        ("How long is the guarantee?", WARRANTY, "It is 5 months."),
        ("How long is the warranty?", WARRANTY, "Six months."),
        ("How long is the warranty?", WARRANTY, "Between 5 and 7 months."),
        ("How long is the warranty?", WARRANTY, "It began when the shop in Graz opened its doors in 5 cities."),
    ],
)
def test_what_it_leaves_to_others(question: str, context: str, output: str) -> None:
    """No question for a number, another word for the thing, a number of something else, two numbers, a long answer."""
    assert read(question, context, output)[0] is None


def test_a_number_of_the_question_supports_nothing() -> None:
    assert read("How long is the warranty for 5?", WARRANTY, "It is 5 months.")[0] == "other"


def test_a_question_without_a_topic_is_none() -> None:
    assert read_question("How much is it?") is None
    assert read_question("How long?") is None
