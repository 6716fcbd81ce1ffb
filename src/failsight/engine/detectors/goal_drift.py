"""Agents that end up working on something else than what they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.language.english import looks_english
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import canonical
from failsight.engine.tool_use.terms import content_stems

SUB = "goal_drift"
MIN_GOAL, MIN_STEPS, MIN_TAIL = 4, 4, 12


class GoalDrift(Detector):
    """Holds the last third of the agent's steps, and the answer, against the words of the goal.

    Only extremes are decided: steps and answer that have lost every word of a goal the early steps still had (fail),
    or an answer that is about the goal (pass). Everything between is a judge's question and stays unsure.

    Fails: asked for train times to Rome, the agent searches trains, then only reads about football.
    Passes: asked for train times to Rome, the agent searches trains and answers with trains to Rome.
    """

    name = SUB
    version = 2
    subcategories = (SUB,)
    needs = ("conversation",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        goal = subject.last_user_text if subject.item.input.strip() else _first_request(subject)
        wanted = set(content_stems(goal[:4000]))
        steps = _steps(subject)
        if len(wanted) < MIN_GOAL or len(steps) < MIN_STEPS or not looks_english(goal):
            reason = "the goal or the trace is too short to see a drift, or not in English"
            yield NotApplicable(SUB, reason, for_judge=True)
            return
        third = len(steps) // 3
        early = _share(wanted, steps[: len(steps) - third])
        tail_words = [stem for step in steps[-third:] for stem in content_stems(step[:4000])]
        late = _share(wanted, steps[-third:])
        answer = _share(wanted, [subject.item.output])
        signals = {"early": early, "late": late, "answer": answer, **_similarity(subject, goal)}
        if early >= 0.4 and late == 0.0 and answer == 0.0 and len(set(tail_words)) >= MIN_TAIL:
            shown = Evidence("step", "the last steps share no word with the goal", "conversation", steps[-1][:200])
            said = f"Early steps use {early:.0%} of the goal's words, the last {third} steps and the answer none."
            yield Finding(SUB, "fail", 0.6, said, (shown,), signals=signals)
        elif answer >= 0.5 and late >= 0.3:
            said = f"The answer and the last steps are about the goal ({answer:.0%} and {late:.0%} of its words)."
            yield Finding(SUB, "pass", 0.2, said, signals=signals)
        else:
            said = f"The last steps use {late:.0%} of the goal's words, the answer {answer:.0%}; only a judge can tell."
            yield Finding(SUB, "unsure", 0.3 + 0.15 * (late < 0.15) + 0.05 * (answer < 0.1), said, signals=signals)


def _first_request(subject: Subject) -> str:
    messages = subject.item.conversation or ()
    return next((m.content for m in messages if m.role == "user" and m.content.strip()), "")


def _steps(subject: Subject) -> list[str]:
    """What the agent said and called, in order."""
    found = []
    for message in subject.item.conversation or ():
        if message.role == "assistant":
            calls = " ".join(f"{call.name} {canonical(call.arguments)}" for call in message.tool_calls)
            found.append(f"{message.content} {calls}".strip())
    return [step for step in found if step]


def _share(wanted: set[str], texts: Sequence[str]) -> float:
    found: set[str] = set()
    for text in texts:
        found.update(wanted.intersection(content_stems(text[:4000])))
    return len(found) / len(wanted)


def _similarity(subject: Subject, goal: str) -> dict[str, float]:
    """Cosine of the goal and the answer, when there is an encoder."""
    if subject.encoder is None or not subject.item.output.strip():
        return {}
    left, right = subject.encoder.encode([goal[:1500], subject.item.output[:1500]])
    return {"similarity": float(np.dot(left, right))}
