"""A trace as it is stored: the JSON that was uploaded, whole, and what a list shows of it."""

from __future__ import annotations

from failsight.model.noun import Noun
from failsight.model.trace import TraceRecord


class StoredTrace(Noun):
    """``raw`` is a JSON text, empty in lists. A repeated id updates everything but ``uploaded_at``."""

    trace_id: str
    project_id: str | None = None
    project_name: str | None = None
    record: TraceRecord
    raw: str = ""
    uploaded_at: str
    updated_at: str
