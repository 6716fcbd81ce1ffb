"""A budget holds, however many threads spend it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from failsight.engine.judging.estimate import estimate_tokens_in
from failsight.errors import JudgeRefused
from failsight.judge.budget import BudgetedJudge, Purse
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgePrice, JudgeReply, JudgeRequest
from failsight.testing.judge import ScriptedJudge


def request(text: str = "one two three", max_tokens: int = 20) -> JudgeRequest:
    messages = (JudgeMessage(role="user", content=text),)
    return JudgeRequest(messages=messages, response_schema={}, rubrics=(), max_tokens=max_tokens)


ASIDE = estimate_tokens_in(request()) + 20


def test_it_stops_for_good_and_says_why() -> None:
    inner = ScriptedJudge(lambda asked: "yes")
    judge = BudgetedJudge(inner, Purse(JudgeBudget(max_tokens=ASIDE + 4)))
    replies = [judge.ask(request()) for _ in range(4)]
    assert [reply.problem for reply in replies] == [None, None, "budget", "budget"]
    assert f"8 of {ASIDE + 4} tokens" in str(replies[2].detail)
    assert judge.ask(request("x", 1)).problem == "budget"
    assert inner.calls == 2


@pytest.mark.parametrize("threads", [1, 8])
def test_threads_do_not_overspend(threads: int) -> None:
    def slow(asked: JudgeRequest) -> str:
        time.sleep(0.002)
        return "word " * 20

    purse = Purse(JudgeBudget(max_tokens=1000))
    judge = BudgetedJudge(ScriptedJudge(slow), purse)
    with ThreadPoolExecutor(threads) as pool:
        replies = list(pool.map(lambda n: judge.ask(request()), range(200)))
    spent = sum((reply.tokens_in or 0) + (reply.tokens_out or 0) for reply in replies)
    assert 1000 - ASIDE < spent == purse.tokens <= 1000
    assert {reply.problem for reply in replies} == {None, "budget"}


def test_money() -> None:
    purse = Purse(JudgeBudget(max_usd=0.001), JudgePrice(usd_in=0, usd_out=10))
    judge = BudgetedJudge(ScriptedJudge(lambda asked: "a b c d"), purse)
    replies = [judge.ask(request()) for _ in range(40)]
    assert sum(reply.text is not None for reply in replies) == 21
    assert purse.usd == pytest.approx(21 * 0.00004)


def test_what_is_not_counted_is_estimated() -> None:
    silent = JudgeReply(text="four words of text", model="m", request_hash="h")
    purse = Purse(JudgeBudget(max_tokens=1000))
    BudgetedJudge(ScriptedJudge(lambda asked: silent), purse).ask(request())
    assert purse.tokens == estimate_tokens_in(request()) + 4


def test_accidents_and_kept_replies_are_free() -> None:
    purse = Purse(JudgeBudget(max_tokens=1000))
    for reply in (
        JudgeReply(text=None, model="m", request_hash="h", problem="unreachable"),
        JudgeReply(text="yes", model="m", request_hash="h", cached=True),
    ):
        BudgetedJudge(ScriptedJudge(lambda asked, reply=reply: reply), purse).ask(request())
    assert purse.tokens == 0


def test_a_refusal_gives_back_what_was_set_aside() -> None:
    def refuse(asked: JudgeRequest) -> str:
        raise JudgeRefused(url="u", problem="p", fix="f")

    judge = BudgetedJudge(ScriptedJudge(refuse), Purse(JudgeBudget(max_tokens=ASIDE)))
    for _ in range(3):
        with pytest.raises(JudgeRefused):
            judge.ask(request())


def test_a_question_larger_than_the_rest_waits_for_those_under_way() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def say(asked: JudgeRequest) -> str:
        begun.set()
        assert go_on.wait(5)
        return "yes"

    judge = BudgetedJudge(ScriptedJudge(say), Purse(JudgeBudget(max_tokens=ASIDE + 10)))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(judge.ask, request())
        assert begun.wait(5)
        second = pool.submit(judge.ask, request())
        go_on.set()
        assert first.result(5).text == second.result(5).text == "yes"
