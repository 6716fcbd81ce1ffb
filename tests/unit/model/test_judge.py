from failsight.model.judge import JudgeMessage, JudgeRequest

SCHEMA = {"type": "object", "properties": {"b": {}, "a": {}}}


def request(text: str = "Is it true?", **changes: object) -> JudgeRequest:
    fields = {"response_schema": SCHEMA, "rubrics": ("grounding@1",), "max_tokens": 100}
    return JudgeRequest.model_validate({"messages": [JudgeMessage(role="user", content=text)], **fields, **changes})


def test_the_hash_is_that_of_what_is_sent() -> None:
    assert request().hash("m") == request().hash("m")
    assert len(request().hash("m")) == 64
    others = [
        request("Is it false?"),
        request(max_tokens=99),
        request(temperature=0.7),
        request(sample=1),
        request(response_schema={"type": "array"}),
    ]
    assert len({one.hash("m") for one in [request(), *others]}) == 6
    assert request().hash("m") != request().hash("n")


def test_names_of_rubrics_and_the_order_of_keys_do_not_count() -> None:
    turned = {"properties": {"a": {}, "b": {}}, "type": "object"}
    assert request(rubrics=("other@2",), response_schema=turned).hash("m") == request().hash("m")


def test_text_that_is_no_utf_8_has_a_hash_too() -> None:
    assert request("half a pair: \ud83d").hash("m") != request("half a pair: ").hash("m")
