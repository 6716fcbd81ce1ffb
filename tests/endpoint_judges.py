"""An endpoint judge in front of a real server on loopback that behaves as a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.judge.pace import Stopwatch
from failsight.model.judge import JudgeMessage, JudgePrice, JudgeRequest
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint

KEY = "sk-test-0123456789abcdef"
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def request(text: str = "Is it so?", **changes: object) -> JudgeRequest:
    fields = {"response_schema": SCHEMA, "rubrics": ("grounding@1",), "max_tokens": 50}
    return JudgeRequest.model_validate({"messages": [JudgeMessage(role="user", content=text)], **fields, **changes})


@contextmanager
def judging(
    answer: Callable[[Body], str | Canned],
    *,
    price: JudgePrice | None = None,
    stopwatch: Stopwatch | None = None,
    **limits: Any,
) -> Iterator[tuple[EndpointJudge, ScriptedEndpoint]]:
    """The judge and its server; it waits 0.01 s before the first retry unless limits say otherwise."""
    chosen = Limits(**{"concurrency": 4, "timeout": 5.0, "first_pause": 0.01, **limits})
    with (
        ScriptedEndpoint(answer) as server,
        closing(EndpointJudge(Address(server.url, "m", KEY), chosen, price, stopwatch)) as judge,
    ):
        yield judge, server


def in_turn(*answers: str | Canned) -> Callable[[Body], str | Canned]:
    """Each answer once, the last for ever."""
    left = list(answers)
    return lambda body: left.pop(0) if len(left) > 1 else left[0]
