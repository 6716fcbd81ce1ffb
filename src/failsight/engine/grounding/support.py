"""What an answer may rest on: the context passages, and beside them the input, instructions and tool results."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from failsight.engine.grounding.quantities import (
    NumberIndex,
    Quantity,
    calendar_words,
    listed_counts,
    month_words,
    neighbouring_years,
    quantities,
)
from failsight.engine.grounding.tokens import Tokens, is_content, stem, tokenize
from failsight.engine.subject import Subject
from failsight.engine.text import Sentence
from failsight.engine.value import value_class

_WINDOW = 60  # tokens: longer "sentences" (data, text without stops) are cut into windows of this size
_POSTINGS = 250  # a stem that stands in more sentences than this no longer tells them apart


@value_class
class SupportSentence:
    """A sentence of the support: its field (``context[2]``), its offsets there, and its stems in reading order."""

    source: str
    start: int
    end: int
    stems: tuple[str, ...]
    text: str


@value_class
class Support:
    """The support, indexed.

    sentences: of the context only. words: content stems of the context; granted: stems of everything else the answer
    may repeat. pairs, triples: neighbouring stems of the context. weights: idf of each content stem over sentences.
    """

    sentences: tuple[SupportSentence, ...]
    words: frozenset[str]
    granted: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    triples: frozenset[tuple[str, str, str]]
    postings: dict[str, list[int]]
    weights: dict[str, float]
    numbers: NumberIndex
    structured: bool


def index_support(subject: Subject) -> Support:
    """One pass over each passage; linear in their length."""
    item = subject.item
    sentences: list[SupportSentence] = []
    words: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    triples: set[tuple[str, str, str]] = set()
    numbers: list[Quantity] = []
    structured = is_structured(item.context or ())
    for place, passage in enumerate(item.context or ()):
        tokens = tokenize(passage)
        stems = tokens.stems
        words.update(stems)
        pairs.update(pairwise(stems))
        triples.update(zip(stems, stems[1:], stems[2:], strict=False))
        numbers += quantities(tokens)
        numbers += neighbouring_years(passage, numbers)
        if not structured:
            numbers += listed_counts(passage)
        words.update(stem(month) for month in month_words(passage))
        words.update(stem(word) for word in calendar_words(stems))
        sentences += _cut(f"context[{place}]", tokens, subject.context_sentences[place])
    granted: set[str] = set()
    for text in granted_texts(subject):
        tokens = tokenize(text)
        granted.update(tokens.stems)
        numbers += quantities(tokens)
    postings = _postings(sentences)
    total = len(sentences) + 1
    return Support(
        tuple(sentences),
        frozenset(words),
        frozenset(granted),
        frozenset(pairs),
        frozenset(triples),
        {word: places for word, places in postings.items() if len(places) <= _POSTINGS},
        {word: math.log(1 + total / len(places)) for word, places in postings.items()},
        NumberIndex.of(numbers),
        structured,
    )


def is_structured(passages: tuple[str, ...]) -> bool:
    """Data rather than prose: JSON, a Python literal, CSV, a table or a list of properties."""
    text = "\n".join(passage[:4000] for passage in passages[:5])
    if not text:
        return False
    marks = sum(text.count(mark) for mark in ("':", '":', "},", " | ", "\t", "\n- ", ";"))
    lines = text.count("\n") + 1
    commas = text.count(",") if lines > 2 else 0
    return marks * 25 > len(text) or commas * 15 > len(text)


def granted_texts(subject: Subject) -> Iterator[str]:
    """Texts beside the context that the answer may repeat: input, instructions, what users and tools said."""
    item = subject.item
    yield item.input
    if item.system_prompt:
        yield item.system_prompt
    for message in item.conversation or ():
        if message.role != "assistant":
            yield message.content
    for call in item.tool_calls or ():
        if call.result:
            yield call.result


def _cut(source: str, tokens: Tokens, sentences: tuple[Sentence, ...]) -> Iterator[SupportSentence]:
    at, count = 0, len(tokens.starts)
    for sentence in sentences:
        first = at
        while at < count and tokens.starts[at] < sentence.end:
            at += 1
        for begin in range(first, at, _WINDOW):
            stop = min(begin + _WINDOW, at)
            start = sentence.start if begin == first else tokens.starts[begin]
            end = sentence.end if stop == at else tokens.ends[stop - 1]
            yield SupportSentence(source, start, end, tuple(tokens.stems[begin:stop]), tokens.text[start:end])


def _postings(sentences: list[SupportSentence]) -> dict[str, list[int]]:
    postings: dict[str, list[int]] = {}
    for place, sentence in enumerate(sentences):
        for word in set(sentence.stems):
            if is_content(word):
                postings.setdefault(word, []).append(place)
    return postings
