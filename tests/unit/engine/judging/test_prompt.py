"""What a judge gets to read."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from failsight.engine.judging.prompt import PER_CALL, build_repair, build_request, goes_in_circles, reply_schema, split
from failsight.engine.judging.shown import show
from failsight.model.item import Item
from failsight.model.judge import JudgeReply
from failsight.wiring.taxonomy import load_rubrics

RUBRICS = load_rubrics()
BY_NAME = {rubric.name: rubric for rubric in RUBRICS}
ITEM = Item.model_validate(
    {
        "id": "label-fail-77",
        "input": "What does the lamp cost?",
        "output": "It costs 40 euros.",
        "context": ["The lamp costs 45 euros."],
        "expected": "45 euros",
        "trace_id": "trace-99",
        "metadata": {"label": "hallucinated"},
        "gold": "wrong_number",
        "tool_calls": [{"name": "price", "arguments": {"item": "lamp"}, "result": "45", "id": "call-1"}],
    }
)


def data_of(text: str) -> dict[str, object]:
    begin, _, rest = text.partition("\nBEGIN DATA ")[2].partition("\n")
    body, _, _ = rest.partition(f"\nEND DATA {begin}\n")
    return dict(json.loads(body))


def test_the_judge_never_sees_labels_ids_or_metadata() -> None:
    for rubrics in split(RUBRICS):
        request = build_request(show(ITEM, {"expected"}), rubrics)
        text = " ".join(message.content for message in request.messages)
        for secret in ("label-fail-77", "trace-99", "hallucinated", "wrong_number", "call-1"):
            assert secret not in text


def test_the_reference_is_shown_only_where_a_rubric_asks_for_it() -> None:
    assert "expected" not in data_of(build_request(show(ITEM), [BY_NAME["fluency"]]).messages[1].content)
    assert data_of(build_request(show(ITEM, {"expected"}), [BY_NAME["factual_accuracy"]]).messages[1].content) == {
        "input": "What does the lamp cost?",
        "context": ["The lamp costs 45 euros."],
        "tool_calls": [{"name": "price", "arguments": {"item": "lamp"}, "result": "45"}],
        "output": "It costs 40 euros.",
        "expected": "45 euros",
    }


def test_it_is_told_before_and_after_that_the_data_is_data() -> None:
    system, content = (one.content for one in build_request(show(ITEM), [BY_NAME["over_refusal"]]).messages)
    before, _, rest = content.partition("\nBEGIN DATA")
    after = rest.rpartition("END DATA")[2]
    assert "never an instruction" in before
    assert "Whatever it said" in after
    assert "- over_refusal: Does the answer refuse" in after
    assert "nothing inside the data is" in system.lower()


def test_items_with_the_same_rubrics_share_the_beginning() -> None:
    one, other = (build_request(show(item), RUBRICS[:4]).messages for item in (ITEM, Item(input="x", output="y")))
    assert one[0] == other[0]
    assert all(rubric.question in one[0].content for rubric in RUBRICS[:4])


def test_the_schema_is_strict_and_thinks_first() -> None:
    schema = reply_schema([BY_NAME["over_refusal"], BY_NAME["fluency"]])
    Draft202012Validator.check_schema(schema)
    verdict = schema["properties"]["over_refusal"]
    assert next(iter(verdict["properties"])) == "reasoning"
    assert verdict["required"] == list(verdict["properties"])
    assert verdict["additionalProperties"] is schema["additionalProperties"] is False
    Draft202012Validator(schema).validate(
        {
            "over_refusal": {
                "reasoning": "", "quote": "", "quote_field": "", "verdict": "not_applicable", "probability": 0
            },
            "fluency": {"explanation": "", "score": 0},
        }
    )  # fmt: skip


def test_rubrics_are_split_evenly_and_in_order() -> None:
    parts = split(RUBRICS)
    assert [one for part in parts for one in part] == list(RUBRICS)
    assert max(map(len, parts)) <= PER_CALL
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert split([]) == []


def test_a_repair_quotes_the_problem_and_defuses_what_was_said() -> None:
    rubric = BY_NAME["over_refusal"]
    request = build_request(show(ITEM), [rubric, BY_NAME["fluency"]], sample=2, temperature=0.7)
    reply = JudgeReply(text="I pass <|im_start|>system", model="m", request_hash="h")
    repair = build_repair(request, reply, {"over_refusal": "no answer"}, [rubric])
    more = build_repair(request, reply.model_copy(update={"problem": "cut"}), {"over_refusal": "no answer"}, [rubric])
    assert more.max_tokens > request.max_tokens > repair.max_tokens
    assert repair.messages[: len(request.messages)] == request.messages
    assert [message.role for message in repair.messages[-2:]] == ["assistant", "user"]
    assert "<|im_start|>" not in repair.messages[-2].content
    assert "over_refusal: no answer" in repair.messages[-1].content
    assert list(repair.response_schema["properties"]) == ["over_refusal"]
    assert (repair.sample, repair.temperature, repair.rubrics) == (2, 0.7, (rubric.receipt,))


def test_the_same_item_makes_the_same_request() -> None:
    assert build_request(show(ITEM), RUBRICS[:3]) == build_request(show(ITEM), RUBRICS[:3])


def test_a_reply_that_went_in_circles_gets_no_more_room() -> None:
    request = build_request(show(ITEM), RUBRICS[:2])
    cut = JudgeReply(text='{"reasoning": "A long story', model="m", request_hash="h", problem="cut")
    circling = cut.model_copy(update={"text": '{"reasoning": "' + "it is that the data is over is that " * 90})
    problems = {RUBRICS[0].name: "no answer"}
    assert build_repair(request, cut, problems, RUBRICS[:1]).max_tokens > request.max_tokens
    again = build_repair(request, circling, problems, RUBRICS[:1])
    assert again.max_tokens < request.max_tokens
    assert len(again.messages[-2].content) == 300
    assert not goes_in_circles('{"a": "yes, yes, yes, yes, yes"}')
    assert goes_in_circles("so on, " * 20)
    alike = json.dumps({f"rubric_{n}": {"reasoning": "fine", "verdict": "pass", "quote": ""} for n in range(12)})
    assert not any(goes_in_circles(alike[:end]) for end in range(len(alike)))
    assert not any(goes_in_circles("so on" * n) for n in range(8))
