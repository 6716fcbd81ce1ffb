"""Amounts in one measure."""

from __future__ import annotations

import pytest

from failsight.engine.grounding.amounts import Amount, amounts
from failsight.engine.grounding.tokens import tokenize


def only(text: str, *, clock: bool = False) -> Amount:
    (found,) = amounts(tokenize(text), clock=clock)
    return found


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("24 months", "Two years."),
        ("every 6 months", "Twice a year."),
        ("30 days", "A month."),
        ("5 working days", "5 days"),
        ("$15", "15 dollars"),
        ("€12", "twelve euros"),
        ("324 metres", "1,063 ft"),
        ("2.5 kg", "2500 g"),
        ("3 times a week", "three times per week"),
        ("28 rooms", "28"),
        ("7 euros and 50 cents", "€7.50"),
        ("2 hours and 30 minutes", "150 minutes"),
        ("half a year", "6 months"),
        ("four hundred and eighty", "480"),
        ("3 bytes", "24 bits"),
    ],
)
def test_the_same_amount(one: str, two: str) -> None:
    assert only(one).equals(only(two))
    assert only(two).equals(only(one))


@pytest.mark.parametrize(
    ("one", "two"), [("24 months", "5 months"), ("$15", "$25"), ("28 rooms", "12"), ("2 kg", "2 g")]
)
def test_another_amount(one: str, two: str) -> None:
    assert not only(one).equals(only(two))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("It closes at 18:00.", {1080}),
        ("6 p.m.", {1080}),
        ("At six in the evening.", {1080}),
        ("at 9 o'clock", {540, 1260}),
        ("noon", {720}),
        ("half past four", {270, 990}),
        ("quarter to 9", {525, 1245}),
        ("midnight", {0}),
        ("12:30 am", {30}),
    ],
)
def test_times_of_the_day(text: str, minutes: set[int]) -> None:
    found = only(text, clock=True)
    assert (found.dimension, set(found.values)) == ("clock", minutes)


def test_what_is_no_time_of_the_day() -> None:
    found = amounts(tokenize("3 students and 25:00 am"), clock=True)
    assert "clock" not in [amount.dimension for amount in found]


def test_only_another_unit_may_be_a_little_off() -> None:
    (days,), (others,), (month,) = (
        amounts(tokenize(text), clock=False) for text in ("98 days", "100 days", "1 month and a bit")
    )
    assert not days.equals(others)
    assert amounts(tokenize("30 days"), clock=False)[0].equals(month)
