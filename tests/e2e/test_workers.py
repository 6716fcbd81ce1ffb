"""Several worker processes on one PostgreSQL: every item is done once."""

from __future__ import annotations

import time
from pathlib import Path

from servers import serve

PREFIX = "/v2/failure-analysis"


def test_two_workers_share_the_queue(postgresql_url: str, tmp_path: Path) -> None:
    items = [{"id": str(n), "input": "When?", "output": "It opens at nine."} for n in range(250)]
    with serve(tmp_path, url=postgresql_url, workers=2) as server:
        key = server.run_command("organizations", "create", f"workers-{time.time_ns()}").strip()
        jobs = [server.request("POST", f"{PREFIX}/analyze", {"dataset": items}, key)[1]["job_id"] for _ in range(4)]
        deadline = time.monotonic() + 120
        both = False
        while time.monotonic() < deadline:
            states = [server.request("GET", f"{PREFIX}/runs/{job}/status", key=key)[1]["status"] for job in jobs]
            both = both or states.count("running") == 2
            if set(states) == {"completed"}:
                break
            time.sleep(0.05)
        assert set(states) == {"completed"}
        assert both, "two jobs were never worked on at the same time"
        for job in jobs:
            _, result = server.request("GET", f"{PREFIX}/runs/{job}", key=key)
            assert [item["item_id"] for item in result["inputs"]] == [str(n) for n in range(250)]
            tags = [tag["tag_id"] for tag in result["failure_tags"]]
            assert len(tags) == len(set(tags))
            assert result["summary"]["total_passes"] == sum(t["decision"] == "pass" for t in result["failure_tags"])
