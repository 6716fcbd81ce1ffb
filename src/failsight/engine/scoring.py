"""How bad a failure is, and how sure we are: the one place where severity and confidence are computed.

Severity (0 to 5), of a ``fail`` only::

    base      = (impact + risk) / 2          impact 1-5 from the taxonomy; risk low 1, medium 2, high 3, critical 4
    extent    = 0.6 + 0.4 * share of the item that is affected
    frequency = 1 + 0.5 * (k / N) * (1 - 1/k)      k of N items fail this subcategory
    severity  = min(5, base * extent * frequency)
    a security override lifts it to at least 4.5

Confidence (0 to 1) in the decision::

    each family that spoke (rule or model; judge; security) says how sure it is of the decision: p for a fail,
    1 - p for a pass, the larger of both when unsure; families are weighted 0.3 : 0.6 : 0.3, the weights of
    those that spoke summing to one;
    + 0.05 when two independent signals agree, + 0.05 when an evaluation metric agrees;
    - 0.10 when one signal contradicts the decision.

With a judge, one decision comes of two (``merge``): a rule's or a security check's fail stays a fail whatever the
judge says; an unsure local answer is settled by the judge; an unsure judge leaves the local answer as it is; where they
differ, the mean of both probabilities, weighted as above, decides: fail from 0.6, pass up to 0.4, else unsure.

Both are monotone: more impact, risk, extent or recurrence never lowers severity; a higher probability never lowers the
confidence of a fail. Numbers are rounded to 4 digits. ``docs/scoring.md`` has a worked example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from failsight.engine.detector import Family, Finding
from failsight.engine.value import value_class
from failsight.model.tag import Decision, FAScoringBreakdown
from failsight.model.taxonomy import FASubcategory

RISK = {"low": 1, "medium": 2, "high": 3, "critical": 4}
OVERRIDE_SEVERITY = 4.5
AGREEMENT = 0.05
DISAGREEMENT = 0.10
BAND = 0.1
_WEIGHTS: dict[str, float] = {"deterministic": 0.3, "judge": 0.6, "security": 0.3}
_ORDER: dict[Decision, int] = {"fail": 2, "unsure": 1, "pass": 0}
_OPPOSITE: dict[Decision, Decision] = {"fail": "pass", "pass": "fail"}
_FINAL: tuple[Family, ...] = ("rule", "security")
_VOICE: dict[Family, str] = {
    "rule": "deterministic",
    "model": "deterministic",
    "judge": "judge",
    "security": "security",
}
_TERMS = {voice: f"{voice}_weight" for voice in _WEIGHTS}
_ALONE = {family: {name: float(own == voice) for voice, name in _TERMS.items()} for family, own in _VOICE.items()}


@value_class
class Recurrence:
    """``failing`` of ``items`` items of the run fail the subcategory."""

    failing: int = 1
    items: int = 1

    @property
    def weight(self) -> float:
        if self.failing <= 1 or self.items <= 1:
            return 1.0
        return 1.0 + 0.5 * (self.failing / self.items) * (1.0 - 1.0 / self.failing)


def severity(impact: int, risk: int, extent: float, frequency_weight: float, override: bool) -> float:
    """Severity of a failure, 0 to 5."""
    scaled = (impact + risk) / 2 * (0.6 + 0.4 * extent) * frequency_weight
    return round(min(5.0, max(scaled, OVERRIDE_SEVERITY) if override else scaled), 4)


def confidence(
    decision: Decision, findings: Sequence[Finding], metric_agrees: bool = False
) -> tuple[float, dict[str, float]]:
    """Confidence in the decision and the terms it is made of, named as in FAScoringBreakdown."""
    bonus = AGREEMENT if metric_agrees else 0.0
    if len(findings) == 1:
        value = _certainty(decision, findings[0].probability) + bonus
        alone = {**_ALONE[findings[0].family], "metric_agreement_bonus": bonus, "disagreement_penalty": 0.0}
        return round(min(1.0, max(0.0, value)), 4), alone
    shares, value = _weigh(decision, findings)
    spoken = [finding.decision for finding in findings]
    bonus += AGREEMENT * (spoken.count(decision) > 1)
    opposed = "fail" in spoken and "pass" in spoken if decision == "unsure" else _OPPOSITE[decision] in spoken
    penalty = DISAGREEMENT * opposed
    terms = {name: shares.get(voice, 0.0) for voice, name in _TERMS.items()}
    terms |= {"metric_agreement_bonus": bonus, "disagreement_penalty": penalty}
    return round(min(1.0, max(0.0, value + bonus - penalty)), 4), terms


def merge(findings: Sequence[Finding]) -> tuple[Decision, Finding]:
    """One decision for a subcategory from all its findings, and the finding that carries it.

    Without a judge any ``fail`` makes it fail, else any ``unsure`` makes it unsure; the most suspicious finding leads.
    With one, see the top of this module: the lead has the combined probability.
    """
    lead = findings[0]
    if len(findings) > 1:
        judged = [finding for finding in findings if finding.family == "judge"]
        local = [finding for finding in findings if finding.family != "judge"]
        lead = _settle(local, max(judged, key=_suspicion)) if judged and local else max(findings, key=_suspicion)
    return lead.decision, lead


def _settle(local: Sequence[Finding], judged: Finding) -> Finding:
    """The lead of local findings and a judge's."""
    own = max(local, key=_suspicion)
    if any(finding.decision == "fail" and finding.family in _FINAL for finding in local):
        return own
    mean = _mean(own.probability, judged.probability)
    if judged.decision in ("unsure", own.decision):
        return replace(own if judged.decision == "unsure" else judged, probability=_on_side(own.decision, mean))
    if own.decision == "unsure":
        return replace(judged, probability=_on_side(judged.decision, mean))
    decision: Decision = "fail" if mean >= 0.5 + BAND else "pass" if mean <= 0.5 - BAND else "unsure"
    if decision == own.decision:
        return replace(own, probability=mean)
    both = f"{judged.rationale} The local check says {own.decision}: {own.rationale}"
    return replace(judged, decision=decision, probability=mean, rationale=both)


