"""How relevant each passage of the context is to the question, as a calibrated probability that it is irrelevant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from failsight.engine.language.english import looks_english
from failsight.engine.logistic import logistic
from failsight.engine.relevance import weights
from failsight.engine.relevance.lexical import bm25, coverage, rarity, stems, weigh
from failsight.engine.relevance.query import Query, read_query
from failsight.engine.relevance.windows import READ_CHARACTERS, Window, choose_windows, cut_windows
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

EMPTY = 0.97
UNREADABLE = 0.5
READ_PASSAGES = 200
SHARED_WORDS = 0.4
BUILT_ON = 0.7
FEWEST_TERMS = 5
_SIGN = re.compile(r"[^\w\s]|[\d_]")


@value_class
class Passage:
    """One passage against the question.

    irrelevant: probability, 0 to 1. similarity: highest cosine of a window with the query, None when the encoder is off
    or the passage was beyond the budget. bm25, coverage: lexical agreement, 0 to 1. best: its closest window.
    """

    index: int
    irrelevant: float
    bm25: float
    coverage: float
    similarity: float | None = None
    best: Window | None = None

    @property
    def relevant(self) -> bool:
        return self.irrelevant < 0.5


@value_class
class Relevance:
    """All passages of an item. ``unusable``: why nothing can be said; ``doubt``: why a low relevance proves little."""

    query: Query
    passages: tuple[Passage, ...] = ()
    unusable: str | None = None
    doubt: str | None = None

    @property
    def none_relevant(self) -> float:
        """Probability that no passage is relevant: that of the most relevant one."""
        return min((passage.irrelevant for passage in self.passages), default=0.5)


def relate(subject: Subject) -> Relevance:
    """The relevance of the item's passages to its input; use it as ``subject.memo(relate)``."""
    query = subject.memo(read_query)
    texts = (subject.item.context or ())[:READ_PASSAGES]
    if not texts:
        return Relevance(query, unusable="the item has no context")
    if query.unusable is not None:
        return Relevance(query, unusable=query.unusable)
    readable = [not text.strip() or _is_prose(text) for text in texts]
    if not any(readable):
        return Relevance(query, unusable="the relevance model reads English prose only, and no passage is")
    cut = [cut_windows(i, text, subject.context_sentences[i]) for i, text in enumerate(texts)]
    similarity = _similarities(subject, query, choose_windows(cut, query.terms))
    passages = tuple(
        _passage(i, text, query, similarity.get(i), readable[i]) for i, text in enumerate(texts)
    )  # fmt: skip
    relevance = Relevance(query, passages, doubt=query.doubt)
    if not all(readable):
        return Relevance(query, passages, doubt="a passage is not English prose, which the relevance model cannot read")
    if relevance.doubt is None and relevance.none_relevant >= 0.5:
        return Relevance(query, passages, doubt=_second_thought(subject, passages))
    return relevance


def features(terms: dict[str, float], text: str) -> tuple[float, float]:
    """BM25 and coverage of a passage, both 0 to 1."""
    found = stems(text[:READ_CHARACTERS])
    return bm25(terms, found), coverage(terms, found)


def irrelevance(query: Query, cosine: float | None, words: float, share: float) -> float:
    """Probability that a text with this cosine, BM25 and coverage is not about the query. Statements repeat the words
    of their evidence where questions do not, so each has its own weights."""
    statement = query.kind == "statement"
    if cosine is None:
        return _weighed(weights.STATEMENT_LEXICAL if statement else weights.QUESTION_LEXICAL, (words, share))
    return _weighed(weights.STATEMENT_ENCODER if statement else weights.QUESTION_ENCODER, (cosine, words, share))


def _weighed(fitted: Sequence[float], values: Sequence[float]) -> float:
    score = fitted[0] + sum(weight * value for weight, value in zip(fitted[1:], values, strict=True))
    return logistic(score)


def _similarities(subject: Subject, query: Query, windows: list[Window]) -> dict[int, tuple[float, Window]]:
    """The highest cosine of each encoded passage, with the window that has it."""
    if subject.encoder is None or not windows:
        return {}
    vectors = subject.encoder.encode([*query.texts, *(window.text for window in windows)])
    asked = vectors[: len(query.texts)]
    closest: dict[int, tuple[float, Window]] = {}
    for window, vector in zip(windows, vectors[len(query.texts) :], strict=True):
        cosine = float((asked @ vector).max())
        if window.passage not in closest or cosine > closest[window.passage][0]:
            closest[window.passage] = (cosine, window)
    return closest


def _passage(index: int, text: str, query: Query, closest: tuple[float, Window] | None, readable: bool) -> Passage:
    if not text.strip():
        return Passage(index, EMPTY, 0.0, 0.0)
    words, share = features(query.terms, text)
    if not readable:
        return Passage(index, UNREADABLE, words, share)
    cosine, window = closest or (None, None)
    return Passage(index, irrelevance(query, cosine, words, share), words, share, cosine, window)


def _is_prose(text: str) -> bool:
    """English sentences rather than data, code or another language."""
    sample = text[:2000]
    return looks_english(sample) and len(_SIGN.findall(sample)) <= 0.25 * len(sample)


def _second_thought(subject: Subject, passages: Sequence[Passage]) -> str | None:
    """What speaks for a passage although its meaning seems far: the question's words, or an answer made of it."""
    if max(passage.coverage for passage in passages) >= SHARED_WORDS:
        return "a passage has many of the question's words"
    terms = weigh(subject.item.output[:2000])
    telling = len(terms) >= FEWEST_TERMS or max(terms.values(), default=0.0) >= rarity("")
    texts = subject.item.context or ()
    built = (coverage(terms, stems(texts[passage.index][:READ_CHARACTERS])) >= BUILT_ON for passage in passages)
    if telling and any(built):
        return "the answer is built on the context all the same"
    return None
