"""Traces in the shapes that tracers upload, small: each function makes a new one."""

from __future__ import annotations

from typing import Any

START = 1_795_000_000.0


def about(trace_id: str) -> dict[str, Any]:
    """The metadata of a trace."""
    return {
        "trace_id": trace_id,
        "session_id": "sess_00000001",
        "created_at": "2026-11-18T10:26:40.5Z",
        "start_time": START,
        "end_time": START + 0.5,
        "schema_version": "v3.0",
        "application": {"name": "train-desk", "version": "2.1.0"},
        "app_name": "train-desk",
        "app_version": "2.1.0",
        "environment": "staging",
        "tags": ["pilot", 7],
        "custom_fields": {"tenant": "north"},
    }


def figures(**known: int) -> dict[str, Any]:
    """The summary of a trace."""
    return {"status": "success", "duration_ms": 500.0, "total_cost": 0.002, "key_metrics": known}


def manual(trace_id: str = "trace_manual") -> dict[str, Any]:
    """LangChain messages, the question listed last; only the events of the span tell the order."""
    events = [
        ("m-question", "human", "2026-11-18T10:26:40.100Z"),
        ("m-call", "ai", "2026-11-18T10:26:40.200Z"),
        ("m-result", "tool", "2026-11-18T10:26:40.300Z"),
        ("m-answer", "ai", "2026-11-18T10:26:40.400Z"),
    ]
    span = {
        "span_id": "span_root",
        "trace_id": trace_id,
        "parent_span_id": None,
        "name": "agentic_workflow",
        "start_time": "2026-11-18T10:26:40.050Z",
        "end_time": "2026-11-18T10:26:40.450Z",
        "duration_ms": 400.0,
        "status": "success",
        "children": [],
        "attributes": {"workflow.type": "agentic", "workflow.input_preview": "{'user_query': 'When does ...'}..."},
        "events": [
            {"timestamp": time, "event": f"message.{kind}", "data": {"message.type": kind, "message.id": name}}
            for name, kind, time in events
        ],
    }
    call = {"id": "call_1", "name": "timetable", "args": {"to": "Bergen"}}
    return {
        "metadata": about(trace_id),
        "summary": figures(llm_calls=2, tool_calls=1, retrieval_calls=0, total_tokens=30),
        "execution_tree": {"root_span": {"span_id": "span_root", "name": "agentic_workflow", "children": []}},
        "spans": {"span_root": span},
        "messages": [
            {"type": "ai", "id": "m-call", "content": None, "tool_calls": [call]},
            {"type": "tool", "id": "m-result", "content": "09:40", "tool_call_id": "call_1", "name": "timetable"},
            {"type": "ai", "id": "m-answer", "content": "The train leaves at 09:40.", "tool_calls": []},
            {"type": "human", "id": "m-question", "content": "When does the train to Bergen leave?"},
        ],
        "retrievals": [],
        "diagnostics": {"warnings": []},
        "shelf": {"unknown": [1, 2]},
    }


def autolog(trace_id: str = "trace_autolog") -> dict[str, Any]:
    """What automatic logging makes of a chat API: the system prompt only inside a Python literal, and a tool result
    that the tracer wrote itself."""
    sent = (
        "[{'role': 'system', 'content': 'Answer in one sentence.'}, "
        "{'role': 'user', 'content': 'Is it raining in Oslo?'}]..."
    )
    spans = {
        "span_a": {
            "span_id": "span_a",
            "name": "llm_call_openai",
            "start_time": "2026-11-18T10:26:40.100Z",
            "status": "success",
            "attributes": {"llm.model": "small-1", "llm.messages": sent, "valiqor.span_kind": "llm_call"},
            "events": [],
        }
    }
    call = {"id": "call_9", "name": "weather", "args": {"city": "Oslo"}, "type": "tool_call"}
    return {
        "metadata": about(trace_id),
        "spans": spans,
        "messages": [
            {"type": "human", "content": "Is it raining in Oslo?", "response_metadata": {"timestamp": START + 0.1}},
            {"type": "ai", "content": None, "tool_calls": [call], "timestamp": START + 0.2},
            {
                "type": "tool",
                "content": "Tool weather executed successfully",
                "name": "weather",
                "tool_call_id": "call_9",
                "status": "success",
                "timestamp": START + 0.3,
                "response_metadata": {"tool_execution": True},
            },
            {
                "type": "ai",
                "content": "No, it is dry in Oslo.",
                "timestamp": START + 0.4,
                "usage_metadata": {"total_tokens": 27},
            },
        ],
        "retrievals": [],
    }


def rag(trace_id: str = "trace_rag") -> dict[str, Any]:
    """No messages: question, documents and answer stand in a span and in the retrievals."""
    passage = "The museum is closed on Mondays. " * 8
    span = {
        "span_id": "span_rag",
        "name": "rag_pipeline",
        "start_time": "2026-11-18T10:26:40.100Z",
        "attributes": {"rag.query": "When is the museum closed?", "valiqor.stage": "orchestration"},
        "retrieval": {
            "query": "When is the museum closed?",
            "hits": [{"doc_id": "d1", "rank": 1, "snippet_preview": passage[:200]}],
        },
        "generation": {"answer": "The museum is closed on Mondays.", "citations": [{"doc_id": "d1"}]},
        "rag_pipeline_stage": "full_pipeline",
    }
    return {
        "metadata": about(trace_id),
        "spans": {"span_rag": span},
        "messages": [],
        "retrievals": [{"query": "When is the museum closed?", "documents": [{"content": passage, "score": 0.9}]}],
    }


def bare(trace_id: str = "trace_bare") -> dict[str, Any]:
    """Nothing but a preview of the arguments: no message, no answer."""
    preview = "{'function': 'answer', 'q': 'Which platform?'}..."
    attributes = {"workflow.type": "agentic", "workflow.input_preview": preview}
    return {
        "metadata": about(trace_id),
        "spans": {"span_x": {"name": "flow", "attributes": attributes}},
        "messages": [],
    }


def roles(trace_id: str = "trace_roles") -> dict[str, Any]:
    """Messages with roles and a tool call as chat APIs write it; spans in a list."""
    call = {"id": "c1", "type": "function", "function": {"name": "stock", "arguments": '{"sku": "A-7"}'}}
    return {
        "metadata": {"trace_id": trace_id},
        "spans": [{"id": "s2", "start_time": 20}, {"id": "s1", "start_time": 10}, "no span"],
        "messages": [
            {"role": "system", "content": "You are the shop's assistant."},
            {"role": "user", "content": "Do you ship to Malta?"},
            {"role": "assistant", "content": "Yes, we do."},
            {"role": "user", "content": [{"type": "text", "text": "How many A-7 are left?"}]},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": '{"left": 4}'},
            {"role": "assistant", "content": "There are 4 left."},
        ],
    }
