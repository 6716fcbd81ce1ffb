"""Calls that the request needs and that were not made."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import placed_calls
from failsight.engine.tool_use.request import announced_call, written_call

SUB = "missing_tool_call"


class MissingToolCall(Detector):
    """An announced call that never comes, a call written as text, a request that fits a tool, parts left uncalled.

    Fails: "I'll check your order status." with ``get_order`` on offer and no call.
    Passes: ``get_order(id="A17")`` for "Where is order A17?".
    """

    name = SUB
    subcategories = (SUB,)
    needs = ("tools",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        if calls is None:
            yield NotApplicable(SUB, "no tool calls are recorded, not even that there were none")
            return
        output = subject.item.output
        written = None if calls else written_call(subject)
        if written:
            tool, place = written
            shown = Evidence(
                "text",
                "a call written as text",
                "output",
                output[place : place + 80],
                place,
                min(len(output), place + 80),
            )
            yield Finding(
                SUB, "fail", 0.93, f"The answer writes a call of {tool} as text; no tool was called.", (shown,)
            )
            return
        promised = None if calls else announced_call(subject)
        if promised:
            shown = Evidence(
                "text", "an announced action", "output", promised.group(), promised.start(), promised.end()
            )
            yield Finding(SUB, "fail", 0.8, "The answer announces an action, but no tool was called.", (shown,))
            return
        if calls:
            yield Finding(SUB, "pass", 0.3, "A tool was called.")
            return
        yield Finding(SUB, "unsure", 0.4, "Whether a call was needed only a judge can tell.")
