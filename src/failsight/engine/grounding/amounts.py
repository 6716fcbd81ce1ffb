"""Amounts of a text in one measure: 24 months are two years, twice a year is every six months, 18:00 is 6 pm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from failsight.engine.grounding.quantities import Quantity, quantities
from failsight.engine.grounding.tokens import Tokens, is_content, stem
from failsight.engine.grounding.word_lists import NUMBER_WORDS
from failsight.engine.value import value_class

_DAY = 86_400.0
_UNITS: Mapping[str, Mapping[str, float]] = {
    "duration": {"second sec": 1, "minute min": 60, "hour hr h": 3600, "day": _DAY, "week": 7 * _DAY,
                 "month": 365.25 / 12 * _DAY, "year yr": 365.25 * _DAY, "decade": 3652.5 * _DAY,
                 "century": 36_525 * _DAY},
    "length": {"mm millimetre millimeter": 0.001, "cm centimetre centimeter": 0.01, "m metre meter": 1,
               "km kilometre kilometer": 1000, "inch inches": 0.0254, "ft foot feet": 0.3048, "yard": 0.9144,
               "mile": 1609.344},
    "mass": {"mg milligram": 0.001, "g gram gramme": 1, "kg kilogram kilo": 1000, "tonne": 1e6, "ounce oz": 28.35,
             "lb lbs": 453.6},
    "data": {"kb kilobyte": 1e3, "mb megabyte": 1e6, "gb gigabyte": 1e9, "tb terabyte": 1e12},
    "volume": {"ml millilitre milliliter": 0.001, "l litre liter": 1},
    "dollars": {"$ dollar usd": 1, "cent": 0.01},
    "euros": {"€ euro eur": 1},
    "percent": {"% percent": 1},
}  # fmt: skip
_SCALE = {
    stem(name): (dimension, size)
    for dimension, names in _UNITS.items()
    for spelled, size in names.items()
    for name in spelled.split()
}
_BETWEEN = frozenset(stem(word) for word in ("working", "business", "calendar", "full", "whole", "consecutive", "more"))
_SPAN = r"(second|minute|hour|day|week|month|year|decade|century)"
_ONE = re.compile(rf"\b(?:an?|one|per|every|each) {_SPAN}\b", re.IGNORECASE)
_TIMES = re.compile(rf"\b(once|twice|(\w+) times) (?:an?|per|every|each) {_SPAN}\b", re.IGNORECASE)
_SMALL = "|".join(word for word, value in NUMBER_WORDS.items() if 1 <= value <= 12)
_CLOCK = re.compile(
    rf"\b(?:(noon|midday|midnight)|(\d{{1,2}}|{_SMALL})(?:[:.h]([0-5]\d))?(?![\d:])"
    r"(?: ?(?:([ap])\.?m\b\.?|(o['’]?clock)|(?:in the|at) (morning|afternoon|evening|night))){0,2})",
    re.IGNORECASE,
)
_HALF_DAYS = {"a": 0, "morning": 0, "p": 12, "afternoon": 12, "evening": 12, "night": 12}
_CLOSE = {"duration": 0.02, "length": 0.01, "mass": 0.01}  # months have no fixed length, conversions are rounded


@value_class
class Amount:
    """A number with what it measures, as far as that is known.

    values: in the base unit of its dimension, several where it may mean several; for ``clock`` minutes of the day.
    number: as it is written. dimension: such as ``duration``, or the stem of another unit, or nothing. start, end:
    offsets in the text.
    """

    values: tuple[float, ...]
    number: float
    dimension: str
    start: int
    end: int

    def equals(self, other: Amount) -> bool:
        """Whether both may be the same amount; a bare number is any amount of that number."""
        if not (self.dimension and other.dimension):
            return self.number == other.number
        slack = _CLOSE.get(self.dimension, 1e-9)
        return any(abs(one - two) <= slack * max(abs(one), abs(two)) for one in self.values for two in other.values)


def amounts(tokens: Tokens, *, clock: bool) -> list[Amount]:
    """The amounts of a text in reading order. clock: whether its numbers may be times of the day."""
    text = tokens.text
    found = list(_clocks(text)) if clock else []
    found += _frequencies(text)
    taken = [(amount.start, amount.end) for amount in found]
    for quantity in quantities(tokens):
        amount = _measured(tokens, quantity)
        if not any(start < amount.end and amount.start < end for start, end in taken):
            found.append(amount)
    taken = [(amount.start, amount.end) for amount in found]
    for match in _ONE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found.append(Amount((_SCALE[stem(match[1])][1],), 1.0, "duration", *match.span()))
    return sorted(found, key=lambda amount: amount.start)


def _measured(tokens: Tokens, quantity: Quantity) -> Amount:
    before = tokens.stems[quantity.first - 1] if quantity.first else ""
    unit = before if before in {"$", "€"} else quantity.unit
    after = tokens.stems[quantity.last + 2] if quantity.last + 2 < len(tokens.stems) else ""
    unit = after if unit in _BETWEEN and after in _SCALE else unit
    dimension, size = _SCALE.get(unit, (unit if is_content(unit) and not unit.isdigit() else "", 1.0))
    values = tuple(value * size for value in quantity.values)
    return Amount(values, quantity.values[0], dimension, tokens.starts[quantity.first], tokens.ends[quantity.last])


def _frequencies(text: str) -> Iterator[Amount]:
    """ "twice a year" as the time from one to the next."""
    for match in _TIMES.finditer(text):
        word = (match[2] or "").lower()
        times = {"once": 1.0, "twice": 2.0}.get(match[1].lower()) or NUMBER_WORDS.get(word)
        times = float(word) if word.isdecimal() else times
        if times:
            yield Amount((_SCALE[stem(match[3])][1] / times,), times, "duration", *match.span())


def _clocks(text: str) -> Iterator[Amount]:
    """Times of the day; without a half of the day, or two digits before a colon, both are meant."""
    for match in _CLOCK.finditer(text):
        word, hour, minutes, half, oclock, part = match.groups()
        if word:
            yield Amount((0.0 if word.lower() == "midnight" else 720.0,), 12.0, "clock", *match.span())
            continue
        if not (minutes or half or oclock or part):
            continue
        number = float(hour) if hour.isdecimal() else float(NUMBER_WORDS[hour.lower()])
        if number > 24:
            continue
        offset = _HALF_DAYS.get((half or part or "").lower())
        hours = (
            {number % 12 + offset} if offset is not None else {number} if number > 12 else {number, number % 12 + 12}
        )
        if offset is None and minutes and len(hour) == 2 and not oclock:
            hours = {number}
        yield Amount(tuple(60 * one + float(minutes or 0) for one in sorted(hours)), number, "clock", *match.span())
