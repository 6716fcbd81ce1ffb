"""Whether relevant passages stand before irrelevant ones."""

from __future__ import annotations

from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.relevance import relate
from failsight.engine.subject import Subject


class ContextPrecision(Metric):
    """Mean of precision@k over the ranks k that hold a relevant passage; 0.0 when no passage is relevant.

    This is the usual rank-weighted definition (average precision, as in RAGAS, Es et al. 2024), with the local
    relevance of a passage to the question in place of a judge's. Not measured where the relevance cannot be read, or
    proves little.
    """

    name = "context_precision"
    version = 2
    display_name = "Context precision"
    definition = "Rank-weighted share of retrieved passages that are relevant to the question."
    kind = "local"
    needs = ("input", "context")

    def score(self, subject: Subject) -> Score | Unmeasured:
        relevance = subject.memo(relate)
        if relevance.unusable or relevance.doubt:
            return Unmeasured(relevance.unusable or str(relevance.doubt))
        relevant, total = 0, 0.0
        for rank, passage in enumerate(relevance.passages, start=1):
            if passage.relevant:
                relevant += 1
                total += relevant / rank
        value = total / relevant if relevant else 0.0
        return Score(
            value, f"{relevant} of {len(relevance.passages)} passages are relevant; rank-weighted {value:.2f}."
        )
