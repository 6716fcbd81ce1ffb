"""Numbers of a text in one form: 1,000 = 1k = one thousand, third = 3, 5 pm = 17:00, rounded = its source."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from failsight.engine.grounding.tokens import Tokens, stem
from failsight.engine.grounding.word_lists import CALENDAR, MONTHS, MULTIPLIERS, NUMBER_WORDS, ORDINAL_WORDS
from failsight.engine.value import value_class

_STARTERS = frozenset(NUMBER_WORDS) | frozenset(ORDINAL_WORDS)
_WORDED = frozenset(word[:4] for word in _STARTERS)
_CELL = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_YEAR_AFTER = re.compile(r"\b(?:following|next|subsequent) year|\byear (?:later|after)\b", re.IGNORECASE)
_YEAR_BEFORE = re.compile(r"\b(?:previous|preceding) year|\byear (?:earlier|before)\b", re.IGNORECASE)
_LAST_ITEM = re.compile(r",? (?:and|or|&) (?=\S)")
_ITEM = re.compile(r"[^\s,.;:]+(?: [^\s,.;:]+){0,2}")
_LIST_REACH = 300  # characters
_HALF_DAY = frozenset({"pm", "p.m", "p.m."})
_OPENING, _CLOSING = frozenset({"[", "【", "^"}), frozenset({"]", "】"})
_NUMBERED_THINGS = frozenset(stem(word) for word in ("passage", "document", "source", "step", "section", "article"))


@value_class
class Quantity:
    """A number in a text: every value it may stand for, its decimals, its token (``first``, ``last``) and its unit."""

    values: tuple[float, ...]
    decimals: int
    first: int
    last: int
    unit: str
    text: str


def quantities(tokens: Tokens) -> list[Quantity]:
    """The numbers in reading order; a list marker at the start of a line ("1.", "2)") is no number."""
    found: list[Quantity] = []
    taken = -1
    for index, stemmed in enumerate(tokens.stems):
        if index <= taken:
            continue
        if stemmed[0].isdigit():
            if not _is_marker(tokens, index):
                found.append(_digits(tokens, index))
                taken = found[-1].last
        elif stemmed[:4] in _WORDED:
            quantity = _words(tokens, index)
            if quantity is not None:
                found.append(quantity)
                taken = quantity.last
    return found


@dataclass(slots=True)
class NumberIndex:
    """Every value the support states; ``known`` allows for rounding and for one unit's value times 100 (percent)."""

    exact: set[float] = field(default_factory=set)
    _ordered: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, found: Iterable[Quantity]) -> NumberIndex:
        exact: set[float] = set()
        for quantity in found:
            exact.update(quantity.values)
            if "," in quantity.text:  # a row of a table, perhaps: its cells count too
                exact.update(float(cell) for cell in _CELL.findall(quantity.text))
        return cls(exact, sorted(exact))

    def known(self, quantity: Quantity, *, hedged: bool = False) -> bool:
        if any(value in self.exact for value in quantity.values):
            return True
        value = quantity.values[0]
        slack = 0.5 * 10.0**-quantity.decimals if value % 1 or quantity.decimals or value < 1000 else 0.0
        if hedged:
            slack = max(slack, abs(value) * 0.06)
        elif value >= 1000 and value % 100 == 0:
            slack = max(slack, 50.0 if value < 1e5 else value * 0.005)
        return self._near(value, slack)

    def _near(self, value: float, slack: float) -> bool:
        at = bisect_left(self._ordered, value - slack)
        return at < len(self._ordered) and self._ordered[at] <= value + slack and slack > 0


def _digits(tokens: Tokens, index: int) -> Quantity:
    stemmed = tokens.stems[index]
    try:
        value = float(stemmed)
    except ValueError:
        value = float("".join(c for c in stemmed if c.isdecimal()) or 0)
    decimals = len(stemmed.partition(".")[2])
    last, values = index, [value]
    following = _word(tokens, index + 1)
    gap = tokens.starts[index + 1] - tokens.ends[index] if following else 9
    if following in MULTIPLIERS and gap <= 1 and not (following in {"m", "k"} and gap == 1):
        values.insert(0, value * MULTIPLIERS[following])
        last = index + 1
    elif following in _HALF_DAY and value <= 12:
        values.append(value % 12 + 12)
    elif following == "s" and gap == 0 and value >= 1000:
        last = index + 1
    elif following == "%":
        values.append(round(value / 100, 8))
    return Quantity(
        tuple(values),
        decimals,
        index,
        last,
        _unit(tokens, last + 1),
        tokens.text[tokens.starts[index] : tokens.ends[last]],
    )


