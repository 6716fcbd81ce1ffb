"""A trace: what an application did for one request or session, as its tracer recorded it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ConfigDict, Field

from failsight.model.noun import Noun


class TraceMessage(Noun):
    """One message; ``role`` is user, assistant, tool, system or what the tracer wrote. Unknown keys are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    role: str = "unknown"
    content: str = ""
    timestamp: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None
    name: str | None = None

    @property
    def extra(self) -> dict[str, Any]:
        """What the tracer recorded besides: ids, usage, metadata of the response."""
        return self.model_extra or {}


class TraceSpan(Noun):
    """One step of the execution. Unknown keys (``retrieval``, ``generation``, ``children``) are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    span_id: str = ""
    name: str = ""
    kind: str = ""
    parent_span_id: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    duration_ms: float | None = None
    status: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    events: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def extra(self) -> dict[str, Any]:
        return self.model_extra or {}


class TraceSummary(Noun):
    """Figures and labels of a trace; None where the tracer did not record them and they cannot be counted."""

    trace_id: str = ""
    project_id: str = ""
    status: str = ""
    session_id: str | None = None
    project_name: str | None = None
    app_name: str | None = None
    app_version: str | None = None
    environment: str | None = None
    created_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    duration_ms: float | None = None
    total_cost: float | None = None
    total_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    llm_calls: int | None = None
    tool_calls: int | None = None
    retrieval_calls: int | None = None
    tags: list[str] | None = None
    custom_fields: dict[str, Any] | None = None
    summary: dict[str, Any] | None = None
    diagnostics: dict[str, Any] | None = None
    message_count: int = 0
    span_count: int = 0


class TraceOverview(Noun):
    """The head of one trace."""

    trace_id: str = ""
    status: str = ""
    session_id: str | None = None
    duration_ms: float | None = None
    total_cost: float | None = None
    llm_calls: int | None = None
    tool_calls: int | None = None
    created_at: str | None = None


class TraceRecord(Noun):
    """A trace in a list. ``eval_available``: an evaluation of it is stored."""

    trace_id: str = ""
    project_id: str = ""
    status: str = ""
    session_id: str | None = None
    project_name: str | None = None
    app_name: str | None = None
    duration_ms: float | None = None
    total_cost: float | None = None
    total_tokens: int | None = None
    llm_calls: int | None = None
    tool_calls: int | None = None
    input_preview: str | None = None
    output_preview: str | None = None
    eval_available: bool = False
    created_at: str | None = None


class TraceListResponse(Noun):
    """A page of traces, newest first."""

    traces: list[TraceRecord] = Field(default_factory=list)
    total: int = 0
    page: int = 1
    page_size: int = 20

    def __len__(self) -> int:
        return len(self.traces)

    def __iter__(self) -> Iterator[TraceRecord]:  # type: ignore[override]  # the published model iterates its traces
        return iter(self.traces)


class TraceFullResult(Noun):
    """The whole trace as it was uploaded, its parts in known places; unknown parts stay where they were."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    trace_id: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    summary: dict[str, Any] = Field(default_factory=dict)
    messages: list[dict[str, Any]] = Field(default_factory=list)
    spans: dict[str, Any] = Field(default_factory=dict)
    retrievals: list[dict[str, Any]] = Field(default_factory=list)
    diagnostics: dict[str, Any] | None = None
    execution_tree: dict[str, Any] | None = None


class TraceEvalStep(Noun):
    """One metric on one evaluated item of a trace; ``run_id`` is the evaluation that measured it."""

    metric: str = ""
    score: float | None = None
    explanation: str | None = None
    status: str = "completed"
    input_text: str | None = None
    output_text: str | None = None
    context: str | None = None
    expected: str | None = None
    run_id: str | None = None


class Trace(Noun):
    """A trace as read: its summary, its messages in the order of time, its spans, and the JSON it came from."""

    summary: TraceSummary
    messages: tuple[TraceMessage, ...] = ()
    spans: tuple[TraceSpan, ...] = ()
    raw: dict[str, Any] = Field(default_factory=dict)

    @property
    def trace_id(self) -> str:
        return self.summary.trace_id

    def to_overview(self) -> TraceOverview:
        return TraceOverview.model_validate(dict(self.summary))

    def to_record(self, input_preview: str | None, output_preview: str | None) -> TraceRecord:
        previews = {"input_preview": input_preview, "output_preview": output_preview}
        return TraceRecord.model_validate(dict(self.summary) | previews)
