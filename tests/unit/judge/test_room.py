"""Questions that do not fit into a model's context: recognised in every dialect, remembered, kept, and not paid for."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from failsight.judge.budget import BudgetedJudge, Purse
from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgeRequest
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, completion, failure

LONG = 300, 900
LIMITS = Limits(concurrency=1, timeout=10.0, first_pause=0.01)


def request(words: int, max_tokens: int = 50) -> JudgeRequest:
    message = JudgeMessage(role="user", content="word " * words)
    return JudgeRequest(messages=(message,), response_schema={}, rubrics=("r@1",), max_tokens=max_tokens)


def error(status: int, **said: object) -> Canned:
    return Canned(json.dumps({"error": said}).encode(), status)


def small(body: Body) -> str | Canned:
    """A model with room for 100 words."""
    words = len(body["messages"][0]["content"].split())
    return "yes" if words <= 100 else error(400, message=f"{words} is too much", code="context_length_exceeded")


@pytest.mark.parametrize(
    "answer",
    [
        error(400, message="Please shorten it.", type="invalid_request_error", code="context_length_exceeded"),
        error(400, message="This model's maximum context length is 4096 tokens. However, your messages have 9000."),
        error(
            400, code=400, message="the request exceeds the available context size", type="exceed_context_size_error"
        ),
        failure(500, "the request exceeds the available context size. try increasing the context size"),
        failure(400, "'max_tokens' is too large: 2840. This model's maximum context length is 4096 tokens"),
        failure(400, "max_tokens is too large: 2840. This model supports at most 2048 completion tokens"),
        failure(400, "prompt is too long: 210000 tokens > 200000 maximum"),
        failure(400, "The input token count (40000) exceeds the maximum number of tokens allowed (32768)."),
        failure(422, "Input is too long for requested model"),
        failure(413),
    ],
)
def test_it_is_recognised_and_sent_once(answer: Canned) -> None:
    with (
        ScriptedEndpoint(lambda _: answer) as server,
        closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge,
    ):
        reply = judge.ask(request(10))
    assert (reply.text, reply.problem, reply.sent) == ("", "too_long", True)
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "answer",
    [
        failure(400, "response_format is not known in this context"),
        failure(422, "messages: the list is too long ago"),
        failure(400, "max_tokens must be a number"),
    ],
)
def test_other_complaints_are_not_taken_for_it(answer: Canned) -> None:
    with (
        ScriptedEndpoint(lambda _: answer) as server,
        closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge,
    ):
        assert judge.ask(request(10)).problem == "refused"


def test_what_is_much_longer_is_not_sent_again() -> None:
    with ScriptedEndpoint(small) as server, closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge:
        told = [judge.ask(request(words)) for words in (300, 800, 90, 350, 120, 300)]
    assert [(reply.problem, reply.sent) for reply in told] == [
        ("too_long", True),
        ("too_long", False),
        (None, True),
        ("too_long", True),
        ("too_long", True),
        ("too_long", False),
    ]
    assert len(server.bodies) == 4


def test_what_is_no_longer_than_something_that_fitted_is_always_tried() -> None:
    """Estimates err: a key may be too long although its estimate is low."""

    def answer(body: Body) -> str | Canned:
        return failure(400, "maximum context length") if "xq" in body["messages"][0]["content"] else "yes"

    key = JudgeMessage(role="user", content="xq" * 60)
    odd = JudgeRequest(messages=(key,), response_schema={}, rubrics=("r@1",), max_tokens=50)
    with ScriptedEndpoint(answer) as server, closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge:
        told = [judge.ask(one) for one in (request(300), odd, request(299), request(900))]
    assert [reply.problem for reply in told] == [None, "too_long", None, "too_long"]


def test_a_reply_that_ends_early_met_the_end_of_the_context() -> None:
    answers = [
        completion('{"a": 1', finish_reason="length", usage={"prompt_tokens": 9, "completion_tokens": 20}),
        completion('{"a": 1', finish_reason="length", usage={"prompt_tokens": 9, "completion_tokens": 50}),
        completion('{"a": 1', finish_reason="length"),
    ]
    problems = []
    for answer in answers:
        with (
            ScriptedEndpoint(lambda _, answer=answer: answer) as server,
            closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge,
        ):
            reply = judge.ask(request(10))
            assert reply.text == '{"a": 1'
            problems.append(reply.problem)
    assert problems == ["too_long", "cut", "cut"]


def test_it_costs_nothing_and_is_kept(tmp_path: Path) -> None:
    purse = Purse(JudgeBudget(max_tokens=1_000_000))
    with ScriptedEndpoint(small) as server, closing(EndpointJudge(Address(server.url, "m"), LIMITS)) as judge:
        kept = CachedJudge(ReplyCache(tmp_path), BudgetedJudge(judge, purse))
        first = [kept.ask(request(words)) for words in LONG]
        assert purse.tokens == 0
        kept.ask(request(50))
        assert purse.tokens > 0
        again = [kept.ask(request(words)) for words in LONG]
    replayed = [CachedJudge(ReplyCache(tmp_path), None, model="m").ask(request(words)) for words in LONG]
    assert len(server.bodies) == 2
    for replies in (first, again, replayed):
        assert [(reply.problem, reply.text) for reply in replies] == [("too_long", "")] * 2
    assert [reply.cached for reply in again] == [True, True]
