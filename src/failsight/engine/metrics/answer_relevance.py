"""Whether the output is about the question."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.relevance.answer import answer_relevance
from failsight.engine.subject import Subject


class AnswerRelevance(Metric):
    """How surely the output is about what the input asks: 0.0 another topic, 1.0 the same topic.

    The calibrated relevance of passages, read on the answer's own sentences: MiniLM cosine and BM25, or BM25 alone when
    the encoder is off. A refusal is about the topic and yet no answer: it scores a third.
    It says nothing about whether the answer is right or complete. Answers of less than five content words and other
    languages than English are not measured. Stands for RAGAS answer relevancy (Es et al. 2024), which asks an LLM.
    """

    name = "answer_relevance"
    version = 2
    display_name = "Answer relevance"
    definition = "How surely the answer is about what was asked."
    kind = "local"
    needs = ("input", "output")

    def score(self, subject: Subject) -> Score | Unmeasured:
        found = subject.memo(answer_relevance)
        if isinstance(found, str):
            return Unmeasured(found)
        return Score(found.value, found.explanation)
