"""Overlap of the words of the output and of an expected answer."""

from __future__ import annotations

from collections import Counter

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import answer_tokens, best
from failsight.engine.subject import Subject
from failsight.model.counted import counted


class TokenF1(Metric):
    """Harmonic mean of precision and recall of the tokens of the output against those of an expected answer.

    Tokens count as often as they stand; case, punctuation and English articles do not count, as in SQuAD (Rajpurkar et
    al. 2016). Of several expected answers the best one counts.
    """

    name = "token_f1"
    display_name = "Token F1"
    definition = "F1 of the words of the output against the words of the expected answer."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        said = Counter(answer_tokens(subject.item.output))
        found = best(subject.item, lambda text: _f1(said, Counter(answer_tokens(text))))
        if found is None:
            return Unmeasured("the expected text is blank or a pattern")
        shared = (said & Counter(answer_tokens(found[1]))).total()
        return Score(found[0], f"{counted(shared, 'token')} shared; the output has {said.total()}: F1 {found[0]:.2f}.")


def _f1(said: Counter[str], expected: Counter[str]) -> float:
    if not said or not expected:
        return float(not said and not expected)
    return 2 * (said & expected).total() / (said.total() + expected.total())
