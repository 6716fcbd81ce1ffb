"""Where a well aligned claim disagrees with the sentence it rests on: number, name, negation, opposite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from failsight.engine.grounding.quantities import Quantity, quantities
from failsight.engine.grounding.reading import Reading, Unmatched
from failsight.engine.grounding.tokens import Tokens, is_content, is_telling, stem, tokenize
from failsight.engine.grounding.word_lists import NEGATIONS, opposites
from failsight.engine.value import value_class

ConflictKind = Literal["number", "name", "negation", "opposite"]
OPPOSITES = {
    stem(word): {stem(other): other for other in others} for word, others in opposites().items()
}  # stem to its opposites' stems
_ALIGNED = 0.7  # share of the claim's words that the sentence must have
_MUTUAL, _SAME = 0.5, 0.7  # and of the sentence's words that the claim must have; the latter for a negation
_SHARED = 2
HALF_DENIALS = frozenset(
    stem(word)
    for word in ("without", "against", "avoid", "rather", "instead", "prevent", "refuse", "deny", "fail", "lack",
                 "unless", "unable", "stop", "exclude", "except", "only", "need", "than")
)  # fmt: skip
_REACH = 3


@value_class
class Conflict:
    """``said`` stands in the output; ``given`` (of the closest sentence) is what the support has in its place.

    certainty: 0 to 1, how sure it is that the two speak of the same thing and disagree.
    """

    kind: ConflictKind
    said: Unmatched
    given: str
    certainty: float


def find_conflicts(reading: Reading) -> tuple[Conflict, ...]:
    """Conflicts of one claim with its closest sentence; none when the two are not about the same thing."""
    closest = reading.closest
    if closest is None or not reading.content:
        return ()
    given = set(closest.stems)
    shared = [word for word in reading.content if word in given and not word[0].isdigit()]
    theirs = sum(is_telling(word) and not word[0].isdigit() for word in given)
    if len(shared) < max(_SHARED, _MUTUAL * theirs):
        return ()
    other = tokenize(closest.text)
    found = [*_numbers(reading, other, shared), *_names(reading, other, shared)]
    if _aligned(shared, sum(not word[0].isdigit() for word in reading.content) - 1):
        found += _opposites_of(reading, other)
        if len(shared) >= _SAME * theirs:
            found += _negations(reading, other, sure=len(shared) >= 0.9 * max(theirs, len(reading.content)))
    return tuple(found)


def _aligned(shared: list[str], of: int) -> bool:
    return len(shared) >= max(_SHARED, _ALIGNED * of)


def _numbers(reading: Reading, other: Tokens, shared: list[str]) -> Iterator[Conflict]:
    """A number that the support does not have, where the aligned sentence has another one of the same unit."""
    if not reading.new_numbers:
        return
    new = {mark.start: mark for mark in reading.new_numbers}
    plain = sum(not word[0].isdigit() for word in reading.content)
    if not _aligned(shared, plain):
        return
    theirs = quantities(other)
    said = {value for quantity in reading.numbers for value in quantity.values}
    for quantity in reading.numbers:
        mark = new.get(reading.claim.start + reading.tokens.starts[quantity.first])
        if mark is None or _in_brackets(reading, quantity):
            continue
        for candidate in theirs:
            if not said.isdisjoint(candidate.values) or not _same_slot(reading.tokens, quantity, other, candidate):
                continue
            yield Conflict("number", mark, candidate.text, 0.85 if len(theirs) <= 3 else 0.7)
            break


def _in_brackets(reading: Reading, quantity: Quantity) -> bool:
    """A conversion or an aside, such as "9 °C (48 °F)", stands in no slot of the sentence."""
    text, start = reading.claim.text, reading.tokens.starts[quantity.first]
    return text.rfind("(", 0, start) > text.rfind(")", 0, start)


def _same_slot(mine: Tokens, one: Quantity, other: Tokens, two: Quantity) -> bool:
    if one.unit and one.unit == two.unit and (is_content(one.unit) or one.unit in "%°$€£"):
        return True
    before_one = mine.stems[one.first - 1] if one.first else ""
    before_two = other.stems[two.first - 1] if two.first else ""
    return bool(before_one) and before_one == before_two and not (is_content(one.unit) and is_content(two.unit))


def _names(reading: Reading, other: Tokens, shared: list[str]) -> Iterator[Conflict]:
    """A name that the support does not have, where the aligned sentence has another name in its place."""
    if not reading.new_names:
        return
    fresh = {stem(mark.text) for mark in reading.new_names}
    if not _aligned(shared, len([word for word in reading.content if word not in fresh])):
        return
    mine = set(reading.tokens.stems)
    names = [
        i for i, word in enumerate(other.stems)
        if word not in mine and is_content(word) and other.text[other.starts[i]].isupper()
        and (i > 0 or (i + 1 < len(other.stems) and other.text[other.starts[i + 1]].isupper()))
    ]  # fmt: skip
    for mark in reading.new_names:
        at = next(
            (i for i, start in enumerate(reading.tokens.starts) if start + reading.claim.start == mark.start), None
        )
        if not at or _written_apart(mark.text, other.text):
            continue
        around = {
            reading.tokens.stems[i] for i in (at - 1, at + 1, at - 2, at + 2) if 0 <= i < len(reading.tokens.stems)
        }
        for i in names:
            near = {other.stems[j] for j in (i - 1, i + 1, i - 2, i + 2) if 0 <= j < len(other.stems)}
            if around & near:
                yield Conflict("name", mark, other.raw(i), 0.7)
                return


def _written_apart(name: str, text: str) -> bool:
    """The name stands in the text in another spelling: "Spindle top" for "Spindletop"; placeholders are no names."""
    squeezed = text.replace(" ", "").replace("-", "").lower()
    return name.lower() in squeezed or name.lower()[:4] in squeezed or name in {"UNK", "N", "NAME", "PERSON"}


def _opposites_of(reading: Reading, other: Tokens) -> Iterator[Conflict]:
    """A word whose opposite stands in its place; both texts must not have both."""
    mine, theirs = set(reading.tokens.stems), set(other.stems)
    for at, word in enumerate(reading.tokens.stems):
        against = OPPOSITES.get(word)
        if not against or word in theirs:
            continue
        hit = next((o for o in against if o in theirs and o not in mine), None)
        if hit is None:
            continue
        there = other.stems.index(hit)
        if _beside(reading.tokens.stems, at) & _beside(other.stems, there):
            yield Conflict("opposite", _mark(reading, at), other.raw(there), 0.7)


def _negations(reading: Reading, other: Tokens, *, sure: bool) -> Iterator[Conflict]:
    """One of the two denies a word that the other affirms; ``sure`` when they are otherwise the same sentence."""
    mine, theirs = denied_words(reading.tokens), denied_words(other)
    if _denies(reading.tokens) == _denies(other) or not HALF_DENIALS.isdisjoint((*reading.tokens.stems, *other.stems)):
        return
    plain = set(other.stems) if mine else set(reading.tokens.stems)
    for word, at in (mine or theirs).items():
        if word in plain and is_telling(word) and other.stems.count(word) == reading.tokens.stems.count(word) == 1:
            place = at if mine else reading.tokens.stems.index(word)
            shown = other.raw(other.stems.index(word)) if mine else f"{other.raw(at)} … {word}"
            yield Conflict("negation", _mark(reading, place), shown, 0.75 if sure else 0.5)
            return


def denied_words(tokens: Tokens) -> dict[str, int]:
    """The first content word after each negation, with the negation's index."""
    found: dict[str, int] = {}
    for at in range(len(tokens.stems)):
        if _is_negation(tokens, at):
            follower = next((w for w in tokens.stems[at + 1 : at + 1 + _REACH] if is_content(w)), None)
            if follower is not None:
                found.setdefault(follower, at)
    return found


def _denies(tokens: Tokens) -> bool:
    return any(_is_negation(tokens, at) for at in range(len(tokens.stems)))


def _is_negation(tokens: Tokens, at: int) -> bool:
    return tokens.raw(at).lower().replace("’", "'") in NEGATIONS


def _beside(stems: list[str], at: int) -> set[str]:
    return {stems[i] for i in (at - 1, at + 1) if 0 <= i < len(stems)}


def _mark(reading: Reading, at: int) -> Unmatched:
    start, end = reading.tokens.starts[at], reading.tokens.ends[at]
    return Unmatched(reading.claim.text[start:end], reading.claim.start + start, reading.claim.start + end)
