"""Amounts of a text in one measure: 24 months are two years, twice a year is every six months, 18:00 is 6 pm."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import chain

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
    "data": {"bit": 0.125, "byte": 1, "kb kilobyte": 1e3, "mb megabyte": 1e6, "gb gigabyte": 1e9, "tb terabyte": 1e12},
    "volume": {"ml millilitre milliliter": 0.001, "l litre liter": 1},
    "dollars": {"$ dollar usd": 1},
    "euros": {"€ euro eur": 1},
    "cents": {"cent": 0.01},
    "percent": {"% percent": 1},
    "rate": {"kbit kbps": 1e3, "mbit mbps": 1e6, "gbit gbps": 1e9},
}  # fmt: skip
_MONEY = frozenset({"dollars", "euros"})
_SCALE = {
    stem(form): (dimension, size)
    for dimension, names in _UNITS.items()
    for spelled, size in names.items()
    for name in spelled.split()
    for form in (name, f"{name}s")
}
_BETWEEN = frozenset(stem(word) for word in ("working", "business", "calendar", "full", "whole", "consecutive", "more"))
_SPAN = r"(second|minute|hour|day|week|month|year|decade|century)"
_DOZEN = re.compile(r"\ba dozen\b", re.IGNORECASE)
_ONE = re.compile(rf"\b(?:(half|quarter) (?:of )?)?(?:an?|one|per|every|each) {_SPAN}\b", re.IGNORECASE)
_PARTS = {None: 1.0, "half": 0.5, "quarter": 0.25}
_JOINED = re.compile(r"[ ,]*(?:and )?")
_TIMES = re.compile(rf"\b(once|twice|(\w+) times) (?:an?|per|every|each) {_SPAN}\b", re.IGNORECASE)
_SMALL = "|".join(word for word, value in NUMBER_WORDS.items() if 1 <= value <= 12)
_CLOCK = re.compile(
    rf"\b(?:(noon|midday|midnight)|(\d{{1,2}}|{_SMALL})(?:[:.h]([0-5]\d))?(?![\d:])"
    r"(?: ?(?:([ap])\.?m\b\.?|(o['’]?clock)|(?:in the|at) (morning|afternoon|evening|night))){0,2})",
    re.IGNORECASE,
)
_PAST = re.compile(rf"\b(half|(?:a )?quarter) (past|to) (\d{{1,2}}|{_SMALL})\b", re.IGNORECASE)
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

    @property
    def measured(self) -> bool:
        """Whether its unit is one of a known dimension, so that another unit of it can be converted."""
        return self.dimension == "clock" or self.dimension in _UNITS

    def comparable(self, other: Amount) -> bool:
        """Whether both measure the same. A count of something may be one of anything; a measure may stand without its
        unit where the number is the same."""
        if self.measured and other.measured:
            both = {self.dimension, other.dimension}
            return len(both) == 1 or ("cents" in both and not _MONEY.isdisjoint(both))
        return self.number == other.number if self.measured or other.measured else True

    def equals(self, other: Amount) -> bool:
        """Whether both may be the same amount."""
        same_unit = abs(self.values[0] * other.number - other.values[0] * self.number) <= 1e-9 * abs(self.values[0])
        return self.comparable(other) and self.near(other, 1e-9 if same_unit else _CLOSE.get(self.dimension, 1e-9))

    def near(self, other: Amount, slack: float) -> bool:
        """Whether both may be the same amount, if one may be off by this share."""
        pairs = [(self.number, other.number)]
        if self.measured and other.measured:
            pairs = [(one, two) for one in self.values for two in other.values]
        return any(abs(one - two) <= slack * max(abs(one), abs(two)) for one, two in pairs)


def amounts(tokens: Tokens, *, clock: bool) -> list[Amount]:
    """The amounts of a text in reading order; linear in its length. clock: whether numbers may be times of the day."""
    text = tokens.text
    found: list[Amount] = []
    readings = (
        _clocks(text) if clock else (),
        _frequencies(text),
        (_measured(tokens, quantity) for quantity in quantities(tokens)),
        (Amount((12.0,), 12.0, "", *one.span()) for one in _DOZEN.finditer(text)),
        _spans(text),
    )
    taken = bytearray(len(text))  # what stands in one of these readings is none of a later one
    for amount in chain(*readings):
        if not any(taken[amount.start : amount.end]):
            taken[amount.start : amount.end] = b"\1" * (amount.end - amount.start)
            found.append(amount)
    return list(_joined(sorted(found, key=lambda amount: amount.start), tokens))


def _spans(text: str) -> Iterator[Amount]:
    """ "an hour", "half a year"."""
    for match in _ONE.finditer(text):
        part = _PARTS[match[1].lower() if match[1] else None]
        yield Amount((_SCALE[stem(match[2])][1] * part,), part, "duration", *match.span())


def _joined(found: list[Amount], tokens: Tokens) -> Iterator[Amount]:
    """ "2 hours and 30 minutes" and "7 euros and 50 cents" as one amount."""
    before: Amount | None = None
    for amount in found:
        if before is not None and _goes_on(before, amount, tokens):
            both = (before.values[0] + amount.values[0],)
            before = Amount(both, before.number, before.dimension, before.start, amount.end)
            continue
        if before is not None:
            yield before
        before = amount
    if before is not None:
        yield before


def _goes_on(one: Amount, two: Amount, tokens: Tokens) -> bool:
    """Whether the second, in a smaller unit, follows the unit of the first at once."""
    same = one.dimension == two.dimension in {"duration", "length", "mass"} and two.values[0] < one.values[0]
    if not same and not (one.dimension in _MONEY and two.dimension == "cents"):
        return False
    after = bisect_left(tokens.starts, one.end)
    between = tokens.text[tokens.ends[after] : two.start] if after < len(tokens.ends) else "?"
    return _JOINED.fullmatch(between) is not None


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
    for past in _PAST.finditer(text):
        start = _hour(past[3])
        shift = (30 if past[1].lower() == "half" else 15) * (-1 if past[2].lower() == "to" else 1)
        yield Amount(tuple(60 * one + shift for one in (start, start + 12)), start, "clock", *past.span())
    for match in _CLOCK.finditer(text):
        word, hour, minutes, half, oclock, part = match.groups()
        if word:
            yield Amount((0.0 if word.lower() == "midnight" else 720.0,), 12.0, "clock", *match.span())
            continue
        if not (minutes or half or oclock or part):
            continue
        number = _hour(hour)
        if number > 24:
            continue
        offset = _HALF_DAYS.get((half or part or "").lower())
        hours = (
            {number % 12 + offset} if offset is not None else {number} if number > 12 else {number, number % 12 + 12}
        )
        if offset is None and minutes and len(hour) == 2 and not oclock:
            hours = {number}
        yield Amount(tuple(60 * one + float(minutes or 0) for one in sorted(hours)), number, "clock", *match.span())


def _hour(word: str) -> float:
    return float(word) if word.isdecimal() else float(NUMBER_WORDS[word.lower()])
