"""The endpoint judge and endpoints that fail, refuse, or are not there."""

from __future__ import annotations

import logging
import traceback
from contextlib import closing

import pytest
from endpoint_judges import KEY, in_turn, judging, request

from failsight.errors import JudgeRefused
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, completion, failure


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
