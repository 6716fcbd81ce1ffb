"""What the endpoint judge sends, and what it makes of good answers."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from endpoint_judges import KEY, SCHEMA, judging, request

from failsight.judge.endpoint import Address, EndpointJudge
from failsight.judge.exchange import MOST_BYTES
from failsight.model.judge import JudgePrice
from failsight.testing.endpoint import Body, Canned, ScriptedEndpoint, completion, failure


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


def test_an_endless_answer_is_cut() -> None:
    with judging(lambda body: completion("x" * (MOST_BYTES + 1))) as (judge, server):
        reply = judge.ask(request())
    assert (reply.text, reply.problem) == ("", "cut")
    assert len(server.bodies) == 1
