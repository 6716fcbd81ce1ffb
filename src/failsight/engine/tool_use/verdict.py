"""From the fitted judgement to a finding of one detector."""

from __future__ import annotations

from failsight.engine.detector import Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.assessment import FAIL_AT, PASS_SILENCE_UP_TO, PASS_UP_TO, Assessment, assessment
from failsight.engine.tool_use.given import given
from failsight.model.tag import Decision

FOREIGN = "the request is not in English and its values may be translated; only a judge can tell"
MULTI_STEP = "the run has several steps; only a judge can tell whether each call was the right one"


def judged(
    subject: Subject, subcategory: str, said: dict[str, str], evidence: tuple[Evidence, ...]
) -> Finding | NotApplicable:
    """The finding for a subcategory; ``said`` has a rationale each for ``fail``, ``pass`` and ``unsure``."""
    found = subject.memo(assessment)
    if found is None:
        return NotApplicable(subcategory, MULTI_STEP, for_judge=True)
    probability = round(found.probability(subcategory), 4)
    decision = decide_for(found, subcategory)
    reason = said[decision]
    if decision == "fail" and not (evidence and _heard(subject, found)):
        decision, reason = "unsure", said["unsure"]
    elif not _understood(subject, found):
        decision, reason = "unsure", FOREIGN
    signals = {"any_tool_failure": round(found.any, 4), "share": round(found.shares.get(subcategory, 0.0), 4)}
    shown = evidence if decision == "fail" else ()
    return Finding(subcategory, decision, probability, reason, shown, family="model", signals=signals)


def decide_for(found: Assessment, subcategory: str) -> Decision:
    """Only the likeliest failure fails; a low probability passes, between is unsure."""
    probability = found.probability(subcategory)
    if subcategory == found.lead and probability >= FAIL_AT:
        return "fail"
    limit = PASS_UP_TO if found.features else PASS_SILENCE_UP_TO
    return "pass" if probability <= limit else "unsure"


def _heard(subject: Subject, found: Assessment) -> bool:
    """Whether a fail may rest on the model: everything given is known, and without a call nothing was answered."""
    if found.features is None:
        return not subject.item.output.strip()
    return not found.features.given.truncated


def _understood(subject: Subject, found: Assessment) -> bool:
    """Requests in another language may be translated on the way; then only values taken over as they are count."""
    if subject.memo(given).english:
        return True
    leaves = found.features.leaves if found.features else ()
    return bool(leaves) and all(w.measured.get("text_stated") or w.measured.get("number_stated") for w in leaves)
