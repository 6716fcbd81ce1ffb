"""Answers to yes-or-no questions, held against the sentence that has the words of the question."""

from __future__ import annotations

import pytest

from failsight.engine.grounding.polar import PolarAnswer, read_polar
from failsight.engine.subject import Subject
from failsight.model.item import Item

PETS = "Pets are not allowed in the rooms. The garden is open to guests."


def read(question: str, context: str, output: str) -> PolarAnswer | None:
    return Subject(Item(input=question, output=output, context=(context,))).memo(read_polar)


@pytest.mark.parametrize(
    ("question", "context", "output", "agrees"),
    [
        ("Are pets allowed in the rooms?", PETS, "No.", True),
        ("Are pets allowed in the rooms?", PETS, "No, they are not.", True),
        ("Are pets allowed in the rooms?", PETS, "Yes.", False),
        ("Are pets allowed in the rooms?", PETS, "Yes, pets are allowed.", False),
        ("Are pets allowed in the rooms?", PETS, "They are allowed.", False),
        ("Are pets allowed in the rooms?", "Pets are allowed in the rooms, but not in the pool.", "No.", False),
        ("Is the museum open on Mondays?", "The museum is closed on Mondays.", "No, it is closed.", True),
        ("Is the museum open on Mondays?", "The museum is closed on Mondays.", "Yes.", False),
        ("Is the museum open on Mondays?", "The museum is not closed on Mondays.", "Yes.", True),
    ],
)
def test_the_side_of_an_answer(question: str, context: str, output: str, agrees: bool) -> None:
    found = read(question, context, output)
    assert found is not None
    assert (found.agrees, found.sentence.source) == (agrees, "context[0]")
    assert found.text == output


@pytest.mark.parametrize(
    ("question", "context", "output"),
    [
        ("Are pets allowed in the rooms?", "Dogs stay in the yard.", "No."),
        ("Are pets allowed in the rooms?", "Pets are only allowed in the rooms of the annex.", "No."),
        ("Are pets allowed in the rooms?", PETS, "No, but the porter minds them."),
        ("Are pets allowed in the rooms?", PETS, "No, pets are allowed."),
        ("Are both pets and bikes allowed?", "Pets and bikes are allowed.", "No."),
        ("Are pets or bikes allowed?", "Pets and bikes are allowed.", "No."),
        ("Who may bring pets into the rooms?", PETS, "No."),
        ("Are pets allowed in the rooms?", f"{PETS} Small pets are allowed in the rooms.", "Yes."),
        ("Are pets allowed in the rooms?", PETS, "No problem."),
    ],
)
def test_what_it_leaves_to_others(question: str, context: str, output: str) -> None:
    assert read(question, context, output) is None


def test_a_condition_makes_it_unsure() -> None:
    found = read("Are pets allowed in the rooms?", "Pets are allowed in the rooms if they are small.", "No.")
    assert found is not None
    assert (found.agrees, found.sure) == (False, False)
