"""Names, numbers, dates and amounts that differ from the passage a claim rests on."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import Grounding, Weighed, ground, weigh
from failsight.engine.grounding.evidence import conflict_evidence
from failsight.engine.subject import Subject
from failsight.model.tag import Decision

_ID = "wrong_entity_or_number"
_FAIL_FROM = 0.65
_UNSURE_FROM = 0.4  # probability of words and local judge together


class WrongEntityOrNumber(Detector):
    """A claim matches a passage but for a name, number, date or amount that the support does not have.

    1,000, 1k and "one thousand" are one number, 5 pm is 17:00, a rounded figure matches its source. The local judge's
    reading alone makes it unsure at most.

    Fails: context "The ticket costs 12 euros.", output "The ticket costs 15 euros."
    Passes: context "The ticket costs 1,200 yen.", output "The ticket costs 1200 yen."
    """

    name = "wrong_entity_or_number"
    version = 6
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding, weighed = subject.memo(ground), subject.memo(weigh)
        if not grounding.claims:
            yield NotApplicable(_ID, "the output asserts nothing that could be checked against the context")
            return
        found = [
            (claim, conflict)
            for claim in grounding.claims
            for conflict in claim.conflicts
            if conflict.kind in {"number", "name"}
        ]
        if not found:
            yield _without_conflict(grounding, weighed)
            return
        found.sort(key=lambda pair: -pair[1].certainty)
        evidence: list[Evidence] = []
        for claim, conflict in found[:3]:
            evidence += conflict_evidence(claim, conflict, weighed.spans)
        conflict = found[0][1]
        decision: Decision = "fail" if conflict.certainty >= _FAIL_FROM and grounding.comparable else "unsure"
        reason = f"The output says “{conflict.said.text}” where the context says “{conflict.given}”."
        extent = len({id(claim) for claim, _ in found}) / len(grounding.claims)
        yield Finding(_ID, decision, conflict.certainty, reason, tuple(evidence), extent)


def _without_conflict(grounding: Grounding, weighed: Weighed) -> Finding:
    """Names and numbers that match no place well may still be wrong."""
    if weighed.wrong_entity is None:
        loose = sum(len(claim.new_numbers) + len(claim.new_names) for claim in grounding.claims)
        probability = min(0.45, 0.3 * (weighed.probability or 0.0) + 0.05 * min(loose, 3))
        return Finding(_ID, "pass", probability, "No name or number differs from the passage it stands in.")
    signals = {"wrong_entity_probability": round(weighed.wrong_entity, 4)}
    if weighed.wrong_entity < _UNSURE_FROM:
        reason = "No name or number differs from the passage it stands in."
        return Finding(_ID, "pass", weighed.wrong_entity, reason, signals=signals)
    reason = "A name or number may stand for another, but that is not settled."
    return Finding(_ID, "unsure", weighed.wrong_entity, reason, (), 0.5, "model", signals)
