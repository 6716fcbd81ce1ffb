"""Arguments that break the tool's schema, or that nothing in the conversation supports."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.assessment import assessment, weighed_leaves
from failsight.engine.tool_use.calls import PlacedCall, placed_calls, tools_by_name
from failsight.engine.tool_use.features import WeighedLeaf
from failsight.engine.tool_use.given import given
from failsight.engine.tool_use.json_schema import Problem, argument_schema
from failsight.engine.tool_use.verdict import judged

SUB = "invalid_tool_arguments"
SUSPECT = 0.4


class InvalidToolArguments(Detector):
    """Each call's arguments are held against the schema of its tool, and their values against the conversation.

    Fails: ``set_alarm(hour="soon")`` where ``hour`` is an integer; ``get_weather(city="Oslo")`` when asked for Rome.
    Passes: ``get_weather(city="Rome")`` for "What is the weather in Rome?".
    """

    name = SUB
    version = 2
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        if not calls:
            yield NotApplicable(SUB, "no tool was called" if calls == () else "no tool calls are recorded")
            return
        broken, undecided = _checked(subject, calls)
        if broken:
            yield _schema_failure(calls, broken)
            return
        known = tools_by_name(subject)
        if not any(call.name in known for call in calls):
            yield NotApplicable(SUB, "the schemas of the called tools are not recorded")
        elif undecided is not None:
            said = f"The schema of {undecided.name} refers to something outside itself or cannot be used for checking."
            yield Finding(SUB, "unsure", 0.5, said)
        elif subject.memo(assessment) is not None:
            yield _values(subject)
        else:
            yield _values_of_a_run(subject)


def _values(subject: Subject) -> Finding | NotApplicable:
    """A single request: the fitted judgement, with the values that nothing supports."""
    weighed = subject.memo(weighed_leaves)
    suspects = [w for w in weighed[:6] if w.probability >= SUSPECT]
    named = ", ".join(f"{w.leaf.path} = {_show(w)}" for w in suspects[:3])
    unused = () if suspects else _unused_numbers(subject)
    skipped = f"No argument value uses {', '.join(e.snippet or '' for e in unused)}, which the request states."
    said = {
        "fail": f"Nothing in the conversation supports {named}." if named else skipped,
        "pass": f"All {len(weighed)} argument values fit the schema and rest on the conversation.",
        "unsure": f"Whether {named or 'every value'} is meant by the request only a judge can tell.",
    }
    found = judged(subject, SUB, said, (*map(_unsupported, suspects), *unused))
    if suspects or unused or isinstance(found, NotApplicable) or not subject.memo(given).english:
        return found
    return replace(found, decision="pass", probability=min(0.49, found.probability), rationale=said["pass"])


def _unused_numbers(subject: Subject) -> tuple[Evidence, ...]:
    """Up to three numbers of the request that no call uses."""
    found = subject.memo(assessment)
    numbers = found.features.left.numbers[:3] if found and found.features else ()
    places = [(text, subject.item.input.find(text)) for text in numbers]
    return tuple(
        Evidence("unused_number", "no argument value uses this", "input", text, start, start + len(text))
        for text, start in places
        if start >= 0
    )


def _values_of_a_run(subject: Subject) -> Finding:
    """A run of several steps: only a value that plainly comes from nowhere fails."""
    weighed, base = subject.memo(weighed_leaves), subject.memo(given)
    cut = base.truncated or any("…" in (call.result or "") for call in placed_calls(subject) or ())
    strange = [w for w in weighed if w.probability >= 0.9 and w.leaf.required and _identifies(w)]
    if strange and base.english and not cut:
        shown = tuple(_unsupported(w) for w in strange[:6])
        said = f"Nothing before the call supports {strange[0].leaf.path} = {_show(strange[0])}."
        return Finding(SUB, "fail", 0.65, said, shown, len(strange) / len(weighed), "model")
    worst = weighed[0].probability if weighed else 0.05
    if worst < SUSPECT:
        said = f"All {len(weighed)} argument values rest on the conversation or on earlier results."
        return Finding(SUB, "pass", round(worst / 2, 4), said, family="model")
    said = f"Where {weighed[0].leaf.path} = {_show(weighed[0])} comes from only a judge can tell."
    return Finding(SUB, "unsure", min(0.49, round(worst / 2, 4)), said, family="model")


def _identifies(weighed: WeighedLeaf) -> bool:
    """Values that cannot be thought up: identifiers and larger numbers, not wordings."""
    value = weighed.leaf.value
    if isinstance(value, str):
        return any(c.isdigit() for c in value) and " " not in value and not weighed.measured.get("date")
    return not isinstance(value, bool) and abs(value) > 100


def _unsupported(weighed: WeighedLeaf) -> Evidence:
    said = f"{weighed.leaf.path} = {_show(weighed)} occurs nowhere in what was given"
    return Evidence("unsupported_value", said, "tool_calls", weighed.call.shown, confidence=weighed.probability)


def _show(weighed: WeighedLeaf) -> str:
    return json.dumps(weighed.leaf.value, ensure_ascii=False, default=str)[:60]


def _checked(
    subject: Subject, calls: tuple[PlacedCall, ...]
) -> tuple[list[tuple[PlacedCall, Problem]], PlacedCall | None]:
    """What breaks the schemas, and the first call whose schema cannot tell."""
    tools, broken, undecided = tools_by_name(subject), list[tuple[PlacedCall, Problem]](), None
    for call in calls:
        if call.raw_arguments is not None:
            said = f"the arguments are not a JSON object: {call.raw_arguments[:120]}"
            broken.append((call, Problem("unreadable", "", said)))
        elif call.name in tools:
            problems, decided = argument_schema(tools[call.name].parameters).check(call.arguments)
            broken += [(call, problem) for problem in problems]
            undecided = undecided or (None if decided else call)
    return broken, undecided


def _schema_failure(calls: tuple[PlacedCall, ...], broken: list[tuple[PlacedCall, Problem]]) -> Finding:
    evidence = tuple(
        Evidence(f"argument_{problem.kind}", f"{call.name}: {problem.message}", "tool_calls", call.shown)
        for call, problem in broken[:8]
    )
    call, first = broken[0]
    place = f" at {first.path!r}" if first.path and first.kind != "missing" else ""
    more = f" ({len(broken) - 1} more problems.)" if len(broken) > 1 else ""
    said = f"The call of {call.name} breaks its schema{place}: {first.message}.{more}"
    extent = len({id(c) for c, _ in broken}) / len(calls)
    return Finding(SUB, "fail", 0.97, said, evidence, extent=extent, signals={"schema_problems": len(broken)})
