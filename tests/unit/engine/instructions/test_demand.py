"""Inputs that ask for a summary alone, and remarks that ask for nothing."""

from __future__ import annotations

import pytest

from failsight.engine.instructions.demand import asks_only_a_summary, is_only_a_remark
from failsight.engine.subject import Subject
from failsight.model.item import Item


def one(text: str, **more: object) -> Subject:
    return Subject(Item.model_validate({"input": text, "output": "Yes.", "context": ["A text."], **more}))


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Summarize the article.", True),
        ("Please summarise the following text:", True),
        ("Could you give me a summary of this report?", True),
        ("Summarize the article in two sentences.", False),
        ("Summarize the article and name its author.", False),
        ("Summarize the plot of the opera.", False),
    ],
)
def test_only_a_summary(text: str, alone: bool) -> None:
    assert asks_only_a_summary(one(text)) is alone


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("I love the Alps in winter.", True),
        ("yes, that was a great match", True),
        ("I need a recipe for plum cake.", False),
        ("I'm looking to rent a flat in Graz.", False),
        ("Wow, tell me more about it", False),
        ("Cool! Who invented it?", False),
        ("He moved to Graz in 1994.", False),
        ("I cannot get the printer to work.", False),
        ("My parcel has not arrived.", False),
        ("I was charged twice.", False),
    ],
)
def test_only_a_remark(text: str, alone: bool) -> None:
    assert is_only_a_remark(one(text)) is alone


def test_nothing_else_may_demand_anything() -> None:
    assert not asks_only_a_summary(one("Summarize the article.", system_prompt="Answer in French."))
    assert not asks_only_a_summary(one("Summarize the article.", context=None))
    said = [{"role": "user", "content": "Be brief."}, {"role": "user", "content": "I love the Alps."}]
    assert not is_only_a_remark(one("I love the Alps.", conversation=said))
