"""Short answers to questions that ask for a number, held against the sentences that the question points to."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
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
    ("question", "context", "output", "expected", "said"),
    [
        ("How long is the warranty?", WARRANTY, "It is 5 months.", "other", ["5"]),
        ("How long is the guarantee?", WARRANTY, "It is 5 months.", "other", ["5"]),
        ("How long is the warranty?", WARRANTY, "24 months.", "stated", []),
        ("How long is the warranty?", WARRANTY, "Two years.", "stated", []),
        ("How long is the warranty?", WARRANTY, "Six months.", "near", []),
        ("How long is the warranty for 5?", WARRANTY, "It is 5 months.", "near", []),
        ("When does the shop close?", "It opens at 9 am. The shop is closed from 6 pm.", "At 18:00.", "stated", []),
        ("When does the shop close?", "The shop opens at 9 am and closes at 6 pm.", "At 6 pm.", "near", []),
        ("How much are 3 nights?", "A night costs 80 euros.", "240 euros.", "near", []),
        ("How many students passed?", "Of 120 students, 18 failed.", "102 students.", "near", []),
        ("How many rooms does it have?", "The inn has 28 rooms.", "About 30.", "near", []),
        (
            "How long is the warranty?",
            "The warranty is 24 months, on parts 12.",
            "The warranty is 36 months.",
            "other",
            ["36"],
        ),
        ("How many rooms does it have?", "The inn has 28 rooms.", "12.", "other", ["12"]),
        ("How much sugar is in it?", "It has 0.5 g of sugar.", "0.8 g.", "other", ["0.8"]),
        ("What's the fee?", "The fee is 6.99 euros.", "699 cents", "stated", []),
        ("How long is a session?", "A session takes 150 minutes.", "2 hours and 30 minutes.", "stated", []),
    ],
)
def test_how_the_number_stands_to_the_context(
    question: str, context: str, output: str, expected: str, said: list[str]
) -> None:
    assert read(question, context, output) == (expected, said)


class Pointing:
    """An encoder for which the question is close to the sentences that have a word."""

    name = "pointing@1"

    def __init__(self, word: str) -> None:
        self._word = word

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        near = [number == 0 or self._word in text for number, text in enumerate(texts)]
        return np.array([(1.0, 0.0) if one else (0.0, 1.0) for one in near], np.float32)


def test_a_number_of_something_else_is_told_by_the_encoder() -> None:
    item = Item(input="How long is the guarantee?", output="6 months.", context=(WARRANTY,))
    assert Subject(item, Pointing("Batteries")).memo(ground).answer == "stated"
    assert Subject(item, Pointing("warranty")).memo(ground).answer == "elsewhere"
    long = item.model_copy(update={"input": "How long is the guarantee that the shop which my sister likes gives me?"})
    assert Subject(long, Pointing("warranty")).memo(ground).answer == "near", "it may go from one to the next"


@pytest.mark.parametrize(
    ("question", "context", "output"),
    [
        ("Tell me about the warranty.", WARRANTY, "It is 5 months."),
        ("How long is the warranty?", "It is long.", "It is 5 months."),
        ("How long is the warranty?", WARRANTY, "It is 5 euros."),
        ("How long is the warranty?", WARRANTY, "Between 5 and 7 months."),
        ("How long is the warranty?", WARRANTY, "It began when the shop in Graz opened its doors in 5 cities."),
    ],
)
def test_what_it_leaves_to_others(question: str, context: str, output: str) -> None:
    """No question for a number, nothing to compare it with, two numbers, a long answer."""
    assert read(question, context, output)[0] is None


def test_what_is_no_question_for_a_number() -> None:
    assert read_question("How long?") is not None
    assert read_question("How long is it") is None
    assert read_question("Who is it?") is None


@pytest.mark.parametrize("unit", ["1 2 ", "2 hours 1 minute ", "The inn has 12 rooms. ", "twice a day "])
@pytest.mark.parametrize("long", ["output", "context"])
def test_long_texts_take_linear_time(unit: str, long: str) -> None:
    text = unit * (100_000 // len(unit))
    output, context = (text, "It has 5 rooms.") if long == "output" else ("It has 17.", text)
    started = time.process_time()
    read("How many?", context, output)
    assert time.process_time() - started < 3
