"""The playground waits for its one item only so long."""

from __future__ import annotations

import time
from collections.abc import Iterable

import pytest

from failsight.engine.detector import Detector, Finding
from failsight.engine.pipeline import Engine
from failsight.engine.subject import Subject
from failsight.errors import ItemTooSlow
from failsight.model.account import Principal
from failsight.service.playground import PlaygroundService
from failsight.service.run_judges import JudgePolicy, RunJudges
from failsight.wiring.clock import SystemClock
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy


class Slow(Detector):
    name = "slow"
    subcategories = ("over_refusal",)

    def detect(self, subject: Subject) -> Iterable[Finding]:
        time.sleep(float(subject.item.input))
        yield Finding("over_refusal", "pass", 0.1, "it took its time")


class Unused:
    """Nobody used the playground so far."""

    def uses(self, key_id: str, since: str) -> list[str]:
        return []

    def add_use(self, key_id: str, use_id: str, now: str) -> None:
        pass


def test_an_item_that_takes_too_long_is_an_error() -> None:
    judges = RunJudges(JudgePolicy(), lambda *_: pytest.fail("nobody asked"), load_rubrics)
    engine = Engine(load_taxonomy(), [Slow()], [], [])
    service = PlaygroundService(engine, Unused(), judges, SystemClock(), lambda: "run", 1)
    principal = Principal(organization_id="o", organization_name="o", user_id="u", key_id="k")
    assert service.play(principal, {"input": "0", "output": "fine"}).checks_passed == 1
    started = time.monotonic()
    with pytest.raises(ItemTooSlow, match="could not be examined within 1 seconds"):
        service.play(principal, {"input": "30", "output": "fine"})
    assert time.monotonic() - started < 20
