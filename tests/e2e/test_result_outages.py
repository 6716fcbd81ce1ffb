"""Test results outlive what happens to a server: its columnar copy deleted, another server beside it, ``kill -9``."""

from __future__ import annotations

import http.client
import json
import sqlite3
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from servers import Server, serve

from tests.result_server import ask, fetch, metrics, upload


def body_of(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def answer(server: Server) -> Any:
    found = ask(server, "mode=all")
    del found["metadata"]["generated_at"]
    return found


def test_the_projection_may_be_deleted_while_the_server_runs(tmp_path: Path) -> None:
    file = tmp_path / "statistics.duckdb"
    with serve(tmp_path, workers=0) as server:
        assert fetch(server, "/test_results/bulk", body_of(upload(metrics(Safety=True))))[0] == 200
        before = answer(server)
        for path in tmp_path.glob("statistics.duckdb*"):
            path.unlink()
        assert answer(server) == before
        assert file.exists()
        file.unlink()
        assert fetch(server, "/test_results/bulk", body_of(upload(metrics(Safety=False))))[0] == 200
        after = answer(server)["overall_pass_rates"]
        assert (after["passed"], after["failed"]) == (1, 1)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_two_servers_share_one_folder(tmp_path: Path) -> None:
    with serve(tmp_path, workers=0) as first, serve(tmp_path, workers=0) as second:
        total = 0
        for one, other in ((first, second), (second, first), (first, second)):
            total += 2
            records = body_of(upload(metrics(Safety=True), metrics(Safety=False, Tone=True)))
            assert fetch(one, "/test_results/bulk", records)[0] == 200
            seen = answer(other)
            assert seen == answer(one)
            assert seen["overall_pass_rates"]["total"] == total
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_an_upload_that_was_killed_is_sent_again(tmp_path: Path) -> None:
    """Records with ids are kept once, whatever came before."""
    body = body_of(upload(*({"id": str(uuid.UUID(int=n)), **metrics(A=n % 2 == 0)} for n in range(9_000))))
    with serve(tmp_path, workers=0) as first:
        connection = http.client.HTTPConnection(first.url.removeprefix("http://"), timeout=60)
        connection.putrequest("POST", "/test_results/bulk")
        connection.putheader("Authorization", f"Bearer {first.key}")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        connection.send(body[: len(body) * 2 // 3])
        deadline = time.monotonic() + 60
        while not (kept := count(tmp_path)):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        first.kill()
        connection.close()
    kept = count(tmp_path)
    assert 0 < kept < 9_000
    with serve(tmp_path, workers=0) as second:
        status, _, report = fetch(second, "/test_results/bulk", body)
        assert (status, report["rejected"]) == (200, 0)
        assert report["test_results"] == {"created": 9_000 - kept, "existing": kept}
        overall = answer(second)["overall_pass_rates"]
    assert (overall["passed"], overall["failed"]) == (4_500, 4_500)


def count(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "failsight.db")) as database:
        return int(database.execute("select count(*) from test_results").fetchone()[0])
