"""How many calls may be under way, in a time that passes only where somebody waits."""

from __future__ import annotations

import pytest

from failsight.judge.pace import Pace
from failsight.testing.clock import PassingTime


@pytest.fixture
def passing() -> PassingTime:
    return PassingTime()


def test_an_overload_halves_and_good_answers_raise(passing: PassingTime) -> None:
    pace = Pace(8, passing)
    for window in (4.0, 2.0, 1.0, 1.0):
        assert pace.enter(100.0) == "go"
        pace.rest(1.0)
        pace.leave(passing.now(), busy=True, well=False)
        assert pace.window == window
    for _ in range(60):
        assert pace.enter(100.0) == "go"
        pace.leave(passing.now(), busy=False, well=True)
    assert pace.window == 8.0


def test_one_overload_halves_once_however_many_calls_it_hits(passing: PassingTime) -> None:
    pace = Pace(8, passing)
    assert [pace.enter(100.0) for _ in range(3)] == ["go"] * 3
    pace.rest(1.0)
    pace.leave(0.5, busy=True, well=False)
    pace.leave(0.4, busy=True, well=False)
    pace.leave(1.0, busy=True, well=False)
    assert pace.window == 4.0


def test_no_more_get_in_than_the_window_has(passing: PassingTime) -> None:
    pace = Pace(2, passing)
    assert [pace.enter(10.0) for _ in range(3)] == ["go", "go", "late"]
    pace.leave(0.0, busy=False, well=True)
    assert pace.enter(passing.now() + 10) == "go"


def test_a_pause_is_kept_and_one_beyond_the_deadline_is_not_waited_for(passing: PassingTime) -> None:
    pace = Pace(4, passing)
    assert pace.enter(100.0) == "go"
    pace.leave(0.0, busy=True, well=False, pause=5.0)
    assert pace.enter(100.0) == "go"
    assert 5.0 <= passing.now() < 5.1
    pace.leave(passing.now(), busy=True, well=False, pause=500.0)
    assert pace.enter(100.0) == "late"
    assert passing.now() < 5.1


def test_nobody_enters_after_the_stop(passing: PassingTime) -> None:
    pace = Pace(4, passing)
    pace.stop()
    assert pace.enter(100.0) == "stopped"
    pace.rest(50.0)
    assert passing.now() == 0.0