def _mean(local: float, judged: float) -> float:
    """Weighted as the families are in the confidence."""
    weights = _WEIGHTS["deterministic"], _WEIGHTS["judge"]
    return round((weights[0] * local + weights[1] * judged) / sum(weights), 4)


def _on_side(decision: Decision, probability: float) -> float:
    """The nearest probability that a finding of this decision may have."""
    if decision == "fail":
        return max(0.5, probability)
    return min(0.5, probability) if decision == "pass" else probability


def _suspicion(finding: Finding) -> tuple[int, float]:
    return _ORDER[finding.decision], finding.probability


def breakdown(
    subcategory: FASubcategory,
    findings: Sequence[Finding],
    recurrence: Recurrence,
    override: str | None,
    metric_values: Mapping[str, float],
) -> FAScoringBreakdown:
    """The full receipt of one tag; its ``final_*`` fields are the tag's severity and confidence."""
    decision, lead = merge(findings)
    failed = decision == "fail"
    agrees = failed and any(value < 0.5 for value in metric_values.values())
    sure, terms = confidence(decision, findings, agrees)
    weight = round(recurrence.weight, 4) if failed else 1.0
    spoken = findings[0].signals if len(findings) == 1 else _signals(findings)
    impact, risk = subcategory.impact_score, RISK[subcategory.risk_category]
    return FAScoringBreakdown.trusted(
        {
            "impact": impact,
            "risk": risk,
            "final_severity": severity(impact, risk, lead.extent, weight, override is not None) if failed else 0.0,
            "final_confidence": sure,
            "frequency_weight": weight,
            "security_override": override if failed else None,
            "deterministic_weight": terms["deterministic_weight"],
            "judge_weight": terms["judge_weight"],
            "security_weight": terms["security_weight"],
            "metric_agreement_bonus": terms["metric_agreement_bonus"],
            "disagreement_penalty": terms["disagreement_penalty"],
            "extent": round(lead.extent, 4),
            "failure_probability": round(lead.probability, 4),
            "signals": {name: round(float(value), 4) for name, value in spoken.items()} if spoken else {},
        }
    )


def _signals(findings: Sequence[Finding]) -> dict[str, float]:
    """The numbers of all findings, the last one's where two share a name; where a judge and a local check spoke, the
    probability of each."""
    signals = {name: value for finding in findings for name, value in finding.signals.items()}
    for name, judged in (("local_probability", False), ("judge_probability", True)):
        voices = [finding for finding in findings if (finding.family == "judge") is judged]
        if 0 < len(voices) < len(findings):
            signals[name] = max(voices, key=_suspicion).probability
    return signals


def _weigh(decision: Decision, findings: Sequence[Finding]) -> tuple[dict[str, float], float]:
    """The share of each family that spoke, and the weighted certainty; a family is as sure as its surest finding."""
    spoken: dict[str, float] = {}
    for finding in findings:
        voice = _VOICE[finding.family]
        spoken[voice] = max(spoken.get(voice, 0.0), _certainty(decision, finding.probability))
    total = sum(_WEIGHTS[voice] for voice in spoken)
    value = sum(_WEIGHTS[voice] / total * sure for voice, sure in spoken.items())
    return {voice: round(_WEIGHTS[voice] / total, 4) for voice in spoken}, value


def rescore(receipt: FAScoringBreakdown, recurrence: Recurrence) -> FAScoringBreakdown:
    """The same receipt under another recurrence; what did not fail keeps its zero severity."""
    if receipt.final_severity == 0.0:
        return receipt
    weight = round(recurrence.weight, 4)
    level = severity(receipt.impact, receipt.risk, receipt.extent, weight, receipt.security_override is not None)
    return receipt.model_copy(update={"frequency_weight": weight, "final_severity": level})


def _certainty(decision: Decision, probability: float) -> float:
    if decision == "fail":
        return probability
    return 1.0 - probability if decision == "pass" else max(probability, 1.0 - probability)
