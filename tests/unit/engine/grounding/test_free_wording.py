"""A short answer in its own words to a question fails from a higher probability on."""

from __future__ import annotations

import pytest

from failsight.engine.grounding import hybrid_weights, weigh
from failsight.engine.grounding.weighing import FREE_FAIL_FROM
from failsight.engine.subject import Subject
from failsight.model.item import Item
from failsight.testing.local_judge import WordJudge

CONTEXT = "Guests may keep a dog in the room. The fee is twelve euros a night and is paid on departure at the desk."
OWN_WORDS = "Sure, bring your pet along; you settle the charge when you leave."
COPIED = "Guests may keep a dog in the room. The fee is twelve euros a night."
QUESTION, TURN, ORDER = "Are dogs allowed?", "I have a dog.", "Describe the rules for dogs."


def fail_from(question: str, output: str) -> float:
    item = Item(input=question, output=output, context=(CONTEXT,))
    return Subject(item, None, WordJudge()).memo(weigh).fail_from


def test_more_is_needed_to_fail_what_is_said_in_own_words() -> None:
    assert fail_from(QUESTION, OWN_WORDS) == FREE_FAIL_FROM > hybrid_weights.BOUNDS["question"][0]


@pytest.mark.parametrize(
    ("question", "output", "kind"),
    [
        (QUESTION, COPIED, "question"),
        (QUESTION, f"{OWN_WORDS} " * 8, "question"),  # long: there is enough to go by
        (TURN, OWN_WORDS, "talk"),
        (ORDER, OWN_WORDS, "task"),
    ],
)
def test_the_usual_bound_holds_for_the_rest(question: str, output: str, kind: str) -> None:
    assert fail_from(question, output) == hybrid_weights.BOUNDS[kind][0]
