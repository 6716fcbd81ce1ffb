"""Numbers that the context does not have and that follow from it are not new; those that do not follow are."""

from __future__ import annotations

import time

import pytest

from failsight.engine.grounding import ground
from failsight.engine.subject import Subject
from failsight.model.item import Item

PLAN = "The Plus plan has a notice period of 24 months and costs 180 euros a year. The shop opens Mon-Fri 8-19."
ROOF = "The roof costs EUR 186,000. EUR 120,000 come from the reserves, the rest is paid by the owners by their shares."


def new_numbers(question: str, context: str, output: str) -> list[str]:
    grounding = Subject(Item(input=question, output=output, context=(context,))).memo(ground)
    return [mark.text for claim in grounding.claims for mark in claim.new_numbers]


@pytest.mark.parametrize(
    ("question", "context", "output"),
    [
        ("How long am I bound?", PLAN, "The Plus plan has a notice period of two years, so you stay for two years."),
        ("When is the shop open?", PLAN, "On weekdays the shop opens at 8:00 and closes at 19:00."),
        ("What do the owners pay?", ROOF, "The remaining EUR 66,000 is paid by the owners."),
        ("I own 210 of 10,000 shares.", ROOF, "The remaining 66,000 is split: 210 ÷ 10,000 × 66,000 = 1,386 euros."),
        (
            "What do 3 tickets cost?",
            "A ticket costs 40 euros.",
            "Three tickets at 40 euros come to 120 euros in total.",
        ),
        (
            "What is it with the discount?",
            "It costs 250 euros. Members save 20%.",
            "With the discount of 20% it costs 200.",
        ),
    ],
)
def test_what_follows_from_the_context(question: str, context: str, output: str) -> None:
    assert new_numbers(question, context, output) == []


@pytest.mark.parametrize(
    ("question", "context", "output", "new"),
    [
        ("How long am I bound?", PLAN, "The Plus plan has a notice period of three years.", ["three"]),
        ("How long am I bound?", PLAN, "The Plus plan has a notice period of 25 months.", ["25"]),
        ("When is the shop open?", PLAN, "On weekdays the shop opens at 9:30.", ["9", "30"]),
        ("What do the owners pay?", ROOF, "The remaining EUR 67,000 is paid by the owners.", ["67,000"]),
        (
            "What does it cost?",
            ROOF,
            "The owners were told of a bill of EUR 66,000.",
            ["66,000"],
        ),  # nothing is computed
        ("I own 210 of 10,000 shares.", ROOF, "You pay 210 ÷ 10,000 × 66,000 = 1,486 euros.", ["1,486"]),
        ("What do 3 tickets cost?", "A ticket costs 40 euros.", "Three tickets come to 130 euros in total.", ["130"]),
    ],
)
def test_what_does_not(question: str, context: str, output: str, new: list[str]) -> None:
    assert new_numbers(question, context, output) == new


def test_a_long_answer_of_sums_is_read_in_linear_time() -> None:
    began = time.perf_counter()
    new_numbers("total?", "One costs 40 euros. " * 500, "The total is 3 × 41 = 123 euros, 1 - 1 - 1 - 1 - 1. " * 1000)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "output",
    [
        "The documents I have deal with buying and installing. Taking back an old battery isn't mentioned.",
        "Rules differ from school to school, so I can't say when she may return. It's best to ask the school office.",
        "The parking fee wasn't specified in the passages. Ask the town hall before you come.",
        "I couldn’t find anything on parking. An adviser of the bank should be able to tell you.",
        "Whether dogs may come isn't something I can see in your papers. The hotel desk can confirm it.",
    ],
)
def test_an_answer_that_does_not_know_asserts_nothing(output: str) -> None:
    grounding = Subject(Item(input="?", output=output, context=(PLAN,))).memo(ground)
    assert grounding.no_answers == 1
    assert grounding.claims == ()
