"""How much of what was expected the output says, its numbers included."""

from __future__ import annotations

from failsight.engine.language.english import looks_english
from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import answer_tokens, references
from failsight.engine.relevance.lexical import coverage, stems, weigh
from failsight.engine.subject import Subject


class FactualAccuracy(Metric):
    """Share of the expected answer's content that the output states, words weighted by rarity, times the share of its
    numbers; only measured with an expected answer, since correctness has no other local witness.

    An expected answer without content words ("Yes.") has to stand at the start of the output. Of several expected
    answers the best one counts. It reads words, not meaning: a denied fact still counts as stated, a paraphrase does
    not. It is the recall side of token F1 (Rajpurkar et al. 2016), so that full sentences are not marked down.
    """

    name = "factual_accuracy"
    version = 2
    display_name = "Factual accuracy"
    definition = "Share of the expected answer's content and numbers that the answer states; needs an expected answer."
    kind = "local"
    needs = ("output", "expected")

    def score(self, subject: Subject) -> Score | Unmeasured:
        expected = references(subject.item)
        if not expected:
            return Unmeasured("the expected text is blank or a pattern")
        if not all(looks_english(text) for text in (*expected, subject.item.output)):
            return Unmeasured("words can be compared for English texts only")
        said = frozenset(stems(subject.item.output))
        first = answer_tokens(subject.item.output)
        value, text = max((_stated(text, said, first), text) for text in expected)
        missing = [word for word in weigh(text) if word not in said]
        note = f"; missing: {', '.join(missing[:5])}" if missing else ""
        return Score(value, f"The output states {value:.0%} of the expected content{note}.")


def _stated(text: str, said: frozenset[str], output: list[str]) -> float:
    """0 to 1: weighted recall of content words, times recall of numbers."""
    terms = weigh(text)
    if not terms:
        wanted = answer_tokens(text)
        return float(bool(wanted) and wanted == output[: len(wanted)])
    numbers = {word for word in terms if word[0].isdigit()}
    found = len(numbers & said) / len(numbers) if numbers else 1.0
    return coverage(terms, said) * found
