"""Retrieved passages that do not contain what the question asks for."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable, decide
from failsight.engine.grounding import Grounding, ground
from failsight.engine.instructions.demand import asks_only_a_summary, is_only_a_remark
from failsight.engine.refusal.measure import measure_refusal
from failsight.engine.relevance import Relevance, relate
from failsight.engine.relevance.answer_type import AnswerType, asked_for, holds
from failsight.engine.subject import Subject

BAND = 0.1
UNKNOWN = 0.15
NO_SUCH_ANSWER = 0.65
ADMITTED = 0.45
ADMITTED_AND_UNLIKE = 0.3
FEWEST_WORDS = 15
RESTS_ON = 0.5
RESTING = 0.6
SHORT = 400
MATERIAL = "the passages are the text to be summarised, not sources for a question"
REMARK = "the input is a remark that asks for no fact"
ONLY_JUDGE = "whether passages on the topic hold the very answer, only a judge can tell"
WANTED: dict[AnswerType, str] = {"number": "a number", "time": "a date or time", "person": "a person or group"}


class InsufficientContext(Detector):
    """The passages are not about the question, hold nothing of the kind it asks for, or the answer says they lack it.

    Whether a passage on the topic contains the very answer cannot be told from words: then the answer's own support
    decides. If it rests on the passages, they were enough; if not, only a judge can tell and nothing is claimed.

    Fails: "How many rooms does the Hotel Astra have?" with passages that hold no number at all.
    Passes: "How many rooms does it have?", context "The hotel has 40 rooms.", output "The hotel has 40 rooms."
    """

    name = "insufficient_context"
    version = 4
    subcategories = ("insufficient_context",)
    needs = ("input", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        if subject.memo(asks_only_a_summary) or subject.memo(is_only_a_remark):
            yield NotApplicable(self.name, MATERIAL if subject.memo(asks_only_a_summary) else REMARK)
            return
        relevance = subject.memo(relate)
        if relevance.unusable is not None:
            yield NotApplicable(self.name, relevance.unusable, for_judge=True)
            return
        grounding = subject.memo(ground)
        admitted = _admits(subject, grounding)
        lacking = _lacking_type(subject, relevance)
        support = None if admitted else _support(grounding)
        chance, reason = _without_relevance(lacking, admitted, support, relevance)
        unlike = relevance.none_relevant * (1 if support is None else RESTING)
        probability = 1 - (1 - unlike) * (1 - chance)
        if relevance.none_relevant >= 0.5 > chance:
            reason = "No passage is about the question, so its answer cannot be there."
        decision = decide(probability, unsure_band=BAND)
        if decision == "pass" and support is None and subject.item.output.strip():
            yield NotApplicable(self.name, ONLY_JUDGE, for_judge=True)
            return
        if decision == "pass" and support is None:
            decision = "unsure"
        if decision == "unsure" and relevance.none_relevant >= 0.5 > chance:
            reason = "It is not clear whether a passage is about the question, and so whether its answer is there."
        if decision == "fail" and relevance.doubt is not None:
            decision, reason = "unsure", f"{reason} But {relevance.doubt}."
        signals = {"none_relevant": relevance.none_relevant, "answer_type_missing": float(lacking is not None)}
        yield Finding(self.name, decision, probability, reason, _evidence(subject), family="model", signals=signals)


def _without_relevance(
    lacking: AnswerType | None, admitted: bool, support: float | None, relevance: Relevance
) -> tuple[float, str]:
    """The chance that relevant passages are insufficient all the same, and why."""
    if lacking is not None:
        return NO_SUCH_ANSWER, f"The question asks for {WANTED[lacking]}, and no passage has one."
    if admitted and relevance.none_relevant >= ADMITTED_AND_UNLIKE:
        return (
            NO_SUCH_ANSWER,
            "The answer says that it does not find the information, and no passage is clearly about it.",
        )
    if admitted:
        return (
            ADMITTED,
            "The answer says that it does not find the information, though a passage is about the question.",
        )
    if support is not None:
        return UNKNOWN * (1 - support), "The answer rests on the passages, so they were enough for it."
    return UNKNOWN, f"A passage is about the question, but {ONLY_JUDGE}."


def _admits(subject: Subject, grounding: Grounding) -> bool:
    """Whether the output says above all that the information is not there."""
    if len(subject.item.output) <= SHORT and subject.memo(measure_refusal).unanswerable:
        return True
    return grounding.no_answers > 0 and grounding.no_answers >= len(grounding.claims)


def _support(grounding: Grounding) -> float | None:
    """Mean share of a claim's words that one sentence of the context has; None when the output does not rest on it."""
    if not grounding.claims or not grounding.comparable:
        return None
    mean = sum(claim.covered for claim in grounding.claims) / len(grounding.claims)
    return mean if mean >= RESTS_ON else None


def _lacking_type(subject: Subject, relevance: Relevance) -> AnswerType | None:
    """The kind of answer that is asked for and that no passage has; None when there is one, or too little to say so."""
    kind = asked_for(relevance.query)
    texts = subject.item.context or ()
    if kind is None or sum(len(text.split()) for text in texts) < FEWEST_WORDS:
        return None
    return None if any(holds(kind, text) for text in texts) else kind


def _evidence(subject: Subject) -> tuple[Evidence, ...]:
    question = subject.item.input.strip()[:200]
    start = subject.item.input.find(question)
    return (
        Evidence("text", "what is asked for", "input", question, start, start + len(question)),
    )  # fmt: skip