def _words(tokens: Tokens, index: int) -> Quantity | None:
    """A number in words: "twenty-five", "two hundred", "third"; "one" and "second" alone say too little."""
    total, last = 0.0, index - 1
    while last + 1 < len(tokens.stems):
        word = _word(tokens, last + 1)
        if word in NUMBER_WORDS:
            total += NUMBER_WORDS[word]
        elif word in ORDINAL_WORDS:
            total += ORDINAL_WORDS[word]
        elif word in MULTIPLIERS and len(word) > 2 and total:
            total *= MULTIPLIERS[word]
        elif not (word == "and" and total >= 100 and _word(tokens, last + 2) in NUMBER_WORDS):
            break
        last += 1
    if last < index or (last == index and total <= 1):
        return None
    return Quantity(
        (total,), 0, index, last, _unit(tokens, last + 1), tokens.text[tokens.starts[index] : tokens.ends[last]]
    )


def listed_counts(text: str) -> list[Quantity]:
    """How many things a text lists: "in Peru, Chile and Cuba" are three countries, though no number says so."""
    counts = set()
    for mark in _LAST_ITEM.finditer(text) if ", " in text else ():
        items = text[max(0, mark.start() - _LIST_REACH) : mark.start()].split(", ")
        inner = 0
        while inner < len(items) - 1 and _ITEM.fullmatch(items[-1 - inner]):
            inner += 1
        if inner:
            counts.add(inner + 2)
    return [Quantity((float(count),), 0, 0, 0, "", "") for count in sorted(counts)]


def month_words(text: str) -> set[str]:
    """Month names that ISO dates of a text stand for: "2024-01-03" and "2024-01" give january."""
    found: set[str] = set()
    at = text.find("-")
    while at != -1:
        month = text[at + 1 : at + 3]
        if (
            len(month) == 2
            and not text[at + 3 : at + 4].isdecimal()
            and month.isdecimal()
            and text[max(0, at - 4) : at].isdecimal()
            and at >= 4
            and 1 <= int(month) <= 12
        ):
            found.add(MONTHS[int(month) - 1])
        at = text.find("-", at + 1)
    return found


def calendar_words(stems: Iterable[str]) -> set[str]:
    """The other spellings of the days and months among these stems: "Mon" is Monday, and June may be "Jun"."""
    return {other for word in CALENDAR.keys() & set(stems) for other in CALENDAR[word]}


def neighbouring_years(text: str, found: list[Quantity]) -> list[Quantity]:
    """The years a text means by "the following year", "a year earlier" and the like, beside the years it names."""
    steps = [1.0] * bool(_YEAR_AFTER.search(text)) + [-1.0] * bool(_YEAR_BEFORE.search(text))
    years = {q.values[0] for q in found if not q.decimals and 1000 <= q.values[0] <= 2100} if steps else set()
    return [Quantity((year + step,), 0, 0, 0, "", "") for year in sorted(years) for step in steps]


def _is_marker(tokens: Tokens, index: int) -> bool:
    """A list number at the start of a line, a citation such as [3], or the number of a passage, step or section."""
    start, end = tokens.starts[index], tokens.ends[index]
    if end - start > 2:
        return False
    text = tokens.text
    if (start and text[start - 1] in _OPENING) or text[end : end + 1] in _CLOSING:
        return True
    if index and tokens.stems[index - 1] in _NUMBERED_THINGS:
        return True
    if text[end : end + 1] not in {".", ")"} or text[end + 1 : end + 2] not in {" ", "\t", "\n"}:
        return False
    before = text[max(0, start - 3) : start].rstrip(" (*#")
    return not before or before.endswith("\n")


def _word(tokens: Tokens, index: int) -> str:
    return tokens.raw(index).lower() if index < len(tokens.stems) else ""


def _unit(tokens: Tokens, index: int) -> str:
    return tokens.stems[index] if index < len(tokens.stems) else ""
