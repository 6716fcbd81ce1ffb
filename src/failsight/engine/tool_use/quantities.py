"""Numbers in texts and data, and whether one may follow from others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from failsight.engine.value import value_class

_NUMBER = re.compile(
    r"(?<![\w.])[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|(?<![\d.])[-−]?\d+(?:\.\d+)?|(?<![\w.])[-−]?\.\d+"
)
_DIGIT = re.compile(r"\d")
_SCALE = re.compile(
    r"\s?(k|thousand|m|mn|million|b|bn|billion|trillion|%|percent|lakh|crore|dozen)\b|\s?%", re.IGNORECASE
)
_FACTORS = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9,
    "trillion": 1e12, "lakh": 1e5, "crore": 1e7, "dozen": 12.0, "percent": 0.01, "%": 0.01,
}  # fmt: skip
_ONES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
NUMBER_WORDS: dict[str, float] = {
    **{word: float(value) for value, word in enumerate(_ONES.split())},
    **{word: float(10 * value) for value, word in enumerate(_TENS.split(), 2)},
    **{word: float(value) for value, word in enumerate(_ORDINALS.split(), 1)},
    "a": 1.0, "an": 1.0, "single": 1.0, "once": 1.0, "both": 2.0, "couple": 2.0, "pair": 2.0, "twice": 2.0,
    "double": 2.0,
    "half": 0.5, "quarter": 0.25, "hundred": 100.0, "thousand": 1000.0, "million": 1e6, "billion": 1e9, "dozen": 12.0,
    "decade": 10.0, "decades": 10.0, "century": 100.0, "myself": 1.0, "noon": 12.0, "midday": 12.0, "midnight": 0.0,
    "i": 1.0, "me": 1.0, "my": 1.0,
}  # fmt: skip
CONVERSIONS = (100.0, 1000.0, 60.0, 3600.0, 24.0, 7.0, 12.0, 1e6, 1e9, 365.0, 52.0, 86400.0, 1440.0, 1024.0, 10.0)
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_JOINED = re.compile(r"\d+(?:,\d+)+")
_DOTTED = re.compile(r"\d+(?:\.\d+){2,3}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@value_class
class Quantity:
    """A number as written, with its place and how many decimals it shows."""

    value: float
    start: int
    end: int
    decimals: int


def quantities(text: str) -> list[Quantity]:
    """Numbers written in digits, thousands separators read, at most the first 2,000."""
    found: list[Quantity] = []
    if not _DIGIT.search(text):
        return found
    for match in _NUMBER.finditer(text):
        raw = match.group().replace(",", "").replace("−", "-")
        decimals = len(raw.partition(".")[2])
        found.append(Quantity(float(raw[:40]), match.start(), match.end(), decimals))
        if len(found) == 2000:
            break
    return found


def stated_numbers(text: str) -> set[float]:
    """Every number a text states: digits, scaled digits (``5%``, ``3k``), number words."""
    stated: set[float] = set()
    for quantity in quantities(text):
        stated |= {quantity.value, abs(quantity.value)}
        scale = _SCALE.match(text, quantity.end)
        if scale:
            stated.add(quantity.value * _FACTORS.get((scale.group(1) or "%").lower(), 1.0))
    for joined in _JOINED.findall(text) if "," in text else ():
        stated |= {float(part) for part in re.findall(r"\d+(?:\.\d+)?", joined)[:40]}
    for dotted in _DOTTED.findall(text) if text.count(".") > 1 else ():
        stated |= {float(part) for part in dotted.split(".") if len(part) < 9}
    previous = 0.0
    for word in _WORD.findall(text.lower()):
        head, _, tail = word.partition("-")
        value = NUMBER_WORDS.get(head)
        if value is None:
            if head[:3] in _MONTHS and (len(head) <= 4 or head[-1] in "yhelrt"):
                stated.add(1.0 + _MONTHS.index(head[:3]))
            previous = 0.0
            continue
        total = value + NUMBER_WORDS.get(tail, 0.0)
        stated.add(total)
        if previous:
            stated.add(previous * value if value in (100.0, 1000.0, 1e6, 1e9) else previous + value)
        previous = total
    return stated


def numbers_in(value: Any) -> set[float]:
    """Numbers inside decoded JSON, those in its texts included."""
    if isinstance(value, bool) or value is None:
        return set()
    if isinstance(value, (int, float)):
        return {float(value)}
    if isinstance(value, str):
        return {quantity.value for quantity in quantities(value)}
    parts: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return {number for part in parts for number in numbers_in(part)}


def close(left: float, right: float) -> bool:
    """Equal up to rounding noise."""
    return abs(left - right) <= 1e-6 * max(1.0, abs(left), abs(right))


def rounds_to(shown: Quantity, value: float) -> bool:
    """``value`` written with the decimals of ``shown`` (or cut there) reads like it."""
    return abs(abs(shown.value) - abs(value)) <= 0.5000001 * 10.0**-shown.decimals


def derivable(target: float, known: set[float], tolerance: float = 1e-6) -> bool:
    """One step from known numbers: unit factors, percent, temperatures, sum, difference, product, quotient of two."""

    def near(value: float) -> bool:
        return abs(value - target) <= max(tolerance, 1e-6 * abs(target))

    for factor in CONVERSIONS:
        if any(near(k * factor) or near(k / factor) for k in known):
            return True
    if any(near(k * 1.8 + 32) or near((k - 32) / 1.8) or near(-k) or near(100 - k) or near(1 - k) for k in known):
        return True
    if len(known) > 24:
        return False
    pool = sorted(known)
    for i, left in enumerate(pool):
        for right in pool[i:]:
            if near(left + right) or near(abs(left - right)) or near(left * right):
                return True
            if (right and near(left / right)) or (left and near(right / left)):
                return True
    return near(sum(pool))
