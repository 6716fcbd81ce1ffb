"""Grounding of an output: what counts as a claim, what as the same number, and that odd texts are no trouble."""

from __future__ import annotations

import time

import pytest

from failsight.engine.grounding import Grounding, ground
from failsight.engine.grounding.quantities import NumberIndex, calendar_words, listed_counts, quantities
from failsight.engine.grounding.tokens import stem, tokenize
from failsight.engine.subject import Subject
from failsight.model.item import Item

PASSAGE = "The inn on the hill has twenty-five rooms. Breakfast is served from 7:30 am and costs 12.50 euros."


def grounding(output: str, context: str = PASSAGE, **fields: str) -> Grounding:
    return ground(Subject(Item(input=fields.pop("input", "Tell me"), output=output, context=(context,), **fields)))


def test_copied_text_is_supported_and_invented_text_is_not() -> None:
    copied = grounding("The inn on the hill has twenty-five rooms.").probability
    invented = grounding("Its owner Lena Voss planted 300 apple trees behind the stable in 1820.").probability
    assert copied is not None
    assert invented is not None
    assert copied < 0.1 < 0.6 < invented


@pytest.mark.parametrize(
    "output",
    [
        "Which room would you like?",
        "Hello! Let me know.",
        "The passages do not mention this.",
        "```py\nx = 1\n```",
        "…",
    ],
)
def test_nothing_asserted(output: str) -> None:
    found = grounding(output)
    assert found.claims == ()
    assert found.probability is None
    assert found.score is None


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ("1,000 guests", "1000 guests"), ("2k guests", "2,000 guests"), ("third floor", "3rd floor"), ("5 pm", "17:00"),
        ("twenty-five rooms", "25 rooms"), ("1.2 million", "1,200,000"), ("about 3,000", "2,983"), ("0.25", "25%"),
        ("12.5 euros", "12.50 euros"), ("20 °C", "20.3 °C"),
    ],
)  # fmt: skip
def test_one_number_in_two_forms(said: str, given: str) -> None:
    index = NumberIndex.of(quantities(tokenize(given)))
    assert all(index.known(quantity, hedged="about" in said) for quantity in quantities(tokenize(said)))


@pytest.mark.parametrize(("said", "given"), [("13 euros", "12 euros"), ("1991", "1990"), ("36 months", "24 months")])
def test_two_numbers(said: str, given: str) -> None:
    index = NumberIndex.of(quantities(tokenize(given)))
    assert not any(index.known(quantity) for quantity in quantities(tokenize(said)))


def test_list_numbers_and_citations_are_no_quantities() -> None:
    assert quantities(tokenize("1. Press the button [3].\n2. See passage 4.")) == []


def test_offsets_point_at_the_text() -> None:
    output = "Yes. The inn on the hill was built by Otto Lang in 1911, and breakfast costs 15 euros."
    found = grounding(output)
    for claim in found.claims:
        assert output[claim.start : claim.end] == claim.text
        for mark in (*claim.new_words, *claim.new_numbers, *claim.new_names):
            assert output[mark.start : mark.end] == mark.text
        if claim.closest is not None:
            assert PASSAGE[claim.closest.start : claim.closest.end] == claim.closest.text


def test_german_nouns_are_no_names() -> None:
    found = grounding("Das Frühstück kostet im Gasthof nur wenig Geld.", "Das Essen im Gasthof ist günstig.")
    assert not found.comparable
    assert not any(claim.new_names for claim in found.claims)


def test_scripts_without_spaces() -> None:
    same = grounding("旅馆有二十五间客房。", "山上的旅馆有二十五间客房,早餐七点半开始。").probability
    other = grounding("老板种了三百棵苹果树。", "山上的旅馆有二十五间客房,早餐七点半开始。").probability
    assert same is not None
    assert other is not None
    assert same < other


def test_stems_join_forms_of_a_word() -> None:
    assert stem("rooms") == stem("room")
    assert stem("served") == stem("serving") == stem("serves")
    assert stem("cities") == stem("city")


@pytest.mark.parametrize("unit", ["a", "1,", "A ", "Aa-", "[", '"', "The inn has 12 rooms. ", "不", "{'k': 1}, "])
def test_long_texts_take_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    started = time.process_time()
    grounding(text, text[: len(text) // 2])
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("It ships to Peru, Chile and Cuba.", [3.0]),
        ("The firm, founded in 1998, has 1,200 people in Germany, France, Poland, Italy and Spain.", [5.0]),
        ("Lamps, kettles, and desks. Oslo, Bern, Turin or Malmo.", [3.0, 4.0]),
        ("One and two.", []),
        ("However, this is a sentence of its own and another one.", []),
    ],
)
def test_what_a_text_lists_is_counted(text: str, counts: list[float]) -> None:
    assert [quantity.values[0] for quantity in listed_counts(text)] == counts


def test_days_and_months_have_several_spellings() -> None:
    assert {"monday", "mon"} <= calendar_words(["mon"])
    assert {"september", "sept", "sep"} <= calendar_words(["the", "september"])
    assert not calendar_words(["moon"])
