"""An agent that does or says the same again without learning anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls
from failsight.engine.tool_use.outcome import outcome
from failsight.engine.value import value_class

SUB = "step_repetition"
_READS = re.compile(
    r"(?:^|[._\-:/])(?:get|find|list|search|read|fetch|look|lookup|check|view|query|show|describe|count|calc\w*|think|retrieve)",
    re.IGNORECASE,
)
_POLLS = re.compile(r"status|poll|wait|progress|sleep|refresh|scroll|page_?down|next|heartbeat|click", re.IGNORECASE)
MIN_MESSAGE = 40


@value_class
class Loop:
    """The same step ``times`` times; ``place`` is the message or call of its last repeat."""

    what: str
    times: int
    probability: float
    source: str
    place: int


class StepRepetition(Detector):
    """The agent repeats an identical call or message, and nothing new came in between.

    Retries after an error (up to two), polling, other arguments (pages) and reading again after a change are fine.

    Fails: ``search(q="visa")`` three times, each with the same result.
    Passes: ``search(q="visa", page=1)``, then ``search(q="visa", page=2)``.
    """

    name = SUB
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject) or ()
        messages = _assistant_messages(subject)
        steps = len(calls) + len(messages)
        if steps < 2:
            yield NotApplicable(SUB, "fewer than two steps are recorded")
            return
        loops = [*_repeated_calls(calls), *_repeated_messages(messages)]
        worst = max(loops, key=lambda loop: loop.probability, default=None)
        if worst is None or worst.probability < 0.5:
            yield Finding(SUB, "pass", worst.probability if worst else 0.04, "No step repeats without new information.")
            return
        evidence = tuple(
            Evidence(
                "step",
                f"done {loop.times} times, last at step {loop.place}",
                loop.source,
                loop.what,
                details={"step": loop.place},
            )
            for loop in loops
            if loop.probability >= 0.5
        )[:5]
        said = f"The same step was done {worst.times} times without new information in between: {worst.what[:120]}"
        extent = min(1.0, sum(loop.times - 1 for loop in loops) / steps)
        yield Finding(SUB, "fail", worst.probability, said, evidence, extent=extent, signals={"repeats": worst.times})


def _repeated_calls(calls: Sequence[PlacedCall]) -> list[Loop]:
    places: dict[str, list[int]] = {}
    for place, call in enumerate(calls):
        places.setdefault(call.key, []).append(place)
    loops = []
    for found in places.values():
        run = _idle_repeats(calls, found)
        if len(run) < 2:
            continue
        call, adjacent = calls[run[-1]], run[1] == run[0] + 1
        failing = outcome(calls[run[0]]).kind == "failed"
        if _POLLS.search(call.name):
            probability = 0.6 if len(run) > 8 else 0.15
        elif len(run) == 2:
            probability = 0.2 if failing or not adjacent or call.step is not None else 0.6
        else:
            probability = (0.35 if len(run) == 3 else 0.8) if failing else (0.85 if len(run) > 3 else 0.7)
        place = call.step if call.step is not None else run[-1]
        loops.append(Loop(call.shown, len(run), probability, "tool_calls", place))
    return loops


def _idle_repeats(calls: Sequence[PlacedCall], found: Sequence[int]) -> list[int]:
    """The longest run of equal calls with equal results and no call between them that may have changed something."""
    best: list[int] = []
    run = [found[0]]
    for place in found[1:]:
        between = calls[run[-1] + 1 : place]
        same = calls[place].result == calls[run[-1]].result and calls[place].error == calls[run[-1]].error
        if same and all(_READS.search(call.name) for call in between):
            run.append(place)
        else:
            best, run = max(best, run, key=len), [place]
    return max(best, run, key=len)


def _assistant_messages(subject: Subject) -> list[tuple[int, str, str]]:
    """Index, speaker and folded text of what agents said."""
    return [
        (place, message.name or "", " ".join(message.content.lower().split()))
        for place, message in enumerate(subject.item.conversation or ())
        if message.role == "assistant" and message.content.strip()
    ]


def _repeated_messages(messages: Sequence[tuple[int, str, str]]) -> list[Loop]:
    groups: dict[tuple[str, str], list[int]] = {}
    for place, speaker, text in messages:
        if len(text) >= MIN_MESSAGE:
            groups.setdefault((speaker, text), []).append(place)
    return [
        Loop(text[:200], len(places), 0.55 + 0.1 * min(3, len(places) - 2), "conversation", places[-1])
        for (_, text), places in groups.items()
        if len(places) >= 3 or (len(places) == 2 and places[1] - places[0] <= 2)
    ]
