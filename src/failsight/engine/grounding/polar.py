"""Answers to yes-or-no questions: "No." asserts what the question asks, turned round.

``subject.memo(read_polar)`` holds the side that the answer takes against the sentences of the context that have every
word of the question, or its opposite. It stays silent where the answer says more than its side, where a sentence says
"only" or "unless", and where sentences disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from failsight.engine.grounding.conflicts import HALF_DENIALS, OPPOSITES, denied_words
from failsight.engine.grounding.support import Support, SupportSentence, index_support
from failsight.engine.grounding.tokens import Tokens, is_content, stem, tokenize
from failsight.engine.language.english import output_is_english
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

Side = Literal["yes", "no"]
_POLAR = re.compile(r"(?:is|are|was|were|do|does|did|can|could|may|will|has|have|must)\b(?!n['’]t)", re.IGNORECASE)
_SIDE = re.compile(r"(?:(yes|yeah|yep|correct|certainly|of course|right)|no|nope)\b[,.!]*", re.IGNORECASE)
_MORE = re.compile(  # a choice, a comparison of two things, or more than the question
    r"\b(?:or|both|same|either|neither|all|every|each|any|only|than)\b|\?.*\w", re.IGNORECASE | re.DOTALL
)
_CONDITIONS = frozenset(
    stem(word) for word in ("if", "when", "until", "after", "before", "during", "provided", "while", "some", "usually",
                            "sometimes", "may", "might", "was", "were", "used")
)  # fmt: skip
_LEAST_TOPIC, _MOST_WORDS = 2, 25
_WHOLE = 0.6  # share of a sentence's words that the question must have: more would speak of something narrower


@value_class
class PolarAnswer:
    """The side that an answer takes, ``text == output[start:end]``, and a sentence of the context on the question.

    agrees: whether both are on one side. sure: whether the sentence says that and no more, and without a condition.
    """

    side: Side
    text: str
    start: int
    end: int
    sentence: SupportSentence
    agrees: bool
    sure: bool


def read_polar(subject: Subject) -> PolarAnswer | None:
    """None where the input is no yes-or-no question, the answer takes no plain side, or the context has no sentence on
    it, or agrees in a sentence that says more."""
    item = subject.item
    question = item.input.strip()
    if not item.context or len(subject.output_sentences) != 1 or not question.endswith("?"):
        return None
    if not _POLAR.match(question) or _MORE.search(question) or not subject.memo(output_is_english):
        return None
    asked = tokenize(question)
    topic = {word for word in asked.stems if is_content(word)}
    if len(topic) < _LEAST_TOPIC or len(asked.stems) > _MOST_WORDS or denied_words(asked):
        return None
    sentence = subject.output_sentences[0]
    side = _side_of_answer(sentence.text.strip(), topic)
    if side is None:
        return None
    found = list(_sides(topic, subject.memo(index_support)))
    if not found or len({given for given, _, _ in found}) > 1:
        return None
    given, closest, sure = max(found, key=lambda one: one[2])
    if side == given and not sure:
        return None
    return PolarAnswer(side, sentence.text, sentence.start, sentence.end, closest, side == given, sure)


def _side_of_answer(text: str, topic: set[str]) -> Side | None:
    """Of an answer that has no word of its own; what follows "yes" or "no" must not turn it round."""
    match = _SIDE.match(text)
    said: Side | None = None if match is None else "yes" if match[1] else "no"
    rest = tokenize(text[match.end() :] if match else text)
    telling = [word for word in rest.stems if is_content(word)]
    if any(word not in topic and topic.isdisjoint(OPPOSITES.get(word, ())) for word in telling):
        return None
    if not telling:
        return said
    shown = _side(rest, topic)
    return shown if said in (None, shown) else None


def _sides(topic: set[str], support: Support) -> Iterator[tuple[Side, SupportSentence, bool]]:
    """The side of each sentence that has the whole topic."""
    for sentence in support.sentences:
        stems = set(sentence.stems)
        if not all(word in stems or not stems.isdisjoint(OPPOSITES.get(word, ())) for word in topic):
            continue
        if not stems.isdisjoint(HALF_DENIALS):
            continue
        tokens = tokenize(sentence.text)
        telling = {word for word in tokens.stems if is_content(word)}
        sure = len(topic) >= _WHOLE * len(telling) and stems.isdisjoint(_CONDITIONS)
        yield _side(tokens, topic), sentence, sure


def _side(tokens: Tokens, topic: set[str]) -> Side:
    """Whether the words affirm the topic: each denial of it, and each opposite in its place, turns it round."""
    stems = set(tokens.stems)
    opposed = sum(word not in stems and not stems.isdisjoint(OPPOSITES.get(word, ())) for word in topic)
    about = topic.union(*(OPPOSITES.get(word, {}) for word in topic))
    turned = opposed + sum(word in about for word in denied_words(tokens))
    return "no" if turned % 2 else "yes"
