"""From a judge's answers to findings and scores with their receipts.

A probability is drawn towards one half by ``NOT_FOUND`` when the quote of a fail is not in the item and by ``CUT`` when
a text that the rubric needs was shown in part. A pass on an item that speaks to its judge is unsure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from failsight.engine.detector import Evidence, Finding
from failsight.engine.judging.prompt import PROMPT_VERSION
from failsight.engine.judging.quotes import locate
from failsight.engine.judging.reply import Rating, Verdict
from failsight.engine.judging.shown import ON_DEMAND, Shown
from failsight.engine.metric import Score
from failsight.engine.rubric import Rubric
from failsight.model.judge import JudgeReply
from failsight.model.tag import Decision

NOT_FOUND = 0.7
CUT = 0.6
KEPT_REPLY = 4_000
HIGHEST_SCORE = 5


@dataclass(frozen=True, slots=True)
class Told:
    """An answer with the reply that it stands in, and what the judge saw of the item."""

    rubric: Rubric
    answer: Verdict | Rating
    reply: JudgeReply
    shown: Shown

    @property
    def cut(self) -> str | None:
        """In words, what of the rubric's own fields was not shown."""
        return self.shown.cut_of({*self.rubric.needs, *self.rubric.uses})


def to_finding(told: Sequence[Told], manipulation: str | None) -> Finding:
    """The finding of one rubric from its answers, the first of which is the verdict and the rest repetitions.

    manipulation: where the item speaks to its judge, in words.
    """
    first = told[0]
    texts = _own_texts(first)
    answers = [one.answer for one in told if isinstance(one.answer, Verdict)]
    answer = answers[0]
    signals: dict[str, float] = {}
    decision, probability = _decide(answers, signals)
    notes: list[str] = []
    place = locate(answer.quote, answer.quote_field, texts) if answer.quote else None
    if decision == "fail" and answer.quote and place is None:
        probability, signals["judge_quote_missing"] = _drawn(probability, NOT_FOUND), 1.0
        notes.append("The judge's quote is not in the item.")
    cut = first.cut
    if cut is not None:
        probability, signals["judge_saw_part"] = _drawn(probability, CUT), 1.0
        notes.append(f"Judged on shortened texts ({cut} were not shown).")
    if manipulation is not None and decision == "pass":
        decision, probability, signals["judge_spoken_to"] = "unsure", 0.5, 1.0
        notes.append(f"The item speaks to its judge ({manipulation}), so that its pass does not count.")
    piece = Evidence(
        kind="judge_verdict",
        description=answer.reasoning or f"the judge says {answer.said}",
        source=place.source if place else (first.rubric.needs or ("output",))[-1],
        snippet=texts[place.source][place.start : place.end] if place else answer.quote or None,
        start=place.start if place else None,
        end=place.end if place else None,
        confidence=round(max(probability, 1 - probability), 4),
        details=_receipt(first.rubric, first.reply, answer.raw)
        | ({"quote_found": place is not None} if answer.quote else {})
        | ({"not_shown": cut} if cut is not None else {})
        | ({"probabilities": [one.probability for one in answers]} if len(answers) > 1 else {}),
    )
    if len(answers) > 1:
        said = [one.probability for one in answers]
        notes.append(f"Asked {len(said)} times, with probabilities of failure from {min(said):g} to {max(said):g}.")
    rationale = " ".join([answer.reasoning or f"The judge says {answer.said}.", *notes])
    return Finding(
        first.rubric.serves, decision, round(probability, 4), rationale, (piece,), family="judge", signals=signals
    )


def unreadable(rubric: Rubric, reply: JudgeReply, problem: str) -> Finding:
    """What an answer that cannot be read leaves: unsure, with the raw reply."""
    said = f"The judge's reply cannot be read ({problem})."
    details = _receipt(rubric, reply, None) | {"reply": (reply.text or "")[:KEPT_REPLY]}
    piece = Evidence("judge_verdict", said, (rubric.needs or ("output",))[-1], confidence=0.5, details=details)
    return Finding(rubric.serves, "unsure", 0.5, said, (piece,), family="judge", signals={"judge_unreadable": 1.0})


def to_score(told: Told, local: Score | None) -> Score | None:
    """A metric's score, 1 to 5 brought to 0 to 1; None where the judge gives none. local: what it replaces."""
    if not isinstance(told.answer, Rating) or told.answer.score is None:
        return None
    value = (told.answer.score - 1) / (HIGHEST_SCORE - 1)
    notes = f" The local approximation says {local.value:.2f}." if local is not None else ""
    notes += f" Judged on shortened texts ({told.cut} were not shown)." if told.cut else ""
    by = f"Judge {told.reply.model}, {told.rubric.receipt}, request {told.reply.request_hash[:12]}"
    receipt = _receipt(told.rubric, told.reply, told.answer.raw)
    receipt |= {"local": round(local.value, 4)} if local is not None else {}
    receipt |= {"not_shown": told.cut} if told.cut else {}
    said = f"{by}: {told.answer.score} of {HIGHEST_SCORE}. {told.answer.explanation}{notes}"
    return Score(value, said, receipt | {"explanation": said})


def _own_texts(told: Told) -> dict[str, str]:
    """The texts that may be quoted: not those that were shown for another rubric of the same request."""
    own = {*told.rubric.needs, *told.rubric.uses}
    others = {name for name in ON_DEMAND if name not in own}
    return {place: text for place, text in told.shown.texts.items() if re.split(r"[\[.]", place)[0] not in others}


def _decide(answers: Sequence[Verdict], signals: dict[str, float]) -> tuple[Decision, float]:
    """The verdict; of several the one that more than half of them give, if the mean probability agrees, else unsure."""
    probabilities = [answer.probability for answer in answers]
    mean = sum(probabilities) / len(probabilities)
    said = [answer.said for answer in answers]
    if len(answers) > 1:
        signals["judge_samples"] = float(len(answers))
        signals["judge_spread"] = round(max(probabilities) - min(probabilities), 4)
    if said.count("fail") * 2 > len(said) and mean >= 0.5:
        return "fail", mean
    if said.count("pass") * 2 > len(said) and mean <= 0.5:
        return "pass", mean
    return "unsure", mean


def _drawn(probability: float, by: float) -> float:
    return 0.5 + (probability - 0.5) * by


def _receipt(rubric: Rubric, reply: JudgeReply, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    receipt: dict[str, Any] = {
        "model": reply.model,
        "rubric": rubric.receipt,
        "rubric_hash": rubric.digest,
        "prompt_version": PROMPT_VERSION,
        "request_hash": reply.request_hash,
    }
    if raw is not None:
        receipt["reply"] = json.dumps(raw, ensure_ascii=False)[:KEPT_REPLY]
    return receipt
