"""Why the security flags of an item are what they are: the rationale behind each failing category, and the risk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from failsight.engine.detector import Finding
from failsight.engine.pipeline import Examination
from failsight.model.stored_run import SecurityNotes
from failsight.model.tag import Decision
from failsight.model.taxonomy import SecurityCategory, Taxonomy

_INPUT_FIELDS = ("input", "conversation", "context", "system_prompt")


class _Vote(NamedTuple):
    decision: Decision
    probability: float
    rationale: str
    side: str


def security_reasons(taxonomy: Taxonomy, examination: Examination) -> SecurityNotes:
    """The most probable failing vote of each failing category speaks for it. ``risk`` is the highest probability of all
    votes on the categories that have a flag."""
    reasons: dict[str, str] = {}
    sides: dict[str, list[str]] = {"input": [], "output": []}
    risks: list[float] = []
    for category in taxonomy.security_categories:
        flag = examination.flags.get(category.code)
        if flag is None:
            continue
        votes = list(_votes(category, examination))
        risks.extend(vote.probability for vote in votes)
        if flag == "fail":
            failing = [vote for vote in votes if vote.decision == "fail"] or votes
            reasons[category.code] = max(failing, key=lambda vote: vote.probability).rationale
            for side in sorted({vote.side for vote in failing}):
                sides[side].append(category.code)
    return SecurityNotes(
        risk=round(max(risks), 4) if risks else None,
        reasons=reasons,
        input_codes=sides["input"],
        output_codes=sides["output"],
    )


def strict_flags(taxonomy: Taxonomy, examination: Examination, thresholds: Mapping[str, float]) -> dict[str, str]:
    """The item's flags with thresholds of one's own: a category that has one fails when its most probable vote reaches
    it, and passes when none does and none is unsure. thresholds: by S-code, of categories that were asked for."""
    flags = dict(examination.flags)
    for category in taxonomy.security_categories:
        votes = list(_votes(category, examination)) if category.code in thresholds else []
        if not votes:
            continue
        if max(vote.probability for vote in votes) >= thresholds[category.code]:
            flags[category.code] = "fail"
        elif all(vote.decision != "unsure" for vote in votes):
            flags[category.code] = "pass"
        else:
            flags.pop(category.code, None)
    return {category.code: flags[category.code] for category in taxonomy.security_categories if category.code in flags}


def _votes(category: SecurityCategory, examination: Examination) -> Iterator[_Vote]:
    for sub in category.tags:
        for sourced in (*examination.findings.get(sub, ()), *examination.hidden.get(sub, ())):
            finding = sourced.finding
            yield _Vote(finding.decision, finding.probability, finding.rationale, _side(finding))
    for found in examination.categories:
        if found.code == category.code:
            side = found.side if found.side == "input" else "output"
            yield _Vote(found.decision, found.probability, found.rationale, side)


def _side(finding: Finding) -> str:
    """``input`` when all evidence stands in what the application was given, else ``output``."""
    sources = [piece.source for piece in finding.evidence]
    return "input" if sources and all(source.startswith(_INPUT_FIELDS) for source in sources) else "output"
