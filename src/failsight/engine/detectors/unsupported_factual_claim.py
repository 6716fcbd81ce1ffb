"""Claims of the output that the context does not support."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import Claim, Grounding, Weighed, ground, weigh
from failsight.engine.grounding.evidence import claim_evidence, lacking, span_evidence
from failsight.engine.subject import Subject

_ID = "unsupported_factual_claim"
_MARKED = 0.7  # probability from which a stretch counts as marked in text about data
_LONG, _FOREIGN = 5, 0.8  # content words, and the share of them that the context lacks


class UnsupportedFactualClaim(Detector):
    """The output states something that the context does not support.

    Compares every claim with the passages by words, word pairs, numbers and names; the local judge reads output and
    context together and marks the stretches it finds no support for; a fitted model weighs both. Input, instructions
    and tool results count as support too. Languages other than English are never failed by it, and text about data
    (JSON, tables) only with a number or a name that the data does not have, or a stretch that the judge marks.

    Fails: context "The museum opened in 1974 in Leeds.", output "The museum was designed by the architect Ana Ruiz,
    who won the Alba prize for its glass roof."
    Passes: the same context, output "The museum opened in 1974."
    """

    name = "unsupported_factual_claim"
    version = 6
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding, weighed = subject.memo(ground), subject.memo(weigh)
        if weighed.probability is None:
            yield NotApplicable(_ID, "the output asserts nothing that could be checked against the context")
            return
        yield _verdict(grounding, weighed, weighed.probability, subject.item.output)


def _verdict(grounding: Grounding, weighed: Weighed, probability: float, output: str) -> Finding:
    worst = _most_doubtful(grounding, weighed)
    signals = {"claims": float(len(grounding.claims)), "worst_doubt": round(worst[0].doubt, 4), **weighed.signals}
    if probability <= weighed.pass_up_to and not any(_foreign(claim) for claim in grounding.claims):
        return Finding(_ID, "pass", probability, "Every claim has its words in the context.", signals=signals)
    evidence: list[Evidence] = list(span_evidence(weighed.spans, output))
    for claim in worst:
        evidence += claim_evidence(claim, lacking(claim))
    extent = max(0.1, _extent(grounding, weighed))
    said = f"{len(worst)} of {len(grounding.claims)} claims" if len(grounding.claims) > 1 else "The only claim"
    marked = any(span.probability >= _MARKED for span in weighed.spans) or any(
        claim.new_numbers or claim.new_names for claim in grounding.claims
    )
    if probability >= weighed.fail_from and grounding.comparable and (marked or not grounding.structured):
        reason = f"{said} cannot be found in the context: {lacking(worst[0])}."
        return Finding(_ID, "fail", probability, reason, tuple(evidence), extent, "model", signals)
    reason = f"{said} may go beyond the context, but that is not settled: {lacking(worst[0])}."
    if not grounding.comparable:
        reason = "Output and context are not both in English, so words alone cannot settle what is supported."
        probability = min(probability, 0.6)
    return Finding(_ID, "unsure", probability, reason, tuple(evidence), extent, "model", signals)


def _foreign(claim: Claim) -> bool:
    """Whether the context has next to no word of a claim of some length; such a claim is never passed."""
    return len(claim.content) >= _LONG and len(claim.new_words) >= _FOREIGN * len(claim.content)


def _most_doubtful(grounding: Grounding, weighed: Weighed, count: int = 3) -> list[Claim]:
    """The claims that the judge doubts most, by their words without one; those beyond doubt only when all are."""
    if not weighed.by_claim:
        worst = grounding.worst(count)
        return [claim for claim in worst if claim.doubt >= 0.25] or list(worst[:1])
    ranked = sorted(zip(weighed.by_claim, grounding.claims, strict=True), key=lambda pair: (-pair[0], pair[1].start))
    return [claim for odds, claim in ranked[:count] if odds >= 0.0] or [ranked[0][1]]


def _extent(grounding: Grounding, weighed: Weighed) -> float:
    """Share of the claims in doubt."""
    doubts = [odds >= 0.0 for odds in weighed.by_claim] or [claim.doubt >= 0.35 for claim in grounding.claims]
    return sum(doubts) / len(doubts)
