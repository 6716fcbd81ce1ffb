"""Our own clients against a real server, and against one that is busy."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from servers import Server

from failsight.client import AsyncFailureAnalysisClient, FailureAnalysisClient
from failsight.errors import (
    DatasetTooLarge,
    InvalidInput,
    NotAuthenticated,
    NotFound,
    ServerFault,
    Unavailable,
    Unreachable,
)
from failsight.model.job import FAJobStatus
from failsight.model.run import FARunResult

LOOP = "Please wait. Please wait. Please wait. Please wait. Please wait."
ITEMS = [{"input": f"question {n}", "output": LOOP if n % 2 else "It opens at nine."} for n in range(60)]


def test_sync_client_does_everything(server: Server) -> None:
    with FailureAnalysisClient(server.key, server.url) as client:
        small = client.run(ITEMS[:2], project_name="own-client")
        assert isinstance(small, FARunResult)
        assert len(small.get_failed_items()) == 1
        seen: list[FAJobStatus] = []
        large = client.run(ITEMS, project_name="own-client", on_progress=seen.append, poll_seconds=0.05)
        assert large.summary.items_with_failures == 30
        assert seen[-1].is_completed
        page = client.list_runs(project_name="own-client")
        assert [run.run_id for run in page] == [large.run_id, small.run_id]
        assert client.get_run_count("own-client") == len(page) == 2
        assert client.get_run(small.run_id).summary == small.summary
        assert len(client.get_run_inputs(large.run_id)) == 60
        failed = client.get_tags(large.run_id, decision="fail", min_severity=1.0)
        assert len(failed) >= 30
        assert client.update_tag(failed[0].tag_id, is_reviewed=True).reviewed_at
        assert client.get_status(large.run_id).progress_percent == 100
        assert client.cancel_run(large.run_id).status == "completed"
        assert "own-client" in client.get_projects()
        assert client.get_bucket("security") in client.get_taxonomy()
        assert client.get_subcategories(bucket_id="tool_failures")
        assert client.get_insights(project_name="own-client").total_runs == 2
        assert client.get_trends(project_name="own-client").trend_data[0].total_runs == 2
        assert client.get_security_insights(project_name="own-client").period_days == 30
        assert client.playground(input="a", output=LOOP).summary.total_failures_detected >= 1


def test_async_client_agrees_with_the_sync_one(server: Server) -> None:
    async def both() -> FARunResult:
        async with AsyncFailureAnalysisClient(server.key, server.url) as client:
            return await client.run(ITEMS, poll_seconds=0.05)

    with FailureAnalysisClient(server.key, server.url) as client:
        expected = client.run(ITEMS, poll_seconds=0.05)
    assert asyncio.run(both()).summary == expected.summary


def test_errors_are_the_engines_own(server: Server) -> None:
    with FailureAnalysisClient(server.key, server.url) as client:
        with pytest.raises(NotFound, match="no-such-run"):
            client.get_run("no-such-run")
        with pytest.raises(InvalidInput, match="output"):
            client.run([{"input": "a"}])
        with pytest.raises(InvalidInput, match="days"):
            client.get_insights(days=-1)
        with pytest.raises(DatasetTooLarge) as large:
            client.run([{"input": "", "output": ""}] * 100_001)
        assert large.value.known["max_allowed"] == 100_000
    with FailureAnalysisClient("vq_wrong", server.url) as stranger, pytest.raises(NotAuthenticated):
        stranger.get_projects()
    with (
        FailureAnalysisClient("vq_x", "http://127.0.0.1:9") as lost,
        pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"),
    ):
        lost.get_projects()


@contextmanager
def answering(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[str]]]:
    """An HTTP server that gives these answers in turn, the last one for ever, and notes what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers[min(len(asked), len(answers) - 1)]
            asked.append(self.path)
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_ignored: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


BUSY = (503, {"Retry-After": "0"}, json.dumps({"detail": "busy"}).encode())


def test_a_busy_server_is_asked_again() -> None:
    good = (200, {}, json.dumps({"projects": ["a"]}).encode())
    with answering(BUSY, BUSY, good) as (url, asked), FailureAnalysisClient("vq_x", url) as client:
        assert client.get_projects() == ["a"]
        assert len(asked) == 3


def test_a_server_that_stays_busy_is_given_up() -> None:
    with answering(BUSY) as (url, asked), FailureAnalysisClient("vq_x", url) as client:
        with pytest.raises(Unavailable, match="busy"):
            client.get_projects()
        assert len(asked) == 4


def test_a_long_retry_after_is_not_waited_for() -> None:
    long = (503, {"Retry-After": "3600"}, json.dumps({"detail": "later"}).encode())
    with answering(long) as (url, asked), FailureAnalysisClient("vq_x", url) as client:
        with pytest.raises(Unavailable):
            client.get_projects()
        assert len(asked) == 1


def test_an_answer_that_is_no_json_is_said_to_be_one() -> None:
    with (
        answering((200, {}, b"<html>")) as (url, _),
        FailureAnalysisClient("vq_x", url) as client,
        pytest.raises(ServerFault, match="no JSON"),
    ):
        client.get_projects()
