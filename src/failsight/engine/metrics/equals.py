"""Whether the output is exactly an expected text."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import references
from failsight.engine.subject import Subject


class Equals(Metric):
    """1.0 when the output is an expected text, character by character, else 0.0; only outer white space is free.

    A list in ``expected`` holds alternatives. Source: the wire contract's metric of this name.
    """

    name = "equals"
    display_name = "Equals"
    definition = "The output is exactly an expected text, outer white space apart: 1.0 or 0.0."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        expected = references(subject.item)
        if not expected:
            return Unmeasured("the expected text is blank or a pattern")
        same = subject.item.output.strip() in {text.strip() for text in expected}
        alternatives = f"one of {len(expected)} expected texts" if len(expected) > 1 else "the expected text"
        return Score(float(same), f"The output is {'' if same else 'not '}exactly {alternatives}.")
