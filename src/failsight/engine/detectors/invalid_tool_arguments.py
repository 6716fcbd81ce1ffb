"""Arguments that break the tool's schema, or that nothing in the conversation supports."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import PlacedCall, placed_calls, tools_by_name
from failsight.engine.tool_use.json_schema import Problem, argument_schema

SUB = "invalid_tool_arguments"


class InvalidToolArguments(Detector):
    """Each call's arguments are held against the schema of its tool, and their values against the conversation.

    Fails: ``set_alarm(hour="soon")`` where ``hour`` is an integer; ``get_weather(city="Oslo")`` when asked for Rome.
    Passes: ``get_weather(city="Rome")`` for "What is the weather in Rome?".
    """

    name = SUB
    subcategories = (SUB,)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        calls = placed_calls(subject)
        if not calls:
            yield NotApplicable(SUB, "no tool was called" if calls == () else "no tool calls are recorded")
            return
        broken = list(_broken(subject, calls))
        if broken:
            yield _schema_failure(calls, broken)
            return
        yield Finding(SUB, "pass", 0.3, "The arguments fit the schema.")


def _broken(subject: Subject, calls: tuple[PlacedCall, ...]) -> Iterable[tuple[PlacedCall, Problem]]:
    tools = tools_by_name(subject)
    for call in calls:
        if call.raw_arguments is not None:
            shown = call.raw_arguments[:120]
            yield call, Problem("unreadable", "", f"the arguments are not a JSON object: {shown}")
        elif call.name in tools:
            for problem in argument_schema(tools[call.name].parameters).problems(call.arguments):
                yield call, problem


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
