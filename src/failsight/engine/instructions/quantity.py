"""Amounts in words and figures with their relation: "at least 300", "between two and four", "5 or more", "twice"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from failsight.engine.value import value_class

_ONES = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_GERMAN = {
    "ein": 1, "eine": 1, "einen": 1, "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30,
    "fünfzig": 50, "hundert": 100, "zweihundert": 200, "dreihundert": 300, "fünfhundert": 500, "tausend": 1000,
}  # fmt: skip
_SIMPLE = {word: value for value, word in enumerate(_ONES)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)} | _GERMAN
_SCALES = {"hundred": 100, "thousand": 1000, "dozen": 12}
_ONE_TO_NINE = "|".join(_ONES[1:10])
NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}|(?:an?|" + "|".join(_ONES[1:]) + r")[ -](?:hundred|thousand|dozen)|(?:"
    + "|".join(_TENS) + rf")(?:[ -](?:{_ONE_TO_NINE}))?|" + "|".join(sorted(_SIMPLE, key=len, reverse=True)) + ")"
)  # fmt: skip
_ENDING = re.compile(r"s\b")
_KINDS = {
    "low": r"at least|(?:a )?minimum(?: of| length of)?|min\.?|no (?:fewer|less) than|not (?:fewer|less) than|"
    r"mindestens|wenigstens|nicht weniger als",
    "high": r"at most|(?:a )?max(?:imum)?\.?(?: of| length of)?|(?:no|not|nothing|anything) (?:more|longer) than|up to|"
    r"not (?:to )?exceed(?:ing)?|within|höchstens|maximal|bis zu|nicht (?:mehr|länger) als",
    "above": r"more than|over|greater than|longer than|above|exceed(?:s|ing)?|mehr als|länger als",
    "below": r"less than|fewer than|under|below|shorter than|weniger als",
    "exact": r"exactly|precisely|genau",
    "about": r"around|about|approximately|roughly|approx\.?|circa|ca\.?|~|etwa|ungefähr|rund",
}
_RELATION = "|".join(f"(?:{pattern})" for pattern in _KINDS.values())
_WHICH = [(kind, re.compile(rf"(?:{pattern})\Z", re.I)) for kind, pattern in _KINDS.items()]
_SUFFIX = (
    r"or more|or longer|or above|or less|or fewer|or shorter|or under|or below|minimum|maximum|min\b|max\b|at least|"
    r"at most|at minimum|at maximum|tops|oder mehr|oder weniger"
)
_LOW_SUFFIX = re.compile(r"more|longer|above|min|least|mehr")
_NEGATION = re.compile(
    r"\b(?:do(?:es)? not|don['’]?t|avoid|never|must ?n[o'’]t|should ?n[o'’]t|can ?not|can['’]t|may not|shouldn['’]t|"
    r"without|refrain from|not|nicht|n['’]t)\b[^.;:,()]{0,40}\Z",
    re.I,
)


@value_class
class Bounds:
    """How many are asked for, both ends included; ``about`` says that the number is a rough one."""

    low: int | None = None
    high: int | None = None
    about: bool = False

    def allow(self, fewest: int, most: int) -> bool | None:
        """Whether a count is allowed; None when it depends on how one counts, or a rough number is missed a little."""
        if self.about and self.low is not None:
            if most >= 0.75 * self.low and fewest <= 1.3 * self.low:
                return True
            return False if most < 0.5 * self.low or fewest > 1.7 * self.low else None
        if (self.low is not None and most < self.low) or (self.high is not None and fewest > self.high):
            return False
        inside = (self.low is None or fewest >= self.low) and (self.high is None or most <= self.high)
        return True if inside else None

    def __str__(self) -> str:
        if self.about:
            return f"about {self.low}"
        if self.low == self.high:
            return f"exactly {self.low}"
        if self.low is not None and self.high is not None:
            return f"{self.low} to {self.high}"
        return f"at least {self.low}" if self.low is not None else f"at most {self.high}"


def in_words(shown: object, plural: str) -> str:
    """``at least 1 word in capitals``, ``2 words in capitals``. plural: the counted noun is its first word in -s."""
    alone = re.fullmatch(r"(?:[a-z ]+ )?1", str(shown))
    return f"{shown} {_ENDING.sub('', plural, count=1) if alone else plural}"


def number(text: str) -> int | None:
    """The value of a number in figures or words, or None."""
    plain = text.lower().strip().replace(",", "")
    if plain.isdecimal():
        return int(plain)
    if plain in _SIMPLE:
        return _SIMPLE[plain]
    parts = re.split(r"[ -]", plain)
    if len(parts) != 2:
        return None
    if parts[1] in _SCALES:
        return (1 if parts[0] in {"a", "an"} else _SIMPLE.get(parts[0], 1)) * _SCALES[parts[1]]
    return _SIMPLE[parts[0]] + _SIMPLE[parts[1]] if parts[0] in _SIMPLE and parts[1] in _SIMPLE else None


@value_class
class Amount:
    """A number with its noun and relation in a text; read like a match: ``amount["late"]``, ``start()``, ``end()``."""

    match: re.Match[str]
    lead: re.Match[str] | None
    offset: int

    def start(self) -> int:
        return self.match.start() if self.lead is None else self.offset + self.lead.start()

    def end(self) -> int:
        return self.match.end()

    def groupdict(self) -> dict[str, str | None]:
        return {**self.match.groupdict(), **(self.lead.groupdict() if self.lead else {})}

    def __getitem__(self, name: str) -> str | None:
        return self.groupdict().get(name)


class Quantity:
    """Finds amounts of ``noun`` (a pattern); the relation is looked for only before a number that has the noun."""

    def __init__(self, noun: str, *, adjectives: str = r"(?:[^\W\d]+\s+){0,2}?") -> None:
        self._pattern = re.compile(
            rf"(?<![\w.,$€£])(?=[\dadefhnostvz])(?P<first>{NUMBER})(?P<plus>\s?\+|\s+plus)?"
            rf"(?:\s*(?P<join>-|–|to|and|or|bis|und|oder)\s*(?P<second>{NUMBER}))?(?:\s+(?P<early>{_SUFFIX}))?"
            rf"[\s-]+(?P<adjectives>{adjectives})(?P<noun>{noun})(?![\w])(?:[\s,(]*(?P<late>{_SUFFIX}))?",
            re.I,
        )

    def finditer(self, text: str) -> Iterator[Amount]:
        for match in self._pattern.finditer(text):
            offset = max(0, match.start() - 45)
            yield Amount(match, _LEAD.search(text[offset : match.start()]), offset)


_LEAD = re.compile(
    rf"(?:(?<!\w)(?P<relation>{_RELATION})\s*(?:a total of |of |the )?|\b(?P<between>between|zwischen)\s+)\Z", re.I
)
TIMES = re.compile(
    rf"(?:\bbetween\s+)?(?:(?<!\w)(?P<relation>{_RELATION}|only|"
    rf"just)\s*(?:a total of )?)?(?:\b(?P<word>once|twice|thrice)\b|"
    rf"(?<![\w.])(?P<first>{NUMBER})(?:\s*(?:-|–|to|and|or)\s*(?P<second>{NUMBER}))?(?:\s+(?P<early>{_SUFFIX}))?\s+"
    rf"times?\b)(?:\s+(?P<late>{_SUFFIX}))?",
    re.I,
)
_TIMES_WORDS = {"once": 1, "twice": 2, "thrice": 3}


def read_bounds(match: re.Match[str] | Amount, before: str = "", *, bare: str = "exact") -> Bounds | None:
    """The bounds of an amount or a match of ``TIMES``; ``before`` is the text before it, for negations.

    bare: what a number without a relation means: ``exact``, ``low`` or ``about``.
    """
    groups: dict[str, str | None] = match.groupdict()
    word = (groups.get("word") or "").lower()
    first = _TIMES_WORDS[word] if word else number(groups["first"] or "")
    if first is None:
        return None
    second = number(groups["second"] or "") if groups.get("second") else None
    if second is not None:
        return Bounds(first, second) if first < second else None
    suffix = (groups.get("early") or groups.get("late") or "").lower()
    if groups.get("plus"):
        return Bounds(low=first)
    if suffix:
        return Bounds(low=first) if _LOW_SUFFIX.search(suffix) else Bounds(high=first)
    return _related(_kind(groups.get("relation") or "", bare), first, before)


def negated(before: str) -> bool:
    """Whether the text before an amount forbids it ("do not use more than ...")."""
    return _NEGATION.search(before[-90:]) is not None


def _kind(relation: str, bare: str) -> str:
    plain = " ".join(relation.split())
    if plain.lower() in {"only", "just"}:
        return "exact"
    return next((kind for kind, pattern in _WHICH if pattern.match(plain)), bare) if plain else bare


def _related(kind: str, value: int, before: str) -> Bounds | None:
    if kind in {"above", "below"} and negated(before):
        return Bounds(high=value) if kind == "above" else Bounds(low=value)
    table = {
        "low": Bounds(low=value),
        "high": Bounds(high=value),
        "above": Bounds(low=value + 1),
        "below": Bounds(high=value - 1),
        "about": Bounds(low=value, high=value, about=True),
    }
    return table.get(kind, Bounds(low=value, high=value))
