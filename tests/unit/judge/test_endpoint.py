"""The endpoint judge against a real server on loopback that behaves badly in every way we know."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from failsight.errors import JudgeRefused
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.judge.exchange import MOST_BYTES
from failsight.model.judge import JudgeMessage, JudgePrice, JudgeRequest
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, completion, failure

KEY = "sk-test-0123456789abcdef"
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def request(text: str = "Is it so?", **changes: object) -> JudgeRequest:
    fields = {"response_schema": SCHEMA, "rubrics": ("grounding@1",), "max_tokens": 50}
    return JudgeRequest.model_validate({"messages": [JudgeMessage(role="user", content=text)], **fields, **changes})


@contextmanager
def judging(
    answer: Callable[[Body], str | Canned], *, price: JudgePrice | None = None, **limits: Any
) -> Iterator[tuple[EndpointJudge, ScriptedEndpoint]]:
    chosen = Limits(**{"concurrency": 4, "timeout": 5.0, "first_pause": 0.01, **limits})
    with (
        ScriptedEndpoint(answer) as server,
        closing(EndpointJudge(Address(server.url, "m", KEY), chosen, price)) as judge,
    ):
        yield judge, server


def in_turn(*answers: str | Canned) -> Callable[[Body], str | Canned]:
    """Each answer once, the last for ever."""
    left = list(answers)
    return lambda body: left.pop(0) if len(left) > 1 else left[0]


def test_what_is_sent() -> None:
    with judging(lambda body: "yes") as (judge, server):
        judge.ask(request("ä \ud83d", temperature=0.7))
    assert server.authorizations == [f"Bearer {KEY}"]
    assert server.bodies == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "ä ?"}],
            "max_tokens": 50,
            "stream": False,
            "temperature": 0.7,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "verdicts", "strict": True, "schema": SCHEMA},
            },
        }
    ]


def test_without_a_key_none_is_sent() -> None:
    with (
        ScriptedEndpoint(lambda body: "yes") as server,
        closing(EndpointJudge(Address(server.url + "/", "m"))) as judge,
    ):
        assert judge.ask(request()).text == "yes"
    assert server.authorizations == [None]


def test_costs_follow_the_price() -> None:
    with judging(lambda body: "yes", price=JudgePrice(usd_in=1, usd_out=1000)) as (judge, _):
        assert judge.ask(request("a b c")).cost_usd == pytest.approx(0.001003)


def test_what_was_not_counted_has_no_cost() -> None:
    with judging(lambda body: completion("yes"), price=JudgePrice(usd_in=1, usd_out=1)) as (judge, _):
        reply = judge.ask(request())
    assert (reply.text, reply.tokens_in, reply.tokens_out, reply.cost_usd) == ("yes", None, None, None)


@pytest.mark.parametrize(
    "usage", [{}, {"prompt_tokens": -1, "completion_tokens": "9"}, {"prompt_tokens": None, "completion_tokens": True}]
)
def test_counts_that_make_no_sense_are_none(usage: Body) -> None:
    with judging(lambda body: completion("yes", usage=usage)) as (judge, _):
        reply = judge.ask(request())
    assert (reply.tokens_in, reply.tokens_out) == (None, None)


def test_replies_that_are_not_whole() -> None:
    cases = [
        (completion("{", finish_reason="length"), "{", "cut"),
        (completion(None, refusal="I will not."), "I will not.", "refused"),
        (completion("", finish_reason="content_filter"), "", "refused"),
        (completion(None), "", None),
    ]
    for canned, text, problem in cases:
        with judging(lambda body, canned=canned: canned) as (judge, _):
            reply = judge.ask(request())
        assert (reply.text, reply.problem) == (text, problem)


def test_content_in_parts() -> None:
    parts = [{"type": "text", "text": "ye"}, {"type": "image"}, {"type": "text", "text": "s"}]
    body = {"choices": [{"message": {"content": parts}}]}
    with judging(lambda _: Canned(json.dumps(body).encode())) as (judge, _):
        assert judge.ask(request()).text == "yes"


def test_structured_output_falls_back_and_is_remembered() -> None:
    def old(body: Body) -> str | Canned:
        kind = body.get("response_format", {}).get("type", "none")
        return "yes" if kind == "none" else failure(400, f"response_format {kind} is not supported")

    with judging(old) as (judge, server):
        assert judge.ask(request("1")).text == judge.ask(request("2")).text == "yes"
    kinds = [body.get("response_format", {}).get("type", "none") for body in server.bodies]
    assert kinds == ["json_schema", "json_object", "none", "none"]


def test_models_that_take_other_parameters() -> None:
    def new(body: Body) -> str | Canned:
        if "max_tokens" in body:
            return failure(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
        return failure(400, "Unsupported value: 'temperature'") if "temperature" in body else "yes"

    with judging(new) as (judge, server):
        assert judge.ask(request("1")).text == judge.ask(request("2")).text == "yes"
    assert len(server.bodies) == 4
    assert server.bodies[-1]["max_completion_tokens"] == 50
    assert server.bodies[-1]["response_format"]["type"] == "json_schema"


def test_a_question_that_is_never_taken_changes_nothing_for_the_next() -> None:
    def picky(body: Body) -> str | Canned:
        return failure(422, "bad characters") if "odd" in body["messages"][0]["content"] else "yes"

    with judging(picky) as (judge, server):
        reply = judge.ask(request("odd"))
        assert (reply.text, reply.problem) == (None, "refused")
        assert "bad characters" in str(reply.detail)
        assert judge.ask(request("even")).text == "yes"
    assert server.bodies[-1]["response_format"]["type"] == "json_schema"


def test_moderation_refuses_one_question_only() -> None:
    def moderated(body: Body) -> str | Canned:
        bad = "bad" in body["messages"][0]["content"]
        return failure(403, "The input was flagged by moderation") if bad else "yes"

    with judging(moderated) as (judge, _):
        assert judge.ask(request("bad")).problem == "refused"
        assert judge.ask(request("good")).text == "yes"


@pytest.mark.parametrize(
    "accident",
    [
        failure(429, "slow down"),
        failure(503),
        failure(500, "oops"),
        failure(502),
        Canned(b"", cut=-1),
        Canned(completion("yes").body, cut=20),
        Canned(b"<html>Please log in</html>", headers={"Content-Type": "text/html"}),
        Canned(b"\xff\xfe\x00not UTF-8"),
        Canned(b""),
        Canned(b"[" * 100_000),
        Canned(b'{"choices": []}'),
        Canned(b'{"choices": [{"message": {"content": 7}}]}'),
        Canned(b'{"choices": [{"message": {"content": ["a"]}}]}'),
        Canned(b"null"),
        Canned(b"xx", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_an_accident_is_tried_again(accident: Canned) -> None:
    with judging(in_turn(accident, accident, "yes")) as (judge, server):
        assert judge.ask(request()).text == "yes"
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    "accident", [failure(500, "oops"), failure(429), Canned(b"<html>", headers={}), Canned(b"", cut=-1)]
)
def test_accidents_without_end_are_given_up(accident: Canned) -> None:
    with judging(lambda body: accident, retries=2) as (judge, server):
        reply = judge.ask(request())
    assert (reply.text, reply.problem) == (None, "unreachable")
    assert "3 tries" in str(reply.detail)
    assert len(server.bodies) == 3


def test_an_error_in_a_good_answer_is_quoted() -> None:
    body = b'{"error": {"message": "upstream is overloaded", "code": 529}}'
    with judging(lambda _: Canned(body), retries=0) as (judge, _):
        assert "upstream is overloaded" in str(judge.ask(request()).detail)


def test_retry_after_holds_for_every_thread() -> None:
    moments: list[float] = []

    def once_busy(body: Body) -> str | Canned:
        moments.append(time.monotonic())
        return failure(429, Retry_After="1") if len(moments) == 1 else "yes"

    with judging(once_busy) as (judge, _), ThreadPoolExecutor(2) as pool:
        first = pool.submit(judge.ask, request("1"))
        time.sleep(0.3)
        second = pool.submit(judge.ask, request("2"))
        assert first.result().text == second.result().text == "yes"
    assert min(moments[1:]) - moments[0] >= 0.9


def test_retry_after_as_a_date() -> None:
    now = datetime.now(UTC)
    later = format_datetime(now + timedelta(hours=3, seconds=1), usegmt=True)
    answer = failure(503, Retry_After=later, Date=format_datetime(now + timedelta(hours=3), usegmt=True))
    began = time.monotonic()
    with judging(in_turn(answer, "yes")) as (judge, _):
        assert judge.ask(request()).text == "yes"
    assert 0.5 < time.monotonic() - began < 3


def test_nobody_waits_for_an_hour() -> None:
    began = time.monotonic()
    with judging(lambda body: failure(429, "quota for this hour", Retry_After="3600")) as (judge, server):
        reply = judge.ask(request())
    assert reply.problem == "unreachable"
    assert "quota for this hour" in str(reply.detail)
    assert len(server.bodies) == 1
    assert time.monotonic() - began < 3


def test_an_overrun_endpoint_gets_fewer_calls_at_once_and_then_more() -> None:
    with judging(lambda body: "yes", concurrency=8) as (judge, server):
        server.answer = in_turn(failure(429), failure(429), "yes")
        assert judge.ask(request()).text == "yes"
        server.most_at_once = 0

        def slow(body: Body) -> str:
            time.sleep(0.02)
            return "yes"

        server.answer = slow
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: judge.ask(request(str(n))), range(6)))
            assert server.most_at_once <= 4
            list(pool.map(lambda n: judge.ask(request(str(n))), range(80)))
        assert server.most_at_once == 8


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (failure(401, f"Incorrect API key provided: {KEY}"), "OPENAI_API_KEY"),
        (failure(403, "not allowed"), "key may do"),
        (failure(404, "The model `m` does not exist"), "--judge-model"),
        (failure(400, "model_not_found: m"), "--judge-model"),
        (failure(402), "credit"),
        (failure(429, "insufficient_quota"), "quota"),
        (Canned(b"", 302, {"Location": "http://elsewhere.invalid/"}), "elsewhere.invalid"),
        (Canned(b"", 308, {"Location": "/v1/chat/completions"}), "redirects"),
    ],
)
def test_what_can_never_succeed_ends_it_at_once(answer: Canned, told: str) -> None:
    with judging(lambda body: answer) as (judge, server):
        for _ in range(2):
            with pytest.raises(JudgeRefused) as raised:
                judge.ask(request())
        assert told in str(raised.value)
        assert server.url in str(raised.value)
    assert len(server.bodies) == 1
    assert KEY not in "".join(traceback.format_exception(raised.value))
    assert KEY not in repr(raised.value.known)


def test_a_key_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with judging(in_turn(f"your key is {KEY}", failure(400, KEY), failure(400, KEY), failure(400, KEY))) as (judge, _):
        replies = [judge.ask(request()), judge.ask(request())]
        shown = repr(judge) + repr(vars(judge)) + repr(replies)
    assert replies[0].text == "your key is [key]"
    assert KEY not in shown
    assert KEY not in caplog.text


def test_a_dead_address_is_not_asked_for_every_item() -> None:
    with ScriptedEndpoint(lambda body: "yes") as server:
        url = server.url
    with closing(EndpointJudge(Address(url, "m", KEY), Limits(retries=1, first_pause=0.01))) as judge:
        replies = [judge.ask(request(str(n))) for n in range(200)]
    assert {reply.problem for reply in replies} == {"unreachable"}
    assert "no connection" in str(replies[0].detail)
    assert "not sent" in str(replies[-1].detail)


def test_a_slow_endpoint_is_left() -> None:
    with judging(lambda body: Canned(completion("yes").body, delay=1.5), timeout=0.3, retries=1) as (judge, _):
        began = time.monotonic()
        reply = judge.ask(request())
        assert time.monotonic() - began < 1.4
    assert reply.problem == "unreachable"
    assert "no answer within" in str(reply.detail)


def test_a_dripping_endpoint_is_left() -> None:
    with judging(lambda body: Canned(completion("x" * 500).body, drip=0.02), timeout=0.3, retries=0) as (judge, _):
        began = time.monotonic()
        assert judge.ask(request()).problem == "unreachable"
        assert time.monotonic() - began < 2


def test_an_endless_answer_is_cut() -> None:
    with judging(lambda body: completion("x" * (MOST_BYTES + 1))) as (judge, server):
        reply = judge.ask(request())
    assert (reply.text, reply.problem) == ("", "cut")
    assert len(server.bodies) == 1


def test_stopping_ends_a_pause() -> None:
    with judging(lambda body: failure(429, Retry_After="20"), timeout=60) as (judge, _):
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(judge.ask, request())
            time.sleep(0.2)
            began = time.monotonic()
            judge.stop()
            assert waiting.result().problem == "cancelled"
        assert time.monotonic() - began < 1
