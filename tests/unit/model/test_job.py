"""States of a job."""

from __future__ import annotations

import pytest

from failsight.model.job import FAJobStatus


@pytest.mark.parametrize(
    ("status", "running", "completed", "failed"),
    [
        ("queued", True, False, False),
        ("running", True, False, False),
        ("processing", True, False, False),
        ("completed", False, True, False),
        ("failed", False, False, True),
        ("cancelled", False, False, False),
    ],
)
def test_states(status: str, running: bool, completed: bool, failed: bool) -> None:
    job = FAJobStatus(status=status)
    assert (job.is_running, job.is_completed, job.is_failed) == (running, completed, failed)
