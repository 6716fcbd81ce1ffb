"""What an input asks for, and the numbers of an item's shape."""

from __future__ import annotations

import math

import pytest

from failsight.engine.grounding.shape import SHAPE, kind_of, shape_of


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("", "none"),
        (" \n", "none"),
        ("Summarize the minutes below.", "summary"),
        ("tl;dr", "summary"),
        ("Could you give me the gist?", "summary"),
        ("Please write a caption for this table.", "task"),
        ("Describe the data.", "task"),
        ("who built the bridge", "question"),
        ("And on Sundays?", "question"),
        ("opening hours town library", "question"),
        ("I moved to the coast last year.", "talk"),
    ],
)
def test_the_kind_follows_the_wording(asked: str, kind: str) -> None:
    assert kind_of(asked) == kind


def test_a_question_far_behind_is_not_read() -> None:
    assert kind_of("We talked. " * 400 + "?") == "talk"


def test_values_stand_in_the_order_of_their_names() -> None:
    found = dict(zip(SHAPE, shape_of("Describe it.", "one two three", ["a b", "c"], 2, data=True), strict=True))
    assert found == {
        "output_words": math.log1p(3),
        "context_words": math.log1p(3),
        "claims_logged": math.log1p(2),
        "is_summary": 0.0,
        "is_task": 1.0,
        "is_question": 0.0,
        "is_talk": 0.0,
        "no_input": 0.0,
        "is_data": 1.0,
    }
