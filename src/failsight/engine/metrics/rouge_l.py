"""Longest common subsequence of the output and an expected text."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import answer_tokens, best
from failsight.engine.subject import Subject

MOST_TOKENS = 20_000


class RougeL(Metric):
    """F1 of the longest common subsequence of tokens (Lin, ROUGE, 2004), against the best expected text.

    Tokens are lower-cased words without English articles. Texts above 20,000 tokens are not measured.
    """

    name = "rouge_l"
    display_name = "ROUGE-L"
    definition = "F1 of the longest common subsequence of words of output and expected text."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        said = answer_tokens(subject.item.output)
        if len(said) > MOST_TOKENS:
            return Unmeasured(f"the output has more than {MOST_TOKENS:,} words")
        found = best(subject.item, lambda text: _f1(said, answer_tokens(text)[:MOST_TOKENS]))
        if found is None:
            return Unmeasured("the expected text is blank or a pattern")
        return Score(found[0], f"F1 of the longest common run of words in order: {found[0]:.2f}.")


def _f1(said: list[str], expected: list[str]) -> float:
    if not said or not expected:
        return float(not said and not expected)
    return 2 * LCSseq.similarity(said, expected) / (len(said) + len(expected))
