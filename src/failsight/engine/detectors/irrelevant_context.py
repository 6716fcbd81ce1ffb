"""Retrieved passages that have nothing to do with the question."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable, decide
from failsight.engine.instructions.demand import asks_only_a_summary
from failsight.engine.relevance import Passage, Relevance, relate
from failsight.engine.subject import Subject

BAND = 0.1
SHOWN = 5
SNIPPET = 200
MATERIAL = "the passages are the text to be summarised, not sources for a question"


class IrrelevantContext(Detector):
    """No retrieved passage is about what the user asked; one relevant passage among others is enough to pass.

    Relevance is the similarity of MiniLM sentence vectors joined with BM25, or BM25 alone when the encoder is off, as a
    calibrated probability for each passage. Remarks, follow-up questions without their beginning, answers built on the
    passage all the same, other languages than English and data instead of prose never fail here.

    Fails: "How do I reset my password?" with one passage about the opening hours of a museum.
    Passes: "How do I reset my password?" with a passage about changing login credentials and one about museums.
    """

    name = "irrelevant_context"
    version = 3
    subcategories = ("irrelevant_context",)
    needs = ("input", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        if subject.memo(asks_only_a_summary):
            yield NotApplicable(self.name, MATERIAL)
            return
        relevance = subject.memo(relate)
        if relevance.unusable is not None:
            yield NotApplicable(self.name, relevance.unusable, for_judge=True)
            return
        probability = relevance.none_relevant
        decision = decide(probability, unsure_band=BAND)
        if decision == "fail" and relevance.doubt is not None:
            decision = "unsure"
        yield Finding(
            self.name,
            decision,
            probability,
            _rationale(relevance, decision),
            _evidence(subject, relevance),
            extent=_irrelevant_share(relevance),
            family="rule" if subject.encoder is None else "model",
            signals=_signals(relevance),
        )


def _irrelevant_share(relevance: Relevance) -> float:
    return sum(not passage.relevant for passage in relevance.passages) / len(relevance.passages)


def _signals(relevance: Relevance) -> dict[str, float]:
    closest = min(relevance.passages, key=lambda passage: passage.irrelevant)
    signals = {"irrelevant_share": _irrelevant_share(relevance), "bm25": closest.bm25, "coverage": closest.coverage}
    return signals if closest.similarity is None else {**signals, "similarity": closest.similarity}


def _rationale(relevance: Relevance, decision: str) -> str:
    total = len(relevance.passages)
    irrelevant = sum(not passage.relevant for passage in relevance.passages)
    closest = min(relevance.passages, key=lambda passage: passage.irrelevant)
    measure = f"{closest.coverage:.0%} of the question's words"
    if closest.similarity is not None:
        measure = f"similarity {closest.similarity:.2f}, {measure}"
    if decision == "fail":
        if total == 1:
            return f"The retrieved passage is not about the question ({measure})."
        nearest = f"the closest is passage {closest.index + 1} ({measure})"
        return f"None of the {total} passages is about the question; {nearest}."
    if decision == "unsure":
        doubt = f"; {relevance.doubt}" if relevance.doubt else ""
        return f"It is not clear whether a passage is about the question: the closest has {measure}{doubt}."
    others = f"; {irrelevant} of {total} passages are not" if irrelevant else ""
    return f"Passage {closest.index + 1} is about the question ({measure}){others}."


def _evidence(subject: Subject, relevance: Relevance) -> tuple[Evidence, ...]:
    """The passages that look irrelevant, worst first, at most five."""
    worst = sorted((p for p in relevance.passages if not p.relevant), key=lambda passage: -passage.irrelevant)
    return tuple(_describe(subject, passage) for passage in worst[:SHOWN])


def _describe(subject: Subject, passage: Passage) -> Evidence:
    text = (subject.item.context or ())[passage.index]
    start, end = (passage.best.start, passage.best.end) if passage.best else (0, len(text))
    end = min(end, start + SNIPPET)
    similarity = "" if passage.similarity is None else f"similarity {passage.similarity:.2f}, "
    if not text.strip():
        description = f"passage {passage.index + 1} is empty"
    else:
        shared = f"{similarity}{passage.coverage:.0%} of the question's words"
        description = f"passage {passage.index + 1} is not about the question ({shared})"
    details = {"passage": passage.index, "irrelevant": round(passage.irrelevant, 4)}
    return Evidence(
        "passage", description, f"context[{passage.index}]", text[start:end], start, end, passage.irrelevant, details
    )
