"""Whether two passages say anything about the same thing, by the words that their sentences share and by meaning."""

from __future__ import annotations

from collections.abc import Mapping

from failsight.engine.language.english import looks_english
from failsight.engine.relevance.lexical import weigh
from failsight.engine.relevance.windows import MOST_WINDOWS, cut_windows
from failsight.engine.subject import Subject

APART, UNLIKE = 0.2, 0.25  # shares of words and cosines below them: training/measure_common_ground.py
MOST_SENTENCES = 120
SHORTEST, FEWEST_TERMS = 15, 2


def common_ground(subject: Subject) -> float | None:
    """The highest weighted share of content words that a sentence of one passage has in common with one of another, of
    the poorer of the two, 0 to 1; numbers do not count, because those of a contradiction differ. None where words
    tell nothing: other languages than English, more than 120 sentences, or less than two passages with sentences.
    Use it through ``subject.memo``."""
    passages = subject.item.context or ()
    if sum(map(len, subject.context_sentences)) > MOST_SENTENCES or not all(map(looks_english, passages)):
        return None
    read = [
        [terms for sentence in sentences if (terms := _terms(sentence.text)) is not None]
        for sentences in subject.context_sentences
    ]
    kept = [sentences for sentences in read if sentences]
    if len(kept) < 2 or len(kept) < len(passages):
        return None
    closest = 0.0
    for place, sentences in enumerate(kept):
        for other in kept[:place]:
            closest = max([closest, *(_shared(one, two) for one in sentences for two in other)])
    return round(closest, 4)


def passage_closeness(subject: Subject) -> float | None:
    """The highest cosine of a window of one passage with one of another, -1 to 1: it sees what other words say of the
    same thing. The windows are those that relevance to the question encodes. None without an encoder, or where they
    are more than an item's budget of them. Use it through ``subject.memo``."""
    if subject.encoder is None:
        return None
    texts = subject.item.context or ()
    cut = [cut_windows(i, text, subject.context_sentences[i]) for i, text in enumerate(texts)]
    if sum(map(len, cut)) > MOST_WINDOWS:
        return None
    windows = [window for one in cut for window in one]
    vectors = subject.encoder.encode([window.text for window in windows])
    cosines = vectors @ vectors.T
    return max(
        (
            float(cosines[i, j])
            for i, one in enumerate(windows)
            for j, two in enumerate(windows[:i])
            if one.passage != two.passage
        ),
        default=None,
    )


def _terms(text: str) -> tuple[Mapping[str, float], float] | None:
    """A sentence's content stems with their weights, and the sum of these; None when it says too little."""
    if len(text) < SHORTEST:
        return None
    terms = {word: weight for word, weight in weigh(text).items() if not word.isdigit()}
    return (terms, sum(terms.values())) if len(terms) >= FEWEST_TERMS else None


def _shared(one: tuple[Mapping[str, float], float], two: tuple[Mapping[str, float], float]) -> float:
    (first, first_sum), (second, second_sum) = one, two
    common = first.keys() & second.keys()
    return sum(min(first[word], second[word]) for word in common) / min(first_sum, second_sum) if common else 0.0
