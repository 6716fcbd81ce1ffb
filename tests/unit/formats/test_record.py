"""One record to one item: other names, mappings, and errors in plain words."""

from __future__ import annotations

from typing import Any

import pytest

from failsight.errors import InvalidInput, InvalidItem, UnknownName
from failsight.formats.record import RecordReader, parse_mapping, read_item


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"question": "q", "answer": "a"}, "input", "q"),
        ({"user_input": "q", "response": "a"}, "output", "a"),
        ({"Prompt": "q", "Assistant Response": "a"}, "output", "a"),
        ({"input": "q", "output": "a", "answer": "other"}, "output", "a"),
        ({"query": "q", "prediction": "a", "retrieved_contexts": ["x"]}, "context", ("x",)),
        ({"query": "q", "prediction": "a", "documents": [{"page_content": "x", "id": 1}]}, "context", ("x",)),
        ({"query": "q", "prediction": "a", "ground_truth": "g"}, "expected", "g"),
        ({"query": "q", "completion": "a", "schema": {"type": "array"}}, "output_schema", {"type": "array"}),
        ({"query": "q", "completion": 3}, "output", "3"),
        (
            {"input": "q", "output": "a", "response_format": {"type": "json_object"}},
            "output_schema",
            {"type": "object"},
        ),
        ({"input": "q", "output": "a", "tool_calls": "[]"}, "tool_calls", ()),
        (
            {
                "input": "",
                "output": "",
                "response_format": {"type": "json_schema", "json_schema": {"schema": {"a": 1}}},
            },
            "output_schema",
            {"a": 1},
        ),
    ],
)
def test_names_of_other_tools(record: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read_item(record, "item 0"), field) == value


def test_a_conversation_carries_input_output_and_system_prompt() -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "one"},
        {"role": "user", "content": [{"type": "text", "text": "second"}]},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
        {"role": "tool", "content": "42"},
        {"role": "assistant", "content": "two"},
    ]
    item = read_item({"messages": messages}, "item 0")
    assert (item.input, item.output, item.system_prompt) == ("second", "two", "Be brief.")
    assert item.conversation is not None
    assert len(item.conversation) == 7


def test_a_trace_that_is_no_list_of_messages_is_left_alone() -> None:
    reader = RecordReader()
    item = reader.read({"input": "q", "output": "a", "trace": {"spans": []}}, "line 1")
    assert (item.conversation, reader.notes) == (None, {})


def test_nested_without_end_is_refused() -> None:
    deep: Any = 1
    for _ in range(200):
        deep = [deep]
    with pytest.raises(InvalidItem, match="nested deeper than 100"):
        read_item({"input": "q", "output": "a", "metadata": {"x": deep}}, "line 1")


def test_notes_say_once_what_was_read_as_what() -> None:
    reader = RecordReader()
    for _ in range(3):
        reader.read({"question": "q", "answer": "a"}, "line 1")
    assert sorted(reader.notes) == ["'answer' is read as output", "'question' is read as input"]


def test_a_mapping_wins_over_every_name() -> None:
    reader = RecordReader({"input": "my.questions.-1", "output": "dotted.key", "context": "absent"})
    record = {"input": "no", "my": {"questions": ["x", "y"]}, "dotted.key": "z", "context": "kept?"}
    item = reader.read(record, "line 1")
    assert (item.input, item.output, item.context) == ("y", "z", None)


@pytest.mark.parametrize(
    ("record", "field", "said"),
    [
        ({"question": "q", "reply": "r"}, "output", ["question, reply", "rename 'reply'", "--map output=reply"]),
        ({"input": "q", "ouput": "r"}, "output", ["rename 'ouput'"]),
        ({"input": "q"}, "output", ["this record has: input", "--map output=PATH"]),
        ({}, "input", ["this record has: nothing"]),
        (
            {"input": "q", "output": None},
            "output",
            ["it is null", "must be a text", 'write the answer as a text, or ""'],
        ),
        ({"input": "q", "output": "a", "context": 5}, "context", ["the number 5", "a list of texts"]),
        ({"input": "q", "output": "a", "tool_calls": ["f"]}, "tool_calls", ['the text "f" at tool_calls[0]']),
        ({"input": "q", "output": "a", "tool_calls": [{"args": {}}]}, "tool_calls", ["tool_calls[0].name"]),
        ({"input": "q", "output": "a", "tools": "weather"}, "tools", ['the text "weather"', "tool schemas"]),
        ({"input": "q", "output": "a", "conversation": [1]}, "conversation", ["the number 1 at conversation[0]"]),
        ({"input": "q", "output": "a", "metadata": [1]}, "metadata", ["a list of 1", "an object"]),
        ({"input": "q", "output": "a", "output_schema": "{no"}, "output_schema", ['the text "{no"']),
        ({"input": "q", "output": "a", "output_schema": 3}, "output_schema", ["the number 3"]),
        ({"input": "q", "output": "a", "expected": [[1], None]}, "expected", []),
        ({"input": "q", "output": "a", "id": 1.5}, "id", ["the number 1.5"]),
        ({"input": "q", "output": "a", "id": True}, "id", ["true"]),
        ("text", "(record)", ['the text "text"', "not an object"]),
    ],
)
def test_errors_name_item_field_and_fix(record: Any, field: str, said: list[str]) -> None:
    if not said:
        assert read_item(record, "line 3")
        return
    with pytest.raises(InvalidItem) as bad:
        read_item(record, "line 3")
    assert bad.value.known["field"] == field
    message = str(bad.value)
    assert message.startswith(f"line 3: field '{field}': ")
    assert "pydantic" not in message.lower()
    assert "Input should" not in message
    for part in said:
        assert part in message


def test_a_mapping_that_points_nowhere() -> None:
    with pytest.raises(InvalidItem, match=r"--map points at 'a\.b', but 'a' is the number 1"):
        RecordReader({"input": "a.b"}).read({"a": 1, "output": "x"}, "line 1")


def test_mapping_options() -> None:
    assert parse_mapping(["input=a.b", " output = c=d "]) == {"input": "a.b", "output": "c=d"}
    with pytest.raises(InvalidInput, match="FIELD=PATH"):
        parse_mapping(["input"])
    with pytest.raises(UnknownName, match="Did you mean 'input'"):
        parse_mapping(["inptu=a"])
