"""Whether the context holds what the expected answer says."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import references
from failsight.engine.relevance.lexical import coverage, stems, weigh
from failsight.engine.subject import Subject
from failsight.engine.text import split_sentences

SUPPORTED = 0.7
MOST_SENTENCES = 100


class ContextRecall(Metric):
    """Share of the sentences of the expected answer that one passage of the context supports.

    The usual definition (RAGAS, Es et al. 2024) with a local test of support: a passage holds at least 70 % of a
    sentence's content words, weighted by rarity, and all its numbers. Of several expected answers the best one counts.
    Paraphrases count as unsupported, so a low score asks for a look, a high one is safe.
    """

    name = "context_recall"
    display_name = "Context recall"
    definition = "Share of the expected answer's sentences that the context supports; needs an expected answer."
    kind = "local"
    needs = ("context", "expected")

    def score(self, subject: Subject) -> Score | Unmeasured:
        passages = [frozenset(stems(text)) for text in subject.item.context or ()]
        counted = [found for text in references(subject.item) if (found := _supported(text, passages))[1]]
        if not counted:
            return Unmeasured("the expected answer has no words that could be found")
        supported, total = max(counted, key=lambda pair: pair[0] / pair[1])
        return Score(
            supported / total, f"The context supports {supported} of {total} sentences of the expected answer."
        )


def _supported(text: str, passages: list[frozenset[str]]) -> tuple[int, int]:
    """Supported sentences, and sentences that have content words at all."""
    supported = total = 0
    for sentence in split_sentences(text)[:MOST_SENTENCES]:
        terms = weigh(sentence.text)
        numbers = {word for word in terms if word.isdigit()}
        if terms:
            total += 1
            supported += any(numbers <= words and coverage(terms, words) >= SUPPORTED for words in passages)
    return supported, total
