"""When the endpoint judge asks again, how many calls it has under way, and when it gives up. Pauses pass at once; where
real time counts, the bounds leave a busy machine ten times as long as it needs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from endpoint_judges import in_turn, judging, request

from failsight.testing.clock import PassingTime
from failsight.testing.endpoint import Body, Canned, completion, failure


class HeldTime(PassingTime):
    """Tells when somebody begins to wait, and lets nobody go on before ``go`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting, self.go = threading.Event(), threading.Event()

    def wait(self, changed: threading.Condition, seconds: float) -> None:
        self.waiting.set()
        assert self.go.wait(60)
        super().wait(changed, seconds)


def test_retry_after_holds_for_every_thread() -> None:
    held, moments = HeldTime(), list[float]()

    def once_busy(body: Body) -> str | Canned:
        moments.append(held.now())
        return failure(429, Retry_After="7") if len(moments) == 1 else "yes"

    with judging(once_busy, stopwatch=held) as (judge, _), ThreadPoolExecutor(2) as pool:
        first = pool.submit(judge.ask, request("1"))
        assert held.waiting.wait(60)
        second = pool.submit(judge.ask, request("2"))
        held.go.set()
        assert first.result().text == second.result().text == "yes"
    assert len(moments) == 3
    assert min(moments[1:]) >= 7


def test_retry_after_as_a_date() -> None:
    passing = PassingTime()
    now = datetime.now(UTC)
    later = format_datetime(now + timedelta(hours=3, seconds=6), usegmt=True)
    answer = failure(503, Retry_After=later, Date=format_datetime(now + timedelta(hours=3), usegmt=True))
    with judging(in_turn(answer, "yes"), stopwatch=passing) as (judge, _):
        assert judge.ask(request()).text == "yes"
    assert 5 <= passing.now() < 7.1


def test_pauses_double_without_retry_after() -> None:
    passing = PassingTime()
    with judging(lambda _: failure(500), stopwatch=passing, first_pause=0.5) as (judge, server):
        assert judge.ask(request()).problem == "unreachable"
    assert len(server.bodies) == 5
    assert 7.5 <= passing.now() < 7.6


def test_nobody_waits_for_an_hour() -> None:
    passing = PassingTime()
    answer = failure(429, "quota for this hour", Retry_After="3600")
    with judging(lambda _: answer, stopwatch=passing) as (judge, server):
        reply = judge.ask(request())
    assert reply.problem == "unreachable"
    assert "quota for this hour" in str(reply.detail)
    assert len(server.bodies) == 1
    assert passing.now() == 0


def test_an_overrun_endpoint_gets_fewer_calls_at_once() -> None:
    crowd = threading.Event()
    with judging(in_turn(failure(429), failure(429), "yes"), concurrency=8) as (judge, server):
        assert judge.ask(request()).text == "yes"
        server.most_at_once = 0

        def gather(body: Body) -> str:
            """Waits until more than four are here, or long enough for them to have come."""
            if server.most_at_once > 4:
                crowd.set()
            crowd.wait(0.5)
            return "yes"

        server.answer = gather
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: judge.ask(request(str(n))), range(6)))
    assert server.most_at_once <= 4


def test_a_slow_endpoint_is_left() -> None:
    with judging(lambda _: Canned(completion("yes").body, delay=30), timeout=0.3, retries=1) as (judge, _):
        began = time.monotonic()
        reply = judge.ask(request())
        assert time.monotonic() - began < 20
    assert reply.problem == "unreachable"
    assert "no answer within" in str(reply.detail)


def test_a_dripping_endpoint_is_left() -> None:
    with judging(lambda _: Canned(completion("x" * 2000).body, drip=0.02), timeout=0.3, retries=0) as (judge, _):
        began = time.monotonic()
        assert judge.ask(request()).problem == "unreachable"
        assert time.monotonic() - began < 20


def test_stopping_ends_a_pause() -> None:
    with judging(lambda _: failure(429, Retry_After="50"), timeout=60) as (judge, server):
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(judge.ask, request())
            while not server.bodies:
                time.sleep(0.01)
            began = time.monotonic()
            judge.stop()
            assert waiting.result().problem == "cancelled"
        assert time.monotonic() - began < 20


def test_stopping_abandons_calls_under_way_and_keeps_what_came() -> None:
    def answer(body: Body) -> str | Canned:
        return Canned(completion("late").body, delay=60) if "slow" in body["messages"][0]["content"] else "yes"

    with judging(answer, timeout=120, retries=0) as (judge, server):
        assert judge.ask(request("quick")).text == "yes"
        with ThreadPoolExecutor(2) as pool:
            under_way = [pool.submit(judge.ask, request(f"slow {n}")) for n in range(2)]
            while len(server.bodies) < 3:
                time.sleep(0.01)
            began = time.monotonic()
            judge.stop()
            assert [one.result().problem for one in under_way] == ["cancelled"] * 2
        assert time.monotonic() - began < 10
        assert judge.ask(request("quick again")).problem == "cancelled"
    assert len(server.bodies) == 3
