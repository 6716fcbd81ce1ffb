"""A short answer to a question that asks for a number: "It is 5 months." names its subject in the question alone.

Such a claim shares next to no word with the passage it is about. So its number is held against those of the sentences
that the words of the question point to, whatever unit either is in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Literal

from failsight.engine.grounding.amounts import Amount, amounts
from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.quantities import quantities
from failsight.engine.grounding.reading import Reading, Unmatched, hedged
from failsight.engine.grounding.support import Support, SupportSentence
from failsight.engine.grounding.tokens import Tokens, is_telling, stem, tokenize
from failsight.engine.value import value_class

AnswerKind = Literal["stated", "near", "other"]
_ASKS_NUMBER = re.compile(
    r"\bhow (?:long|many|much|old|far|tall|high|big|large|wide|deep|heavy|hot|cold|fast|often|soon|late|early)\b|"
    r"\bwhen\b|"
    r"\b(?:what|which)(?:['’]s| is| are| was| were)?(?: the| your| my| its| their| our)?(?: \w+){0,2} "
    r"(?:time|year|age|price|cost|fee|percentage|number|size|temperature|speed|share|amount|height|length|weight|rate|"
    r"limit|deadline|capacity|distance|period|date)s?\b|\bat what time\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\bwhen\b|\btime\b|\bhow (?:late|early|soon)\b", re.IGNORECASE)
_ASKING = frozenset(
    stem(word)
    for word in ("long", "many", "much", "old", "far", "tall", "high", "big", "large", "wide", "deep", "heavy", "hot",
                 "cold", "fast", "often", "soon", "late", "early", "time", "year", "number", "amount", "cost", "costs",
                 "price", "take", "takes", "last", "lasts", "need", "tell", "please", "does", "would", "get", "know",
                 "maximum", "minimum", "length", "size", "date", "period", "pay", "charge", "total")
)  # fmt: skip
_COMPUTES = re.compile(
    r"\d|\b(?:total|both|together|altogether|combined|difference|left|per|one|two|three|four|five|six)\b", re.IGNORECASE
)
_MOST_WORDS = 60  # of a question
_OWN_WORDS = 2  # that a short answer may bring beside its number, its unit and the question's words
_CERTAIN, _UNSURE = 0.8, 0.55  # the latter where several numbers could be meant, or the number may be computed
_ABOUT_RIGHT = 0.2  # how far a number that calls itself rough may be away


@value_class
class Asked:
    """A question that asks for a number: its words, the stems that name what it is about, whether it may be a time of
    the day, and the numbers that it brings."""

    stems: frozenset[str]
    topic: frozenset[str]
    clock: bool
    computes: bool
    numbers: tuple[float, ...]


@value_class
class ShortAnswer:
    """How the number of a short answer stands to what the context says: ``stated`` there, ``near``: one of several, or
    computed, or rounded; else the conflict."""

    kind: AnswerKind
    conflict: Conflict | None = None


def read_question(text: str) -> Asked | None:
    """What a question is about; None where it does not ask for a number, or names nothing."""
    tokens = tokenize(text) if _ASKS_NUMBER.search(text) and text.rstrip().endswith("?") else None
    if tokens is None or len(tokens.stems) > _MOST_WORDS:
        return None
    found = quantities(tokens)
    counted = {place for one in found for place in range(one.first, one.last + 1)}
    topic = {word for place, word in enumerate(tokens.stems) if is_telling(word) and place not in counted} - _ASKING
    if not topic:
        return None
    numbers = tuple(quantity.values[0] for quantity in found)
    return Asked(
        frozenset(tokens.stems),
        frozenset(topic),
        _ASKS_TIME.search(text) is not None,
        _COMPUTES.search(text) is not None,
        numbers,
    )


def read_short_answer(reading: Reading, asked: Asked, support: Support) -> ShortAnswer | None:
    """None where the answer is no short one with one number, or the context has nothing to hold it against."""
    mine = amounts(reading.tokens, clock=asked.clock)
    if len(mine) != 1 or not _is_short(reading, asked, mine[0]):
        return None
    said = mine[0]
    about, incomplete = _about(asked, support)
    every = [(one, of.text) for of in about for one in amounts(tokenize(of.text), clock=asked.clock)]
    there = [(one, text[one.start : one.end]) for one, text in every if _comparable(said, one, asked)]
    if not there:
        return None
    known = [one for one, _ in there]
    plain = len({one.values for one in known}) == 1 and not asked.computes and not incomplete
    if any(said.equals(one) for one in known):
        return ShortAnswer("stated" if plain else "near")
    if _computed(said, [one for one, _ in every], asked) or _rough(said, known, reading.tokens):
        return ShortAnswer("near")
    if incomplete or f"{said.number:g}" in support.words:
        return None
    text, offset = reading.claim.text, reading.claim.start
    mark = Unmatched(text[said.start : said.end], offset + said.start, offset + said.end)
    return ShortAnswer("other", Conflict("number", mark, there[0][1], _CERTAIN if plain else _UNSURE))


def _is_short(reading: Reading, asked: Asked, said: Amount) -> bool:
    text = reading.tokens.text
    own = [
        word
        for word, start in zip(reading.tokens.stems, reading.tokens.starts, strict=True)
        if is_telling(word) and word not in asked.stems and not word[0].isdigit()
        and not said.start <= start < said.end and text[said.end : start].strip()
    ]  # fmt: skip
    return len(own) <= _OWN_WORDS and "(" not in text[: said.start]


def _about(asked: Asked, support: Support) -> tuple[list[SupportSentence], bool]:
    """The sentences that have every word of the question's topic, or all but one of several; and whether one is
    missing. Of these the ones that share most of the question's other words."""
    counts = Counter(place for word in asked.topic for place in support.postings.get(word, ()))
    most = max(counts.values(), default=0)
    if most < max(1, len(asked.topic) - 1):
        return [], True
    found = [support.sentences[place] for place in sorted(counts) if counts[place] == most]
    shared = [len(asked.stems.intersection(sentence.stems)) for sentence in found]
    return [one for one, words in zip(found, shared, strict=True) if words == max(shared)], most < len(asked.topic)


def _comparable(one: Amount, two: Amount, asked: Asked) -> bool:
    """Whether both measure the same; a number without a unit may count what the question asks for."""
    if one.dimension and two.dimension:
        return one.dimension == two.dimension
    known = one.dimension or two.dimension
    return not known or known in asked.topic or (not one.dimension and not asked.clock)


def _computed(said: Amount, there: Sequence[Amount], asked: Asked) -> bool:
    """A multiple by a number of the question, or the sum or difference of two numbers."""
    products = [one.number * number for one in there for number in asked.numbers]
    sums = [one.number + sign * two.number for one, two in combinations(there, 2) for sign in (1, -1)]
    return any(abs(abs(value) - said.number) <= 1e-9 * max(1.0, said.number) for value in products + sums)


def _rough(said: Amount, there: Sequence[Amount], tokens: Tokens) -> bool:
    """A rounded number, or one that says of itself that it is rough."""
    at = next((i for i, start in enumerate(tokens.starts) if start >= said.start), 0)
    slack = _ABOUT_RIGHT if hedged(tokens, at) else 0.0
    return any(
        abs(mine - theirs) <= slack * abs(theirs) for one in there for mine in said.values for theirs in one.values
    )
