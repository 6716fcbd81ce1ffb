"""Calls that the request needs and that were not made."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.assessment import assessment
from failsight.engine.tool_use.calls import placed_calls
from failsight.engine.tool_use.claimed import Claimed, claimed_deed
from failsight.engine.tool_use.invented import Invented, invented_answer
from failsight.engine.tool_use.relevance import tool_fits
from failsight.engine.tool_use.request import announced_call, written_call
from failsight.engine.tool_use.verdict import judged

SUB = "missing_tool_call"


class MissingToolCall(Detector):
    """An announced call that never comes, a call written as text, a request that fits a tool, parts left uncalled,
    a deed that is claimed but that no call did ("I've sent the e-mail"), or an answer that states live facts and
    somebody's records (weather, orders, balances) without having looked them up.

    Where no calls are recorded at all, a claimed deed is unsure at most.

    Fails: "I'll check your order status." with ``get_order`` on offer and no call.
    Passes: ``get_order(id="A17")`` for "Where is order A17?".
    """

    name = SUB
    version = 3
    subcategories = (SUB,)
    needs = ("tools",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        claimed = claimed_deed(subject, calls or ())
        if calls is None:
            yield _unrecorded(claimed)
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
        if claimed:
            said = f"The answer says {claimed.said!r}; {claimed.tool} does that, and was not called."
            yield Finding(SUB, "fail", 0.78, said, (_deed(claimed),))
            return
        invented = None if calls else invented_answer(subject)
        if invented:
            yield _made_up(invented)
            return
        yield _partial(subject) if calls else _silent(subject)


def _unrecorded(claimed: Claimed | None) -> Finding | NotApplicable:
    if claimed is None:
        return NotApplicable(SUB, "no tool calls are recorded, not even that there were none")
    said = (
        f"The answer says {claimed.said!r}, which {claimed.tool} does; no calls are recorded, so only a judge can tell."
    )
    return Finding(SUB, "unsure", 0.5, said, (_deed(claimed),))


def _deed(claimed: Claimed) -> Evidence:
    return Evidence("claimed_deed", "no call did this", "output", claimed.said, claimed.start, claimed.end)


def _made_up(found: Invented) -> Finding:
    said = f"The answer states {found.said!r} as if it had been looked up; {found.tool} would tell, and was not called."
    shown = Evidence("invented", "nothing in the item says this", "output", found.said, found.start, found.end)
    return Finding(SUB, "fail", 0.75, said, (shown,))


def _silent(subject: Subject) -> Finding | NotApplicable:
    """No call at all: does a tool fit the request?"""
    fits = subject.memo(tool_fits)
    best = max(fits.values(), key=lambda fit: (fit.cosine, fit.words), default=None)
    if best is None:
        return NotApplicable(SUB, "no tool is on offer")
    fit = f"{best.tool} fits the request by {max(best.cosine, best.words):.0%}"
    said = {
        "fail": f"No tool was called and nothing was answered, yet {fit}.",
        "pass": f"No tool on offer seems to be needed (the nearest: {fit}).",
        "unsure": f"No tool was called, yet {fit}; only a judge can tell whether it was needed.",
    }
    shown = Evidence("fitting_tool", fit, "tools", best.tool)
    return judged(subject, SUB, said, (shown,))


def _partial(subject: Subject) -> Finding | NotApplicable:
    """Some calls: is something in the request left that none of them uses?"""
    found = subject.memo(assessment)
    left = found.features.left if found and found.features else None
    unused = (*left.names, *left.numbers) if left else ()
    quoted = ", ".join(unused[:6])
    said = {
        "fail": f"The calls leave a part of the request aside; none of them uses {quoted or 'it'}.",
        "pass": "The calls cover what the request names." if not unused else f"Only {quoted} is used by no call.",
        "unsure": f"No call uses {quoted or 'some parts of the request'}; only a judge can tell if one is missing.",
    }
    return judged(subject, SUB, said, tuple(_unused(subject, text) for text in unused[:6]))


def _unused(subject: Subject, text: str) -> Evidence:
    start = subject.item.input.find(text)
    if start < 0:
        return Evidence("unused", "no call uses this", "conversation", text)
    return Evidence("unused", "no call uses this", "input", text, start, start + len(text))
