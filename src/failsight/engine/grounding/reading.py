"""One claim read against the support: the closest sentence, and the words, numbers and names found nowhere."""

from __future__ import annotations

from itertools import pairwise

from failsight.engine.grounding.claims import ClaimText
from failsight.engine.grounding.quantities import Quantity, quantities
from failsight.engine.grounding.support import Support, SupportSentence
from failsight.engine.grounding.tokens import Tokens, is_telling, tokenize
from failsight.engine.grounding.word_lists import HEDGES
from failsight.engine.value import value_class

_BEGINNINGS = frozenset(".:!?;-–•|\n")
_UNSEEN_WEIGHT = 6.0  # weight of a word the context does not have: that of a rare word


@value_class
class Unmatched:
    """Something of the claim that the support does not have, with its offsets in the output."""

    text: str
    start: int
    end: int


@value_class
class Reading:
    """A claim and how far it is supported; shares are 0 to 1.

    closest, second: the sentences that cover it best, together. covered: weighted share of its content words in the
    closest; covered_by_two: in both; known: anywhere in the context. pairs, triples: share of neighbouring words that
    also stand together in the context. run: its longest stretch that stands in the context, as a share of its length.
    """

    claim: ClaimText
    tokens: Tokens
    content: tuple[str, ...]
    closest: SupportSentence | None
    second: SupportSentence | None
    covered: float
    covered_by_two: float
    known: float
    pairs: float
    triples: float
    run: float
    new_words: tuple[Unmatched, ...]
    beyond_context: int
    numbers: tuple[Quantity, ...]
    new_numbers: tuple[Unmatched, ...]
    new_names: tuple[Unmatched, ...]


def read_claim(claim: ClaimText, support: Support, *, names: bool) -> Reading:
    """``names``: whether capitals tell names in this language."""
    tokens = tokenize(claim.text)
    stems = tokens.stems
    numbers = tuple(quantities(tokens))
    numeric = {i for q in numbers for i in range(q.first, q.last + 1)}
    content = tuple(
        dict.fromkeys(s for i, s in enumerate(stems) if is_telling(s) and (i in numeric or not s.isdigit()))
    )
    weights = {word: support.weights.get(word, _UNSEEN_WEIGHT) for word in content}
    total = sum(weights.values()) or 1.0
    first, second, covered, both = _closest(content, weights, support)
    new = [
        i
        for i, s in enumerate(stems)
        if i not in numeric and s not in support.words and s not in support.granted and is_telling(s)
        and not s[0].isdigit()
    ]  # fmt: skip
    fresh = [i for i in new if names and _is_name(tokens, i, numeric)]
    return Reading(
        claim, tokens, content,
        support.sentences[first] if first >= 0 else None,
        support.sentences[second] if second >= 0 else None,
        covered / total, both / total,
        sum(weight for word, weight in weights.items() if word in support.words) / total,
        *_stretches(stems, support),
        _places(claim, tokens, dict.fromkeys(new)),
        sum(word not in support.words for word in content),
        numbers,
        _new_numbers(claim, tokens, numbers, support),
        _places(claim, tokens, dict.fromkeys(fresh)),
    )  # fmt: skip


def _closest(content: tuple[str, ...], weights: dict[str, float], support: Support) -> tuple[int, int, float, float]:
    """Indexes of the best sentence and of the one that adds most (-1: none), weight covered by one and by both."""
    scores: dict[int, float] = {}
    for word in content:
        for place in support.postings.get(word, ()):
            scores[place] = scores.get(place, 0.0) + weights[word]
    if not scores:
        return -1, -1, 0.0, 0.0
    first = max(scores, key=lambda place: (scores[place], -len(support.sentences[place].stems), -place))
    had = set(support.sentences[first].stems)
    gains: dict[int, float] = {}
    for word in content:
        if word not in had:
            for place in support.postings.get(word, ()):
                gains[place] = gains.get(place, 0.0) + weights[word]
    if not gains:
        return first, -1, scores[first], scores[first]
    second = max(gains, key=lambda place: (gains[place], -place))
    return first, second, scores[first], scores[first] + gains[second]


def _stretches(stems: list[str], support: Support) -> tuple[float, float, float]:
    """Shares of neighbouring pairs and triples that stand in the context, and the longest stretch of pairs."""
    count = len(stems)
    if count < 2:
        known = float(bool(stems) and stems[0] in support.words)
        return known, known, known
    hits = [pair in support.pairs for pair in pairwise(stems)]
    longest = run = 0
    for hit in hits:
        run = run + 1 if hit else 0
        longest = max(longest, run)
    pairs = sum(hits) / len(hits)
    if count < 3:
        return pairs, pairs, pairs
    threes = sum(triple in support.triples for triple in zip(stems, stems[1:], stems[2:], strict=False))
    return pairs, threes / (count - 2), longest / len(hits)


def _is_name(tokens: Tokens, index: int, numeric: set[int]) -> bool:
    """A capital inside the sentence, or at its start when the next word has one too."""
    start = tokens.starts[index]
    if not tokens.text[start].isupper() or index in numeric:
        return False
    before = tokens.text[max(0, start - 3) : start].rstrip(" \"'“‘(*")
    if index > 0 and before and before[-1] not in _BEGINNINGS:
        return True
    after = tokens.starts[index + 1] if index + 1 < len(tokens.starts) else -1
    return after >= 0 and tokens.text[after].isupper() and tokens.text[tokens.ends[index] : after] == " "


def hedged(tokens: Tokens, index: int) -> bool:
    """Whether a word such as "about" stands before that token."""
    return any(tokens.raw(i).lower() in HEDGES for i in range(max(0, index - 2), index))


def _new_numbers(
    claim: ClaimText, tokens: Tokens, numbers: tuple[Quantity, ...], support: Support
) -> tuple[Unmatched, ...]:
    found = []
    for quantity in numbers:
        if not support.numbers.known(quantity, hedged=hedged(tokens, quantity.first)):
            start, end = tokens.starts[quantity.first], tokens.ends[quantity.last]
            found.append(Unmatched(claim.text[start:end], claim.start + start, claim.start + end))
    return tuple(found)


def _places(claim: ClaimText, tokens: Tokens, indexes: dict[int, None]) -> tuple[Unmatched, ...]:
    return tuple(
        Unmatched(tokens.raw(i), claim.start + tokens.starts[i], claim.start + tokens.ends[i]) for i in indexes
    )
