"""Calls of tools that do not exist, or that another tool would have served better."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.process import extractOne

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import placed_calls

SUB = "wrong_tool_selected"


class WrongToolSelected(Detector):
    """Every called tool must be on offer, and fit the request at least as well as the others.

    Fails: ``send_mail(...)`` where only ``send_email`` and ``read_email`` are on offer.
    Passes: ``get_weather(city="Rome")`` for "What is the weather in Rome?" with ``get_weather`` on offer.
    """

    name = SUB
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        if not calls:
            yield NotApplicable(SUB, "no tool was called" if calls == () else "no tool calls are recorded")
            return
        if not subject.item.tools:
            yield NotApplicable(SUB, "the tools on offer are not recorded")
            return
        offered = [tool.name for tool in subject.item.tools]
        unknown = [call for call in calls if call.name not in offered]
        if unknown:
            call = unknown[0]
            nearest = extractOne(call.name, offered, score_cutoff=70)
            hint = f" The nearest name is {nearest[0]!r}." if nearest else ""
            evidence = tuple(
                Evidence("unknown_tool", "this tool is not on offer", "tool_calls", c.shown) for c in unknown
            )
            said = f"There is no tool {call.name!r} among the {len(offered)} on offer.{hint}"
            yield Finding(SUB, "fail", 0.96, said, evidence[:8], extent=len(unknown) / len(calls))
            return
        if len(offered) == 1:
            yield Finding(SUB, "pass", 0.05, "The only tool on offer was called.")
            return
        yield Finding(SUB, "unsure", 0.3, "The called tools exist.")
