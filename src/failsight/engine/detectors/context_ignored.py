"""Answers that make nothing of relevant passages."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Finding, NotApplicable
from failsight.engine.grounding import ground
from failsight.engine.grounding.evidence import claim_evidence
from failsight.engine.grounding.support import index_support
from failsight.engine.grounding.tokens import is_telling, tokenize
from failsight.engine.subject import Subject
from failsight.model.tag import Decision

_ID = "context_ignored"
_LEAST_WORDS = 6


class ContextIgnored(Detector):
    """The passages speak of what was asked, and the answer shares almost nothing with them.

    Fails: input "When does the Harbour Museum open on Sundays?", context "The Harbour Museum opens at ten on Sundays.",
    output "Most galleries welcome visitors from early morning, though hours vary between cities and seasons."
    Passes: the same, output "It opens at ten."
    """

    name = "context_ignored"
    version = 4
    subcategories = (_ID,)
    needs = ("input", "output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        grounding = subject.memo(ground)
        if not grounding.claims:
            yield NotApplicable(_ID, "the output asserts nothing, so it cannot make use of the context")
            return
        if grounding.answer in ("stated", "near"):
            yield Finding(
                _ID, "pass", 0.05, "The number that the answer gives is that of the context, or follows from it."
            )
            return
        support = subject.memo(index_support)
        asked = {s for s in tokenize(subject.last_user_text).stems if is_telling(s)}
        relevance = len(asked & support.words) / len(asked) if asked else 0.0
        said = {word for claim in grounding.claims for word in claim.content} - asked
        used = len(said & support.words)
        share = used / len(said) if said else 1.0
        signals = {"question_words_in_context": round(relevance, 4), "answer_words_in_context": round(share, 4)}
        if share >= 0.25 or used >= 4:
            reason = f"{used} of the {len(said)} words the answer adds to the question stand in the context."
            yield Finding(_ID, "pass", max(0.02, 0.3 - share / 2), reason, signals=signals)
            return
        if relevance < 0.5 or len(asked) < 2:
            yield NotApplicable(_ID, "the passages have too little in common with the question to be ignored")
            return
        reason = (
            f"{relevance:.0%} of the question's words stand in the context, but only {used} of the {len(said)} words "
            "the answer adds do."
        )
        evidence = tuple(claim_evidence(grounding.worst(1)[0], "hardly a word of it stands in the passages"))
        certain = share <= 0.12 and len(said) >= _LEAST_WORDS and grounding.comparable and not grounding.structured
        decision: Decision = "fail" if certain else "unsure"
        yield Finding(_ID, decision, 0.75 if certain else 0.45, reason, evidence, signals=signals)
