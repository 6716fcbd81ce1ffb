"""Whether the output is an expected answer once case, punctuation and articles are taken away."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import answer_tokens, references
from failsight.engine.subject import Subject


class ExactMatch(Metric):
    """1.0 when output and an expected answer have the same tokens in the same order, else 0.0.

    Case, punctuation and English articles do not count, as in SQuAD (Rajpurkar et al. 2016). A list in ``expected``
    holds alternatives.
    """

    name = "exact_match"
    display_name = "Exact match (normalised)"
    definition = "Output and an expected answer are the same without case, punctuation and articles: 1.0 or 0.0."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        expected = references(subject.item)
        if not expected:
            return Unmeasured("the expected text is blank or a pattern")
        said = answer_tokens(subject.item.output)
        matches = sum(answer_tokens(text) == said for text in expected)
        return Score(float(matches > 0), f"{matches} of {len(expected)} expected answers match after normalisation.")
