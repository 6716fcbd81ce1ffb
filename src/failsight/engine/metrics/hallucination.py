"""How surely everything the output states is supported by the context."""

from __future__ import annotations

from failsight.engine.grounding import ground, weigh
from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.subject import Subject


class Hallucination(Metric):
    """1.0: all claims rest on the context; 0.0: something in the output surely does not. Higher is better.

    One minus the calibrated probability that a claim of the output is not supported, or is denied, by the passages:
    from the alignment of claims, numbers and names with their sentences, and from the local judge's reading of both.
    Only English output can be compared, with prose or data; an output that asserts nothing is not measured. Stands for
    what a judge is asked as "faithfulness" (RAGAS, Es et al. 2024).
    """

    name = "hallucination"
    version = 6
    display_name = "Hallucination (1 is none)"
    definition = "How surely every claim of the answer is supported by the context; 1.0 is fully grounded."
    kind = "local"
    needs = ("output", "context")

    def score(self, subject: Subject) -> Score | Unmeasured:
        grounding, weighed = subject.memo(ground), subject.memo(weigh)
        if weighed.probability is None:
            return Unmeasured("the output asserts nothing that the context could support")
        if not grounding.comparable:
            return Unmeasured("support can be compared for English texts only")
        covered = sum(claim.covered >= 0.5 for claim in grounding.claims)
        found = f"{covered} of {len(grounding.claims)} claims have most of their words in one sentence of the context"
        score = 1.0 - weighed.probability
        return Score(score, f"{found}; all are supported with probability {score:.2f}.")
