"""Several worker processes on one PostgreSQL: each takes work, and every item is done once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from servers import Server, serve

PREFIX = "/v2/failure-analysis"
SIZE = 150


@contextmanager
def paused(process: str) -> Iterator[None]:
    """A worker that stands still and does not know it. Only while it has no work: it would keep its locks."""
    os.kill(int(process), signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(int(process), signal.SIGCONT)


def analysed(server: Server, key: str, count: int) -> list[str]:
    """So many jobs, sent at once and waited for."""
    items = [{"id": str(n), "input": "When?", "output": "It opens at nine."} for n in range(SIZE)]
    jobs = [server.request("POST", f"{PREFIX}/analyze", {"dataset": items}, key)[1]["job_id"] for _ in range(count)]
    deadline = time.monotonic() + 120
    for job in jobs:
        while server.request("GET", f"{PREFIX}/runs/{job}/status", key=key)[1]["status"] != "completed":
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)
    return jobs


def test_two_workers_share_the_queue(postgresql_url: str, tmp_path: Path) -> None:
    with serve(tmp_path, url=postgresql_url, workers=2) as server:
        key = server.run_command("organizations", "create", f"workers-{time.time_ns()}").strip()
        one, other = server.children()
        with paused(one):
            jobs = analysed(server, key, 1)  # by the other
        with paused(other):
            jobs += analysed(server, key, 1)  # by this one
        jobs += analysed(server, key, 4)
        for job in jobs:
            _, result = server.request("GET", f"{PREFIX}/runs/{job}", key=key)
            assert [item["item_id"] for item in result["inputs"]] == [str(n) for n in range(SIZE)]
            tags = [tag["tag_id"] for tag in result["failure_tags"]]
            assert len(tags) == len(set(tags))
            assert result["summary"]["total_passes"] == sum(t["decision"] == "pass" for t in result["failure_tags"])
