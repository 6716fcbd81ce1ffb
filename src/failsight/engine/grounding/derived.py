"""Numbers that the support does not have and that follow from it: two years are 24 months, 10:00 is 10, and a total is
the sum of what it is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations

from failsight.engine.grounding.amounts import Amount, amounts
from failsight.engine.grounding.quantities import Quantity, quantities
from failsight.engine.grounding.reading import Reading
from failsight.engine.grounding.support import Support, granted_texts, index_support
from failsight.engine.grounding.tokens import tokenize
from failsight.engine.subject import Subject

_MOST_GIVEN = 400  # amounts of the support that are looked at
_MOST_OPERANDS = 12  # numbers that one is computed from
_COMPUTES = re.compile(
    r"[=×÷]|\d ?[*+] ?\d|\b(?:totals?|altogether|in all|together|combined|sums? up|remain(?:s|ing|der)?|the rest|"
    r"left over|difference|more than|less than|cheaper|saves?|savings?|discount|average|"
    r"per (?:month|week|day|year|person|head)|each|half|double|twice|makes|comes to|amounts? to|works out|"
    r"calculat\w+|comput\w+)\b",
    re.IGNORECASE,
)
_TERM = r"(?:[€$£] ?|EUR |USD )?\d[\d,]*(?:\.\d+)?(?: ?%)?(?: ?[A-Za-z²/€]{1,6})?"
_EQUATION = re.compile(rf"{_TERM}(?: ?[×x*·÷/+−–-] ?{_TERM}){{1,5}} ?(?:=|≈) ?{_TERM}")
_PART = re.compile(r"[×x*·÷/+−–=≈-]|\d[\d,]*(?:\.\d+)?%?")
_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    **dict.fromkeys("×x*·", lambda one, two: one * two),
    **dict.fromkeys("÷/", lambda one, two: one / two if two else 0.0),
    "+": lambda one, two: one + two,
    **dict.fromkeys("−–-", lambda one, two: one - two),
}


def without_derived(subject: Subject, readings: list[Reading]) -> list[Reading]:
    """The readings, without those new numbers that follow from the support. A number counts as computed only where
    the claim or the input speaks of computing, and from numbers near it; linear in the lengths of the texts."""
    if not any(reading.new_numbers for reading in readings):
        return readings
    support: Support = subject.memo(index_support)
    given = [one for one in subject.memo(_given) if one.measured]
    computed = _computed(subject, readings, support)
    cleared = []
    for reading in readings:
        spans = list(_converted(reading, given, support)) if reading.new_numbers else []
        spans += [_span(reading, one) for one in reading.numbers if one.values[0] in computed]
        new = tuple(
            mark for mark in reading.new_numbers
            if not any(start <= mark.start and mark.end <= end for start, end in spans)
        )  # fmt: skip
        cleared.append(reading if len(new) == len(reading.new_numbers) else replace(reading, new_numbers=new))
    return cleared


def _given(subject: Subject) -> list[Amount]:
    """What the support states, with its measures."""
    found: list[Amount] = []
    for text in (*(subject.item.context or ()), *granted_texts(subject)):
        found += amounts(tokenize(text), clock=True)
        if len(found) >= _MOST_GIVEN:
            break
    return found[:_MOST_GIVEN]


def _converted(reading: Reading, given: Sequence[Amount], support: Support) -> Iterator[tuple[int, int]]:
    """Places in the output of amounts that the support has in another unit, and of full hours that it has bare."""
    for amount in amounts(reading.tokens, clock=True):
        full = amount.dimension == "clock" and amount.values[0] % 60 == 0 and amount.number in support.numbers.exact
        if full or (amount.measured and any(amount.equals(other) for other in given)):
            yield reading.claim.start + amount.start, reading.claim.start + amount.end


def _span(reading: Reading, quantity: Quantity) -> tuple[int, int]:
    start, end = reading.tokens.starts[quantity.first], reading.tokens.ends[quantity.last]
    return reading.claim.start + start, reading.claim.start + end


def _computed(subject: Subject, readings: Sequence[Reading], support: Support) -> set[float]:
    """The values of new numbers that others give; what is computed may be computed with."""
    asked = _COMPUTES.search(subject.item.input) is not None
    asking = [one.values[0] for one in quantities(tokenize(subject.item.input[:2000]))][:_MOST_OPERANDS]
    places = {id(sentence): place for place, sentence in enumerate(support.sentences)}
    computed: set[float] = set()
    for _ in range(2):
        before: list[float] = []
        for reading in readings:
            own = [one.values[0] for one in reading.numbers if support.numbers.known(one)]
            if reading.new_numbers and (asked or _COMPUTES.search(reading.claim.text)):
                computed |= set(_equations(reading.claim.text, {*support.numbers.exact, *computed}))
                operands = sorted({*own, *before, *asking, *computed, *_near(reading, support, places)})[
                    -_MOST_OPERANDS:
                ]
                computed |= set(_results(reading, operands, support))
            before = own
    return computed


def _near(reading: Reading, support: Support, places: dict[int, int]) -> Iterator[float]:
    """The numbers of the claim's closest sentences and of their neighbours; all, where there are few."""
    if len(support.numbers.exact) <= _MOST_OPERANDS:
        yield from support.numbers.exact
        return
    for sentence in (reading.closest, reading.second):
        if sentence is not None:
            place = places[id(sentence)]
            for one in support.sentences[max(0, place - 1) : place + 2]:
                yield from (quantity.values[0] for quantity in quantities(tokenize(one.text)))


def _results(reading: Reading, operands: Sequence[float], support: Support) -> Iterator[float]:
    """The claim's new numbers that two of the operands give."""
    results = [value for one, two in permutations(operands, 2) for value in _given_by(one, two)]
    for quantity in reading.numbers:
        value = quantity.values[0]
        tells = value >= 20 or quantity.decimals
        if tells and not support.numbers.known(quantity) and _among(value, quantity.decimals, results):
            yield value


def _given_by(one: float, two: float) -> Iterator[float]:
    yield one + two
    yield one * two
    if one > two:
        yield one - two
    if two:
        yield one / two
    if 0 < two < 100:
        yield one * two / 100
        yield one * (100 - two) / 100


def _among(value: float, decimals: int, results: Iterable[float]) -> bool:
    slack = 0.5 * 10.0**-decimals if decimals else 1e-6 * max(1.0, abs(value))
    return any(abs(value - result) <= slack for result in results)


def _equations(text: str, known: set[float]) -> Iterator[float]:
    """Results of sums that are written out, right, and made of known numbers: "3 × 40 = 120"."""
    for match in _EQUATION.finditer(text):
        *left, _, said = _PART.findall(match[0])
        numbers = [_number(part) for part in left[::2]]
        total = numbers[0]
        for sign, number in zip(left[1::2], numbers[1:], strict=False):
            total = _OPERATIONS[sign](total, number)
        decimals = len(said.rstrip("%").partition(".")[2])
        if {abs(one) for one in numbers} <= known | {value * 100 for value in known} | {1.0, 12.0, 100.0} and _among(
            _number(said), decimals, [total]
        ):
            yield _number(said)


def _number(part: str) -> float:
    value = float(part.rstrip("%").replace(",", "").rstrip(".") or 0)
    return value / 100 if part.endswith("%") else value
