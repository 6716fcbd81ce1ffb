"""A job: long work with progress."""

from __future__ import annotations

from failsight.model.noun import Noun


class FAJobStatus(Noun):
    """Status of an asynchronous failure-analysis job: queued, running, completed, failed or cancelled."""

    job_id: str = ""
    job_type: str = "failure_analysis"
    status: str = "queued"
    progress_percent: float = 0.0
    current_item: int = 0
    total_items: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    estimated_remaining_seconds: int | None = None
    error: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status in {"queued", "running", "processing"}

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    @property
    def is_failed(self) -> bool:
        return self.status == "failed"
