"""Calls that the request does not need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls
from failsight.engine.tool_use.outcome import outcome
from failsight.engine.tool_use.relevance import tool_fits
from failsight.engine.tool_use.verdict import judged

SUB = "unnecessary_tool_call"


class UnnecessaryToolCall(Detector):
    """The same call twice in one go, or a call although no tool on offer serves the request.

    Fails: ``get_weather(city="Rome")`` twice; ``get_weather(city="New York")`` for "Who wrote Faust?".
    Passes: ``get_weather(city="Rome")`` and ``get_weather(city="Oslo")`` for "Compare the weather in Rome and Oslo".
    """

    name = SUB
    version = 2
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        if calls is None:
            yield NotApplicable(SUB, "no tool calls are recorded")
            return
        if not calls:
            yield Finding(SUB, "pass", 0.0, "No tool was called.")
            return
        equal = Counter(call.key for call in calls if call.step is None and outcome(call).kind != "failed")
        twice = [key for key, times in equal.items() if times > 1]
        adjacent = [a for a, b in pairwise(calls) if a.key == b.key and a.key in twice and a.result == b.result]
        if adjacent:
            evidence = tuple(
                Evidence("duplicate_call", f"made {equal[c.key]} times", "tool_calls", c.shown) for c in adjacent[:5]
            )
            said = f"{adjacent[0].name} was called again with the same arguments and the same result."
            yield Finding(SUB, "fail", 0.75, said, evidence, extent=len(adjacent) / len(calls))
            return
        if not subject.item.tools:
            yield NotApplicable(SUB, "no call is a duplicate; the tools on offer are not recorded")
            return
        yield _fitting(subject, calls)


def _fitting(subject: Subject, calls: tuple[PlacedCall, ...]) -> Finding | NotApplicable:
    fits = subject.memo(tool_fits)
    known = [call for call in calls if call.name in fits]
    if not known:
        return NotApplicable(SUB, "the called tools are not on offer")
    worst = min(known, key=lambda call: (fits[call.name].cosine, fits[call.name].words))
    fit = f"{worst.name} fits the request by {max(fits[worst.name].cosine, fits[worst.name].words):.0%}"
    said = {
        "fail": f"No tool seems to serve this request, yet one was called: {fit}.",
        "pass": f"The calls serve the request ({fit}) and none is a duplicate.",
        "unsure": f"It is unclear whether the request needs a tool ({fit}); only a judge can tell.",
    }
    return judged(subject, SUB, said, (Evidence("unneeded_call", fit, "tool_calls", worst.shown),))
