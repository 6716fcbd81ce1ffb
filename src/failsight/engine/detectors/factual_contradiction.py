"""Claims that say the opposite of the passage they rest on."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import Grounding, Weighed, ground, weigh
from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.evidence import conflict_evidence, denial_evidence
from failsight.engine.grounding.grounding import Claim
from failsight.engine.grounding.polar import PolarAnswer, read_polar
from failsight.engine.subject import Subject
from failsight.model.tag import Decision

_ID = "factual_contradiction"
_FAIL_FROM = 0.65
_AGREES, _PERHAPS, _TURNED = 0.1, 0.5, 0.75
_MARKED_FAIL_FROM, _UNSURE_FROM = 0.7, 0.4  # probability of words and local judge together


class FactualContradiction(Detector):
    """A claim denies, reverses or changes what the passage it rests on says.

    Claims that match a passage sentence closely are compared by words: a negation on one side, a word against its
    opposite, or another number in the same place. A plain yes or no is held against the sentence that has the words of
    the question. The local judge reads output and context together and marks the stretches that the context denies; a
    fitted model weighs both.

    Fails: context "Pets are not allowed in the rooms.", output "Pets are allowed in the rooms."
    Passes: the same context, output "You may not bring pets: they are not allowed in the rooms."
    """

    name = "factual_contradiction"
    version = 6
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding, weighed, polar = subject.memo(ground), subject.memo(weigh), subject.memo(read_polar)
        if polar is not None and (not polar.agrees or not grounding.claims):
            yield _by_side(polar)
            return
        if not grounding.claims:
            yield NotApplicable(_ID, "the output asserts nothing that could be checked against the context")
            return
        found = [
            (claim, conflict) for claim in grounding.claims for conflict in claim.conflicts if conflict.kind != "name"
        ]
        if found:
            found.sort(key=lambda pair: -pair[1].certainty)
            yield _by_words(found, grounding, weighed)
        elif weighed.contradiction is not None:
            yield _by_judge(weighed.contradiction, weighed, subject.item.output)
        elif any(claim.covered >= 0.5 for claim in grounding.claims):
            probability = min(0.3, 0.25 * (weighed.probability or 0.0))
            yield Finding(_ID, "pass", probability, "No claim reverses the passage it rests on.")
        else:
            yield NotApplicable(_ID, "no claim is close enough to a passage to contradict it")


def _by_side(polar: PolarAnswer) -> Finding:
    """Of an answer to a yes-or-no question."""
    if polar.agrees:
        return Finding(_ID, "pass", _AGREES, "The context answers the question in the same way.")
    passage = polar.sentence
    evidence = (
        Evidence("conflict", "the side that the answer takes", "output", polar.text, polar.start, polar.end),
        Evidence("passage", "what the context says", passage.source, passage.text, passage.start, passage.end),
    )
    decision: Decision = "fail" if polar.sure else "unsure"
    reason = f"The output answers “{polar.side}” where the context says “{passage.text.rstrip('.')}”."
    return Finding(_ID, decision, _TURNED if polar.sure else _PERHAPS, reason, evidence)


def _by_words(found: list[tuple[Claim, Conflict]], grounding: Grounding, weighed: Weighed) -> Finding:
    evidence: list[Evidence] = []
    for claim, conflict in found[:3]:
        evidence += conflict_evidence(claim, conflict, weighed.spans)
    conflict = found[0][1]
    decision: Decision = "fail" if conflict.certainty >= _FAIL_FROM and grounding.comparable else "unsure"
    probability = max(conflict.certainty, weighed.contradiction or 0.0)
    reason = f"The output says “{conflict.said.text}” where the context says “{conflict.given}”."
    extent = len({id(claim) for claim, _ in found}) / len(grounding.claims)
    return Finding(_ID, decision, probability, reason, tuple(evidence), extent, signals=_signals(weighed))


def _by_judge(probability: float, weighed: Weighed, output: str) -> Finding:
    evidence = tuple(denial_evidence(weighed.spans, output))
    signals = _signals(weighed)
    if probability < _UNSURE_FROM:
        return Finding(_ID, "pass", probability, "No claim reverses the passage it rests on.", signals=signals)
    if probability >= _MARKED_FAIL_FROM and evidence:
        reason = f"The context says otherwise than “{evidence[0].snippet}”."
        return Finding(_ID, "fail", probability, reason, evidence, 0.5, "model", signals)
    reason = "Something in the output may be denied by the context, but that is not settled."
    return Finding(_ID, "unsure", probability, reason, evidence, 0.5, "model", signals)


def _signals(weighed: Weighed) -> dict[str, float]:
    return {} if weighed.contradiction is None else {"contradiction_probability": round(weighed.contradiction, 4)}
