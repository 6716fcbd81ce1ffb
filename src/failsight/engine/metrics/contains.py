"""Whether the output contains an expected text."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.reference import references
from failsight.engine.subject import Subject


class Contains(Metric):
    """1.0 when an expected text stands in the output, else 0.0; case does not count, everything else does.

    A list in ``expected`` holds alternatives, one of them is enough. Source: the wire contract's metric of this name.
    """

    name = "contains"
    display_name = "Contains"
    definition = "An expected text stands in the output (case does not count): 1.0 or 0.0."
    kind = "heuristic"
    needs = ("expected",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        expected = references(subject.item)
        if not expected:
            return Unmeasured("the expected text is blank or a pattern")
        output = subject.item.output.casefold()
        found = sum(text.strip().casefold() in output for text in expected)
        return Score(float(found > 0), f"{found} of {len(expected)} expected texts stand in the output.")
