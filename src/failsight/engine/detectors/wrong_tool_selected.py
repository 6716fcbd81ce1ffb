"""Calls of tools that do not exist, or that another tool would have served better."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.process import extractOne

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls
from failsight.engine.tool_use.relevance import Fit, tool_fits
from failsight.engine.tool_use.verdict import judged

SUB = "wrong_tool_selected"


class WrongToolSelected(Detector):
    """Every called tool must be on offer, and fit the request at least as well as the others.

    Fails: ``send_mail(...)`` where only ``send_email`` and ``read_email`` are on offer.
    Passes: ``get_weather(city="Rome")`` for "What is the weather in Rome?" with ``get_weather`` on offer.
    """

    name = SUB
    version = 2
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
        yield _fitting(subject, calls)


def _fitting(subject: Subject, calls: tuple[PlacedCall, ...]) -> Finding | NotApplicable:
    fits, names = subject.memo(tool_fits), dict.fromkeys(call.name for call in calls)
    worst = min((fits[name] for name in names if name in fits), key=_fit_key, default=None)
    better = max((fit for name, fit in fits.items() if name not in names), key=_fit_key, default=None)
    if worst is None or better is None:
        return Finding(SUB, "pass", 0.1, "Every tool on offer was called.")
    shown = next(call.shown for call in calls if call.name == worst.tool)
    compared = f"{better.tool} fits the request by {_percent(better)}, {worst.tool} by {_percent(worst)}"
    said = {
        "fail": f"The request seems to need another tool than {worst.tool}: {compared}.",
        "pass": f"The called tools fit the request ({worst.tool}: {_percent(worst)}).",
        "unsure": f"Another tool may fit better ({compared}); only a judge can tell.",
    }
    return judged(subject, SUB, said, (Evidence("better_tool", compared, "tool_calls", shown),))


def _fit_key(fit: Fit) -> tuple[float, float]:
    return fit.cosine, fit.words


def _percent(fit: Fit) -> str:
    return f"{max(fit.cosine, fit.words):.0%}"
