"""A short answer to a question that asks for a number: "It is 5 months." names its subject in the question alone.

Such a claim shares next to no word with the passage it is about. So its number is held against the numbers of the
context that measure the same, in whatever unit; the sentence that they belong to is the one closest to the question,
by the sentence encoder or, without one, by its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import combinations
from typing import Literal

from failsight.engine.grounding.amounts import Amount, amounts
from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.reading import Reading, Unmatched, hedged
from failsight.engine.grounding.support import Support, SupportSentence, index_support
from failsight.engine.grounding.tokens import Tokens, is_telling, tokenize
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

AnswerKind = Literal["stated", "near", "elsewhere", "other"]
_ASKS_NUMBER = re.compile(
    r"\bhow (?:long|many|much|old|far|tall|high|big|large|wide|deep|heavy|hot|cold|fast|often|frequently|soon|late|"
    r"early)\b|\bwhen\b|"
    r"\b(?:what|which)(?:['’]s| is| are| was| were| does| do)?(?: the| your| my| its| their| our)?(?: [\w-]+){0,4} "
    r"(?:time|year|age|price|cost|fee|charge|percentage|number|size|temperature|speed|share|amount|height|elevation|"
    r"length|weight|rate|limit|deadline|capacity|distance|period|date)s?\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\bwhen\b|\btime\b|\bhow (?:late|early|soon)\b", re.IGNORECASE)
_COMPUTES = re.compile(
    r"\d|\b(?:total|both|together|altogether|combined|difference|left|per|two|three|four|five|six)\b", re.IGNORECASE
)
_MOST_WORDS = 60  # of a question
_SIMPLE = 12  # of one that points to one sentence: longer ones often go from one to the next
_MOST_SENTENCES = 24  # that are compared with the question
_MOST_SUMMED = 100  # numbers of which sums and differences are looked at
_OWN_WORDS = 3  # that a short answer may bring beside its number, its unit and the question's words
_LIKELY = 0.75  # how sure a conflict is
_SAME_SENTENCE, _APART = 0.03, 0.1  # differences of closeness
_ABOUT_RIGHT, _ROUNDED = 0.2, 0.003  # how far a number may be away: one that says it is rough, and any but a year


@value_class
class Asked:
    """A question that asks for a number: its stems and how many words it has, whether the answer may be a time of the
    day, and whether it may have to be computed: then only the same number says something."""

    text: str
    stems: frozenset[str]
    words: int
    clock: bool
    computes: bool


@value_class
class ShortAnswer:
    """How the number of a short answer stands to what the context says. ``stated``: in the sentence that the question
    points to, and no other there; ``near``: one of several there, or computed, or rounded; ``elsewhere``: in a sentence
    on something else; ``other``: nowhere, and the context has others: the conflict."""

    kind: AnswerKind
    conflict: Conflict | None = None


def read_question(text: str) -> Asked | None:
    """None where a text does not ask for a number."""
    tokens = tokenize(text) if _ASKS_NUMBER.search(text) and text.rstrip().endswith("?") else None
    if tokens is None or len(tokens.stems) > _MOST_WORDS:
        return None
    clock, computes = _ASKS_TIME.search(text) is not None, _COMPUTES.search(text) is not None
    return Asked(text, frozenset(tokens.stems), len(tokens.stems), clock, computes)


def read_short_answer(subject: Subject, reading: Reading, *, in_conflict: bool) -> ShortAnswer | None:
    """None where the claim is no short answer with one number to a question for one, or the context has no number that
    measures the same. in_conflict: whether the claim's own words show that its number is another one: then a sum or a
    difference of two numbers that happens to equal it excuses nothing."""
    asked = read_question(subject.item.input)
    mine = amounts(reading.tokens, clock=asked.clock) if asked else []
    if asked is None or len(mine) != 1 or not _is_short(reading, asked, mine[0]):
        return None
    said, support = mine[0], subject.memo(index_support)
    there = [
        (one, sentence)
        for sentence in support.sentences
        for one in amounts(tokenize(sentence.text), clock=asked.clock)
        if said.comparable(one)
    ]
    if not there:
        return None
    sentences = list({id(sentence): sentence for _, sentence in there}.values())[:_MOST_SENTENCES]
    close = dict(zip(map(id, sentences), _closeness(subject, asked, sentences, support), strict=True))
    best = max(close.values())
    pointed = [one for one, sentence in there if close.get(id(sentence), 0.0) >= best - _SAME_SENTENCE]
    equal = [close.get(id(sentence), 0.0) for one, sentence in there if said.equals(one)]
    if equal:
        return ShortAnswer(_kind_of_stated(best - max(equal), pointed, asked, encoded=subject.encoder is not None))
    rough = _rough(said, [one for one, _ in there], reading.tokens)
    if rough or asked.computes or (not in_conflict and _summed(said, pointed)):
        return ShortAnswer("near")
    text, offset = reading.claim.text, reading.claim.start
    mark = Unmatched(text[said.start : said.end], offset + said.start, offset + said.end)
    other, sentence = max(there, key=lambda pair: close.get(id(pair[1]), 0.0))
    given = sentence.text[other.start : other.end]
    return ShortAnswer("other", Conflict("number", mark, given, _LIKELY))


def _is_short(reading: Reading, asked: Asked, said: Amount) -> bool:
    text = reading.tokens.text
    own = [
        word
        for word, start in zip(reading.tokens.stems, reading.tokens.starts, strict=True)
        if is_telling(word) and word not in asked.stems and not word[0].isdigit()
        and not said.start <= start < said.end and text[said.end : start].strip()
    ]  # fmt: skip
    return len(own) <= _OWN_WORDS


def _closeness(subject: Subject, asked: Asked, sentences: Sequence[SupportSentence], support: Support) -> list[float]:
    """How close each sentence is to the question: the cosine, or the share of the question's words that it has."""
    if subject.encoder is not None:
        vectors = subject.encoder.encode([asked.text, *(sentence.text for sentence in sentences)])
        return [float(value) for value in vectors[1:] @ vectors[0]]
    weights = {word: support.weights.get(word, 0.0) for word in asked.stems if is_telling(word)}
    whole = sum(weights.values()) or 1.0
    return [sum(weights.get(word, 0.0) for word in set(sentence.stems)) / whole for sentence in sentences]


def _kind_of_stated(behind: float, pointed: Sequence[Amount], asked: Asked, *, encoded: bool) -> AnswerKind:
    if behind > _SAME_SENTENCE:
        points = encoded and not asked.computes and asked.words <= _SIMPLE
        return "elsewhere" if points and behind >= _APART else "near"
    return "stated" if len({one.values for one in pointed}) == 1 and not asked.computes else "near"


def _summed(said: Amount, there: Sequence[Amount]) -> bool:
    """The sum or difference of two."""
    values = (
        abs(one.values[0] + sign * two.values[0])
        for one, two in combinations(there[:_MOST_SUMMED], 2)
        for sign in (1, -1)
    )
    return any(abs(value - said.values[0]) <= 1e-6 * max(1.0, said.values[0]) for value in values)


def _rough(said: Amount, there: Sequence[Amount], tokens: Tokens) -> bool:
    """A rounded number, or one that says of itself that it is rough."""
    exact = 0.0 if 1000 <= said.number <= 2100 else _ROUNDED
    slack = _ABOUT_RIGHT if hedged(tokens, bisect_left(tokens.starts, said.start)) else exact
    return any(said.near(one, slack) for one in there)
