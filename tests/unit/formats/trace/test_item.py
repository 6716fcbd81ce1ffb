"""What a trace stands for: question, answer, context, tool calls, system prompt, conversation."""

from __future__ import annotations

import pytest
import trace_samples as samples

from failsight.formats.trace.item import INVENTED, NO_INPUT, NO_OUTPUT, PREVIEW, has_text, trace_item
from failsight.formats.trace.reader import read_trace
from failsight.model.item import Item


def item(raw: dict[str, object]) -> Item:
    return trace_item(read_trace(raw))


def notes(found: Item) -> list[str]:
    return list(found.metadata["trace"]["notes"])


def test_messages_out_of_order_are_put_in_the_order_of_their_events() -> None:
    found = item(samples.manual())
    assert (found.input, found.output) == ("When does the train to Bergen leave?", "The train leaves at 09:40.")
    assert found.conversation is not None
    assert [message.role for message in found.conversation] == ["user", "assistant", "tool", "assistant"]
    assert found.tool_calls is not None
    (call,) = found.tool_calls
    assert (call.name, call.arguments, call.result) == ("timetable", {"to": "Bergen"}, "09:40")
    assert found.context is None
    assert found.trace_id == "trace_manual"
    assert notes(found) == []


def test_the_question_comes_first_when_nothing_tells_the_time() -> None:
    raw = samples.manual()
    raw["spans"]["span_root"]["events"] = []
    found = item(raw)
    assert found.input == "When does the train to Bergen leave?"
    assert found.conversation is not None
    assert found.conversation[0].role == "user"
    assert found.tool_calls is not None
    assert found.tool_calls[0].result == "09:40"


def test_the_system_prompt_is_read_from_the_messages_sent_and_an_invented_result_is_dropped() -> None:
    found = item(samples.autolog())
    assert found.system_prompt == "Answer in one sentence."
    assert found.tool_calls is not None
    assert found.tool_calls[0].result is None
    assert found.conversation is not None
    assert "tool" not in {message.role for message in found.conversation}
    assert INVENTED in notes(found)


def test_a_real_result_that_sounds_invented_is_kept() -> None:
    raw = samples.autolog()
    raw["messages"][2] |= {"response_metadata": {}, "status": None}
    found = item(raw)
    assert found.tool_calls is not None
    assert found.tool_calls[0].result == "Tool weather executed successfully"


def test_a_system_prompt_that_is_cut_off_is_not_used() -> None:
    raw = samples.autolog()
    attributes = raw["spans"]["span_a"]["attributes"]
    attributes["llm.messages"] = "[{'role': 'system', 'content': 'Answer in one sent..."
    assert item(raw).system_prompt is None
    attributes["llm.messages"] = "[{'role': 'system', 'content': 'It\\'s short.'}, {'role': 'user', 'content': 'Is..."
    assert item(raw).system_prompt == "It's short."


def test_spans_stand_in_for_messages_and_a_whole_document_for_its_preview() -> None:
    found = item(samples.rag())
    assert (found.input, found.output) == ("When is the museum closed?", "The museum is closed on Mondays.")
    assert found.context is not None
    assert len(found.context) == 1
    assert len(found.context[0]) > 200
    assert found.tool_calls is None


@pytest.mark.parametrize(("documents", "context"), [([], ()), (None, None), (["a", "b"], ("a", "b"))])
def test_a_retrieval_that_found_nothing_differs_from_one_that_does_not_tell(documents: object, context: object) -> None:
    raw = {"messages": [{"role": "user", "content": "Q"}], "retrievals": [{"query": "Q", "documents": documents}]}
    assert item(raw).context == context


def test_short_documents_are_never_taken_for_previews() -> None:
    raw = {"retrievals": [{"query": "Q", "hits": ["Yes", "Yes, on Mondays", {"document": {"page_content": "No"}}]}]}
    assert item(raw).context == ("Yes", "Yes, on Mondays", "No")


def test_a_preview_of_arguments_gives_the_question_and_what_lacks_is_said() -> None:
    found = item(samples.bare())
    assert (found.input, found.output) == ("Which platform?", "")
    assert notes(found) == [NO_OUTPUT]


@pytest.mark.parametrize(
    ("preview", "question", "is_preview"),
    [
        ("{'messages': [{'role': 'user', 'content': 'Hi?'}]}...", "Hi?", False),
        ("{'query': 'What is new?', 'history': [{'role': 'us...", "What is new?", False),
        ("{'function': 'wf', 'x': 3}...", "{'function': 'wf', 'x': 3}...", True),
    ],
)
def test_questions_in_previews(preview: str, question: str, is_preview: bool) -> None:
    found = item({"spans": {"s": {"attributes": {"workflow.input_preview": preview}}}})
    assert found.input == question
    assert (PREVIEW in notes(found)) is is_preview


def test_roles_tool_calls_of_chat_apis_and_the_last_turn() -> None:
    found = item(samples.roles())
    assert (found.input, found.output) == ("How many A-7 are left?", "There are 4 left.")
    assert found.system_prompt == "You are the shop's assistant."
    assert found.tool_calls is not None
    assert found.tool_calls[0].arguments == {"sku": "A-7"}
    assert found.tool_calls[0].result == '{"left": 4}'
    raw = samples.roles()
    raw["messages"] += [{"role": "user", "content": "Thanks."}, {"role": "assistant", "content": "You are welcome."}]
    assert item(raw).tool_calls == ()


def test_arguments_that_are_no_json_are_kept_as_they_are() -> None:
    broken = {"name": "stock", "args": "{'sku': ", "id": "c2", "error": "not valid JSON"}
    raw = {"messages": [{"type": "ai", "content": "", "invalid_tool_calls": [broken]}]}
    found = item(raw)
    assert found.tool_calls is not None
    assert found.tool_calls[0].raw_arguments == "{'sku': "
    assert found.tool_calls[0].error == "not valid JSON"


def test_tool_spans_and_failed_tools() -> None:
    attributes = {"tool.name": "search", "tool.args": "{'q': 'x'}", "valiqor.span_kind": "tool", "error": "timeout"}
    found = item({"spans": [{"span_id": "t", "status": "error", "attributes": attributes}]})
    assert found.tool_calls is not None
    assert (found.tool_calls[0].name, found.tool_calls[0].arguments) == ("search", {"q": "x"})
    assert found.tool_calls[0].error == "timeout"


def test_a_trace_with_nothing_to_look_at() -> None:
    found = item({"metadata": {"trace_id": "trace_empty"}})
    assert not has_text(found)
    assert notes(found) == [NO_INPUT, NO_OUTPUT]
