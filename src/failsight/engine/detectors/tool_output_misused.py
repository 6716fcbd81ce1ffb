"""Answers that contradict or ignore what the tools returned."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.language.english import output_is_english
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, canonical, placed_calls
from failsight.engine.tool_use.outcome import outcome
from failsight.engine.tool_use.quantities import Quantity, derivable, quantities, rounds_to, stated_numbers
from failsight.engine.tool_use.terms import content_stems

SUB = "tool_output_misused"
_DENIES = re.compile(
    r"""\b(?:i\s(?:do\snot|don['’]t|cannot|can['’]t)\s(?:currently\s)?
        (?:have\s(?:real[-\s]time\s)?access|access\s(?:real|live|current|external|the\sinternet|your))
    |i['’]?m\s(?:not\sable|unable)\sto\s(?:access|retrieve|look\sup|check)
    |as\san\sai(?:\slanguage)?\smodel,?\si\s(?:don['’]t|do\snot|can['’]?not|can['’]t))""",
    re.IGNORECASE | re.VERBOSE,
)
_STATE_WORDS = """
pending processed processing shipped delivered cancelled canceled confirmed rejected approved declined active inactive
expired refunded open closed available unavailable delayed scheduled failed completed offline online enabled disabled
locked unlocked paid unpaid sold
"""
_STATES = frozenset(_STATE_WORDS.split())
_STATE_KEYS = frozenset(["status", "state", "order_status", "flight_status", "shipment_status", "payment_status"])
_SAME = {"canceled": "cancelled", "processed": "processing", "completed": "confirmed"}
_WORD = re.compile(r"[a-z]+")


class ToolOutputMisused(Detector):
    """Numbers and states of the answer are held against the results of the tools.

    A number counts as supported when it stands in a result, in what the user gave, or follows from them in one step
    (rounding, units, a sum). Only plain cases fail; whether prose renders a result well is a judge's question.

    Fails: ``get_balance`` returned ``{"balance": 120.5}``; the answer: "Your balance is $210.50."
    Passes: the same result; the answer: "You have $120.50 left."
    """

    name = SUB
    version = 2
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = [call for call in placed_calls(subject) or () if call.result is not None]
        usable = [call for call in calls if outcome(call).kind == "ok"]
        if not usable:
            yield NotApplicable(SUB, "no usable result of a tool call is recorded")
            return
        output = subject.item.output
        denial = _DENIES.search(output)
        if denial and outcome(calls[-1]).kind == "ok" and len(output) < 800:
            said = f"The answer says it has no access, yet {usable[-1].name} had returned a result."
            yield Finding(SUB, "fail", 0.8, said, (_at(denial, "denies what was returned"), _result(usable[-1])))
            return
        data = [_decode(call) for call in usable]
        state = _contradicted_state(output, data) if subject.memo(output_is_english) else None
        if state:
            said = f"The answer says {state[0].group()!r}; the tool returned status {state[1]!r}."
            yield Finding(SUB, "fail", 0.7, said, (_at(state[0], f"the tool said {state[1]!r}"), _result(usable[-1])))
            return
        yield _numbers(subject, usable)


def _numbers(subject: Subject, usable: Sequence[PlacedCall]) -> Finding:
    item, output = subject.item, subject.item.output
    shown = [q for q in quantities(output)[:60] if _weighty(q, output)]
    results = "\n".join(call.result or "" for call in usable)
    given = "\n".join([item.input, item.system_prompt or "", *(item.context or ()), *_said(subject)])
    known = stated_numbers(results) | stated_numbers(given)
    known |= {number for call in usable for number in stated_numbers(canonical(call.arguments))}
    strange = [q for q in shown if not any(rounds_to(q, k) for k in known)]
    strange = [q for q in strange if not derivable(q.value, known, 0.51 * 10.0**-q.decimals)]
    cut = "…" in results or results.rstrip().endswith("...")
    if strange and not cut and len(known) <= 40 and quantities(results):
        first = strange[0]
        number = output[first.start : first.end]
        shown_there = Evidence(
            "number", "in no result and not in the request", "output", number, first.start, first.end
        )
        said = f"The answer states {number}, which no tool returned and which does not follow from what they returned."
        probability = 0.62 if len(strange) == len(shown) else 0.54
        return Finding(
            SUB, "fail", probability, said, (shown_there, _result(usable[-1])), extent=len(strange) / len(shown)
        )
    if strange:
        said = f"{len(strange)} of {len(shown)} numbers of the answer are in no result; only a judge can tell."
        return Finding(SUB, "unsure", 0.4, said)
    shared = set(content_stems(output)) & (set(content_stems(results[:20_000])) - set(content_stems(given[:20_000])))
    if shown or shared:
        said = f"All {len(shown)} weighty numbers of the answer come from the results or the request."
        return Finding(SUB, "pass", 0.15, said, signals={"shared_terms": float(len(shared))})
    return Finding(SUB, "unsure", 0.35, "The answer shares no number or name with the results; only a judge can tell.")


def _said(subject: Subject) -> list[str]:
    return [message.content for message in subject.item.conversation or () if message.role != "assistant"]


def _weighty(quantity: Quantity, output: str) -> bool:
    """Not a list number, a small count, a year or a part of an identifier."""
    if output[quantity.end : quantity.end + 1].isalpha() or output[quantity.start - 1 : quantity.start].isalpha():
        return False
    value = abs(quantity.value)
    if quantity.decimals == 0 and (value <= 12 or 1900 <= value <= 2100):
        return False
    around = output[max(0, quantity.start - 1) : quantity.end + 1]
    return not any(mark in around for mark in "#:/-_")


def _decode(call: PlacedCall) -> Any:
    try:
        return json.loads(call.result or "") if len(call.result or "") < 50_000 else None
    except (ValueError, RecursionError):
        return None


def _contradicted_state(output: str, data: Sequence[Any]) -> tuple[re.Match[str], str] | None:
    """A state the answer asserts while every result that has one says another; None when any doubt is left."""
    states = {str(d[k]).lower() for d in data if isinstance(d, dict) for k in _STATE_KEYS & set(d)}
    if len(states) != 1 or len(output) > 600:
        return None
    state = states.pop()
    if state not in _STATES:
        return None
    said = [m for m in _WORD.finditer(output.lower()) if m.group() in _STATES]
    names = {_SAME.get(m.group(), m.group()) for m in said}
    if not said or len(names) > 1 or _SAME.get(state, state) in names:
        return None
    before = output.lower()[max(0, said[0].start() - 25) : said[0].start()]
    plain = re.search(r"\b(?:is|was|has been|been|are|now|already|status:?)\W{1,3}(?:\w+ )?$", before)
    denied = re.search(r"\b(?:not|n['’]t|no|never|if|once|when|before|until|be|can|could)\b", before)
    return (said[0], state) if plain and not denied else None


def _at(match: re.Match[str], what: str) -> Evidence:
    return Evidence("text", what, "output", match.group(), match.start(), match.end())


def _result(call: PlacedCall) -> Evidence:
    return Evidence("tool_result", f"{call.name} returned this", "tool_calls", (call.result or "")[:200])
