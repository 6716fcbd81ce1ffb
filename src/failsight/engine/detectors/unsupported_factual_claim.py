"""Claims of the output that the context does not support."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import Grounding, ground
from failsight.engine.grounding.evidence import claim_evidence, lacking
from failsight.engine.grounding.weights import FAIL_FROM, PASS_UP_TO
from failsight.engine.subject import Subject

_ID = "unsupported_factual_claim"


class UnsupportedFactualClaim(Detector):
    """The output states something that the context does not support.

    Compares every claim with the passages by words, word pairs, numbers and names; a fitted model weighs what is new.
    Input, instructions and tool results count as support too. Languages other than English are never failed by it, and
    text about data (JSON, tables) only with a number or a name that the data does not have.

    Fails: context "The museum opened in 1974 in Leeds.", output "The museum was designed by the architect Ana Ruiz,
    who won the Alba prize for its glass roof."
    Passes: the same context, output "The museum opened in 1974."
    """

    name = "unsupported_factual_claim"
    version = 2
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding = subject.memo(ground)
        if grounding.probability is None:
            yield NotApplicable(_ID, "the output asserts nothing that could be checked against the context")
            return
        yield _verdict(grounding, grounding.probability)


def _verdict(grounding: Grounding, probability: float) -> Finding:
    worst = grounding.worst()
    doubtful = [claim for claim in worst if claim.doubt >= 0.25] or list(worst[:1])
    signals = {"claims": float(len(grounding.claims)), "worst_doubt": round(worst[0].doubt, 4)}
    if probability <= PASS_UP_TO:
        return Finding(_ID, "pass", probability, "Every claim has its words in the context.", signals=signals)
    evidence: list[Evidence] = []
    for claim in doubtful:
        evidence += claim_evidence(claim, lacking(claim))
    extent = sum(claim.doubt >= 0.35 for claim in grounding.claims) / len(grounding.claims)
    said = f"{len(doubtful)} of {len(grounding.claims)} claims" if len(grounding.claims) > 1 else "The only claim"
    marked = any(claim.new_numbers or claim.new_names for claim in grounding.claims)
    if probability >= FAIL_FROM and grounding.comparable and (marked or not grounding.structured):
        reason = f"{said} cannot be found in the context: {lacking(worst[0])}."
        return Finding(_ID, "fail", probability, reason, tuple(evidence), max(extent, 0.1), "model", signals)
    reason = f"{said} may go beyond the context, but the wording alone does not settle it: {lacking(worst[0])}."
    if not grounding.comparable:
        reason = "Output and context are not both in English, so words alone cannot settle what is supported."
        probability = min(probability, 0.6)
    return Finding(_ID, "unsure", probability, reason, tuple(evidence), max(extent, 0.1), "model", signals)
