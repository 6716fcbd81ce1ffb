"""Sentences of two passages that say the same thing with another number, or with and without "not"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from failsight.engine.grounding.quantities import Quantity, quantities
from failsight.engine.grounding.tokens import Tokens, stem, tokenize
from failsight.engine.grounding.word_lists import FUNCTION_WORDS, MONTHS, NEGATIONS
from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered
from failsight.engine.relevance.word_lists import LABELS, LIGHT, ONE_TIME, OPPOSED, SAME_MEANING
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

Kind = Literal["number", "negation", "opposite"]
MOST_SENTENCES = 400
MOST_PAIRS = 2_000
SHORTEST, LONGEST = 20, 250
FEWEST_SHARED = 3
ALIGNED = 0.6
_WORD = re.compile(r"[^\W\d_]{3,}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OPEN = Prefiltered(
    r"\?|\b(?:if|unless|whether|except|either|before|after|until|used to|formerly|previously)\b", re.IGNORECASE
)
_MEANING = {stem(w): stem(group.split()[0]) for group in SAME_MEANING.strip().splitlines() for w in group.split()}
_OPPOSED = {frozenset(map(stem, pair.split())) for pair in OPPOSED.strip().splitlines()}
_LIGHT = frozenset(map(stem, LIGHT.split())) | FUNCTION_WORDS
_ONE_TIME = frozenset(_MEANING.get(stem(word), stem(word)) for word in ONE_TIME.split())
_LABELS = frozenset(LABELS.split())
_YEARS = (1000, 2100)


@value_class
class Place:
    """A sentence of the context: ``text == context[passage][start:end]``."""

    passage: int
    start: int
    end: int
    text: str


@value_class
class Disagreement:
    """Two sentences about the same thing and what they differ in, as it stands in each."""

    kind: Kind
    first: Place
    second: Place
    said: str
    other: str


@value_class
class Comparison:
    """``agreeing``: pairs of sentences of two passages that say the same; ``disagreements``: those that do not."""

    agreeing: int
    disagreements: tuple[Disagreement, ...]


@value_class
class _Reading:
    """A sentence's content: words in one form each, numbers in reading order, negations counted; ``labels`` are numbers
    that name something ("Step 2", "Windows 11")."""

    words: frozenset[str]
    numbers: tuple[Quantity, ...]
    negations: int
    labels: frozenset[str]


def compare_passages(subject: Subject) -> Comparison:
    """Every pair of well aligned sentences of two different passages, at most 2,000; else linear in the context."""
    agreeing, found = 0, []
    readings: dict[Place, _Reading] = {}
    for one, two in _pairs(_sentences(subject)):
        for place in (one, two):
            if place not in readings:
                readings[place] = _read(place.text)
        verdict = _compare(readings[one], readings[two])
        if isinstance(verdict, tuple):
            found.append(Disagreement(verdict[0], one, two, verdict[1], verdict[2]))
        elif verdict:
            agreeing += 1
    passages = subject.item.context or ()
    return Comparison(agreeing, tuple(each for each in _without_lists(found) if not _of_other_years(each, passages)))


def _without_lists(found: list[Disagreement]) -> Iterator[Disagreement]:
    """Without sentences that differ from several others: lines of a list or table, no contradictions."""
    times = Counter(place for each in found for place in (each.first, each.second))
    return (each for each in found if times[each.first] == times[each.second] == 1)


def _of_other_years(found: Disagreement, passages: Sequence[str]) -> bool:
    """Whether each passage names years and none that the other names: prices of 2025 do not contradict those of 2026.
    Years that they disagree about do not count."""
    said = {found.said, found.other}
    one, other = (set(_YEAR.findall(passages[place.passage])) - said for place in (found.first, found.second))
    return bool(one and other) and one.isdisjoint(other)


def _sentences(subject: Subject) -> list[tuple[Place, frozenset[str]]]:
    """Declarative sentences with the words that can align them."""
    kept: list[tuple[Place, frozenset[str]]] = []
    for passage, sentences in enumerate(subject.context_sentences):
        for sentence in sentences:
            if len(kept) >= MOST_SENTENCES:
                return kept
            if SHORTEST <= len(sentence.text) <= LONGEST and not _OPEN.search(sentence.text, lowered(sentence.text)):
                found = frozenset(w for w in _WORD.findall(sentence.text.lower()) if w not in FUNCTION_WORDS)
                if len(found) >= FEWEST_SHARED - 1:
                    kept.append((Place(passage, sentence.start, sentence.end, sentence.text), found))
    return kept


def _pairs(sentences: list[tuple[Place, frozenset[str]]]) -> Iterator[tuple[Place, Place]]:
    """Pairs of different passages that share most of their words, found through an index of words."""
    index: dict[str, list[int]] = {}
    given = 0
    for number, (place, words) in enumerate(sentences):
        shared: dict[int, int] = {}
        for word in words:
            holders = index.setdefault(word, [])
            for holder in holders:
                shared[holder] = shared.get(holder, 0) + 1
            holders.append(number)
        for other, count in shared.items():
            before, its_words = sentences[other]
            if before.passage != place.passage and count >= ALIGNED * max(len(words), len(its_words)):
                given += 1
                if given > MOST_PAIRS:
                    return
                yield before, place


def _read(text: str) -> _Reading:
    tokens = tokenize(text)
    numbers = tuple(quantities(tokens))
    inside = {place for number in numbers for place in range(number.first, number.last + 1)}
    kept = [(place, word) for place, word in enumerate(tokens.stems) if place not in inside]
    negations = sum(_negates(tokens, place) for place, _ in kept)
    words = frozenset(_MEANING.get(w, w) for place, w in kept if w not in _LIGHT and not _negates(tokens, place))
    labels = frozenset(number.text for number in numbers if _is_label(tokens, number))
    return _Reading(words, numbers, negations, labels)


def _is_label(tokens: Tokens, number: Quantity) -> bool:
    """Whether a number names the thing before it rather than counting something."""
    if number.first == 0:
        return True
    start = tokens.starts[number.first]
    if tokens.text[start - 1] in "/-.#" or tokens.text[start - 1].isalnum():
        return True
    before = tokens.raw(number.first - 1)
    return before.lower() in _LABELS or (before[:1].isupper() and before.lower() not in MONTHS)


def _negates(tokens: Tokens, place: int) -> bool:
    return tokens.stems[place] in NEGATIONS


def _compare(one: _Reading, two: _Reading) -> tuple[Kind, str, str] | bool:
    """What two sentences differ in; True when they say the same; False when they are about different things."""
    shared, apart = one.words & two.words, one.words ^ two.words
    if one.labels != two.labels or len(shared) < FEWEST_SHARED:
        return False
    denied = (one.negations > 0) != (two.negations > 0)
    if apart:
        opposed = len(apart) == 2 and frozenset(apart) in _OPPOSED and not denied and _same(one, two)
        return ("opposite", min(one.words - two.words), min(two.words - one.words)) if opposed else False
    if denied:
        return ("negation", "", "") if _same(one, two) else False
    return _compare_numbers(one, two, shared)


def _compare_numbers(one: _Reading, two: _Reading, shared: frozenset[str]) -> tuple[Kind, str, str] | bool:
    """The one number in which sentences of the same words differ."""
    if len(one.numbers) != len(two.numbers):
        return False
    unlike = [(a, b) for a, b in zip(one.numbers, two.numbers, strict=True) if not _equal(a, b)]
    if len(unlike) == 1 and _contradict(*unlike[0], shared, len(one.numbers)):
        return "number", unlike[0][0].text, unlike[0][1].text
    return not unlike


def _same(one: _Reading, two: _Reading) -> bool:
    """Both state the same numbers."""
    equal = len(one.numbers) == len(two.numbers)
    return equal and all(_equal(a, b) for a, b in zip(one.numbers, two.numbers, strict=True))


def _equal(one: Quantity, two: Quantity) -> bool:
    return bool(set(one.values) & set(two.values))


def _contradict(one: Quantity, two: Quantity, shared: frozenset[str], numbers: int) -> bool:
    """Numbers of one unit that are more than rounding apart; years only of what happens once, alone in its sentence."""
    if one.unit != two.unit:
        return False
    first, second = one.values[0], two.values[0]
    if all(_YEARS[0] <= value <= _YEARS[1] and not value % 1 for value in (first, second)) and not one.unit:
        return numbers == 1 and bool(shared & _ONE_TIME)
    return abs(first - second) > 0.05 * max(abs(first), abs(second))
