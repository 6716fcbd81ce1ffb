"""What every judge promises, scripted or real, alone or wrapped in a budget and a cache."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from failsight.judge.budget import BudgetedJudge, Purse
from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgeRequest
from failsight.service.ports import Judge
from failsight.testing.endpoint import ScriptedEndpoint
from failsight.testing.judge import ScriptedJudge

Make = Callable[[Callable[[str], str]], Judge]


def request(text: str = "Is it so?", **changes: object) -> JudgeRequest:
    fields = {"response_schema": {"type": "object"}, "rubrics": ("grounding@1",), "max_tokens": 50}
    return JudgeRequest.model_validate({"messages": [JudgeMessage(role="user", content=text)], **fields, **changes})


@pytest.fixture(params=["scripted", "endpoint", "budgeted", "cached", "cached endpoint with a budget"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """From a function of the question's text to a judge that answers so."""
    kind = str(request.param)
    with ExitStack() as stack:

        def build(say: Callable[[str], str]) -> Judge:
            judge: Judge = ScriptedJudge(lambda asked: say(asked.messages[-1].content), model="m", concurrency=3)
            if "endpoint" in kind:
                server = stack.enter_context(ScriptedEndpoint(lambda body: say(body["messages"][-1]["content"])))
                address, limits = Address(server.url, "m", "key-for-the-test"), Limits(3, 5.0, first_pause=0.01)
                judge = stack.enter_context(closing(EndpointJudge(address, limits)))
            if "budget" in kind:
                judge = BudgetedJudge(judge, Purse(JudgeBudget(max_tokens=1_000_000)))
            return CachedJudge(ReplyCache(tmp_path / "cache"), judge) if "cached" in kind else judge

        yield build


def test_a_reply_says_who_answered_what(make: Make) -> None:
    judge = make(lambda text: f"yes: {text}")
    reply = judge.ask(request("one two three"))
    assert (reply.text, reply.problem, reply.cached) == ("yes: one two three", None, False)
    assert (reply.model, judge.model) == ("m", "m")
    assert reply.request_hash == request("one two three").hash("m")
    assert (reply.tokens_in, reply.tokens_out) == (3, 4)
    assert reply.cost_usd is None
    assert judge.concurrency == 3


@pytest.mark.parametrize("said", ["", "{}", "no JSON", "日本語 \U0001f600 \x00 \\u0000", "x" * 100_000])
def test_texts_come_back_as_they_are(make: Make, said: str) -> None:
    assert make(lambda text: said).ask(request()).text == said


def test_any_text_can_be_asked(make: Make) -> None:
    judge = make(lambda text: str(len(text)))
    assert judge.ask(request("half a pair \ud83d")).text == "13"
    assert judge.ask(request("long " * 200_000)).text == "1000000"


def test_threads_share_it(make: Make) -> None:
    judge = make(lambda text: f"about {text}")
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: judge.ask(request(f"item {n}")), range(40)))
    assert [reply.text for reply in replies] == [f"about item {n}" for n in range(40)]


def test_a_stopped_judge_is_asked_no_more(make: Make) -> None:
    asked = []

    def say(text: str) -> str:
        asked.append(text)
        return "yes"

    judge = make(say)
    judge.ask(request("first"))
    judge.stop()
    reply = judge.ask(request("second"))
    assert (reply.text, reply.problem) == (None, "cancelled")
    assert reply.detail
    assert asked == ["first"]


def test_what_is_under_way_when_it_stops_comes_back(make: Make) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def say(text: str) -> str:
        begun.set()
        assert go_on.wait(60)
        return "in the end"

    judge = make(say)
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(judge.ask, request())
        assert begun.wait(60)
        judge.stop()
        go_on.set()
        reply = under_way.result(timeout=60)
    assert (reply.text, reply.problem) in {("in the end", None), (None, "cancelled")}
