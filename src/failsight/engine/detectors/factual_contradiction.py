"""Claims that say the opposite of the passage they rest on."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import ground, weigh
from failsight.engine.grounding.evidence import conflict_evidence
from failsight.engine.subject import Subject
from failsight.model.tag import Decision

_ID = "factual_contradiction"
_FAIL_FROM = 0.65


class FactualContradiction(Detector):
    """A claim denies, reverses or changes what the passage it rests on says.

    Only claims that match a passage sentence closely are compared: a negation on one side, a word against its opposite,
    or another number in the same place.

    Fails: context "Pets are not allowed in the rooms.", output "Pets are allowed in the rooms."
    Passes: the same context, output "You may not bring pets: they are not allowed in the rooms."
    """

    name = "factual_contradiction"
    version = 3
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding, weighed = subject.memo(ground), subject.memo(weigh)
        if not grounding.claims:
            yield NotApplicable(_ID, "the output asserts nothing that could be checked against the context")
            return
        found = [
            (claim, conflict) for claim in grounding.claims for conflict in claim.conflicts if conflict.kind != "name"
        ]
        if not found:
            if not any(claim.covered >= 0.5 for claim in grounding.claims):
                yield NotApplicable(_ID, "no claim is close enough to a passage to contradict it")
            else:
                prior = weighed.probability or 0.0
                yield Finding(_ID, "pass", min(0.3, 0.25 * prior), "No claim reverses the passage it rests on.")
            return
        found.sort(key=lambda pair: -pair[1].certainty)
        evidence: list[Evidence] = []
        for claim, conflict in found[:3]:
            evidence += conflict_evidence(claim, conflict, weighed.spans)
        probability = found[0][1].certainty
        claim, conflict = found[0]
        decision: Decision = "fail" if probability >= _FAIL_FROM and grounding.comparable else "unsure"
        reason = f"The output says “{conflict.said.text}” where the context says “{conflict.given}”."
        extent = len({id(claim) for claim, _ in found}) / len(grounding.claims)
        yield Finding(_ID, decision, probability, reason, tuple(evidence), extent)
