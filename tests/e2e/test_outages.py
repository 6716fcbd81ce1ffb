"""A server whose database, workers or place fail it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from servers import Server, postgresql_process, serve

PREFIX = "/v2/failure-analysis"
SHORT = {"FAILSIGHT_BUSY_SECONDS": "1"}


def dataset(size: int) -> dict[str, Any]:
    return {"dataset": [{"input": f"question {n}", "output": "It opens at nine."} for n in range(size)]}


def until(condition: Any, seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return found


def status_of(server: Server, run_id: str) -> dict[str, Any]:
    return dict(server.request("GET", f"{PREFIX}/runs/{run_id}/status")[1])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


def test_a_locked_database_is_503_and_over_when_it_is_over(tmp_path: Path) -> None:
    with serve(tmp_path, workers=1, **SHORT) as server:
        with locked(tmp_path / "failsight.db"):
            request = urllib.request.Request(
                f"{server.url}{PREFIX}/analyze",
                b'{"dataset": [{"input": "a", "output": "b"}]}',
                {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"},
            )
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            with refused.value as answer:
                assert answer.code == 503
                assert answer.headers["Retry-After"] == "5"
                assert b"Nothing was started" in answer.read()
            assert server.request("GET", "/health")[0] == 200
            assert server.request("GET", f"{PREFIX}/runs")[0] == 200  # readers are not held up
            time.sleep(1.5)  # the worker meets the lock too
        assert server.request("POST", f"{PREFIX}/analyze", dataset(1))[0] == 200
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(50))[1]["job_id"]
        until(lambda: status_of(server, run_id)["status"] == "completed")
        assert server.request("GET", f"{PREFIX}/runs/count")[1] == {"count": 2}
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_postgresql_that_stops_is_waited_for(tmp_path: Path) -> None:
    with postgresql_process() as database, serve(tmp_path, url=database.url, workers=1, **SHORT) as server:
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(2500))[1]["job_id"]
        until(lambda: status_of(server, run_id)["current_item"] > 0)
        database.stop()
        assert server.request("GET", f"{PREFIX}/runs")[0] == 503
        assert server.request("POST", f"{PREFIX}/analyze", dataset(1))[0] == 503
        assert server.request("GET", "/ready")[0] == 503
        with urllib.request.urlopen(f"{server.url}/metrics") as answer:
            assert b"failsight_database_up 0.0" in answer.read()
        database.start()
        until(lambda: server.request("GET", "/ready")[0] == 200)
        done = until(lambda: (now := status_of(server, run_id))["status"] == "completed" and now, 60)
        assert done["current_item"] == 2500


def test_a_worker_that_dies_is_replaced_and_its_job_goes_on(tmp_path: Path) -> None:
    with serve(tmp_path, workers=1) as server:
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(800))[1]["job_id"]
        until(lambda: status_of(server, run_id)["current_item"] > 0)
        os.kill(int(server.children()[0]), signal.SIGKILL)
        done = until(lambda: (now := status_of(server, run_id))["status"] == "completed" and now, 25)
    assert done["current_item"] == 800  # in less than a lease of 30 seconds: the next worker is known to follow it


def test_a_lone_workers_piece_is_taken_over_when_its_lease_ends(tmp_path: Path) -> None:
    with serve(tmp_path, workers=0, FAILSIGHT_LEASE_SECONDS="2") as server:
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(800))[1]["job_id"]
        command = [sys.executable, "-m", "failsight", "worker"]
        with subprocess.Popen(command, env=server.environment) as first:
            until(lambda: status_of(server, run_id)["current_item"] > 0)
            first.kill()
        with subprocess.Popen(command, env=server.environment) as second:
            until(lambda: status_of(server, run_id)["status"] == "completed")
            second.terminate()
        _, result = server.request("GET", f"{PREFIX}/runs/{run_id}")
    assert [item["item_index"] for item in result["inputs"]] == list(range(800))


def test_a_stopped_server_gives_its_job_back(tmp_path: Path) -> None:
    with serve(tmp_path, workers=1) as first:
        run_id = first.request("POST", f"{PREFIX}/analyze", dataset(6000))[1]["job_id"]
        until(lambda: status_of(first, run_id)["current_item"] > 0)
        started = time.monotonic()
        first.process.terminate()
        assert first.process.wait(timeout=20) == 0
        assert time.monotonic() - started < 8
    with closing(sqlite3.connect(tmp_path / "failsight.db")) as database:
        status, current = database.execute("select status, current_item from jobs").fetchone()
        held = database.execute("select count(*) from job_pieces where owner is not null").fetchone()[0]
    assert (status, held) == ("running", 0)
    assert 0 < current < 6000
    with serve(tmp_path, workers=1) as second:
        until(lambda: status_of(second, run_id)["current_item"] > current, 10)  # long before a lease would end
        second.request("POST", f"{PREFIX}/runs/{run_id}/cancel")


def test_an_item_that_ends_every_worker_is_set_apart(tmp_path: Path) -> None:
    with serve(tmp_path, workers=0) as server:
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(50))[1]["job_id"]
        with closing(sqlite3.connect(tmp_path / "failsight.db")) as database, database:
            database.execute("update job_pieces set attempts = 3, owner = 'gone', lease_until = '2'")
        with subprocess.Popen([sys.executable, "-m", "failsight", "worker"], env=server.environment) as worker:
            until(lambda: status_of(server, run_id)["status"] == "completed")
            worker.terminate()
            assert worker.wait(timeout=10) == 0
        _, result = server.request("GET", f"{PREFIX}/runs/{run_id}")
    first = [tag for tag in result["failure_tags"] if tag["item_index"] == 0]
    assert {tag["decision"] for tag in first} == {"unsure"}
    assert all(tag["judge_rationale"].startswith("3 workers in a row ended at this item") for tag in first)
    assert [item["pass_count"] > 0 for item in result["inputs"]] == [False] + 49 * [True]
    assert result["summary"]["needs_human_review"]


def test_scoring_that_ends_every_worker_fails_the_job(tmp_path: Path) -> None:
    with serve(tmp_path, workers=0) as server:
        run_id = server.request("POST", f"{PREFIX}/analyze", dataset(50))[1]["job_id"]
        with closing(sqlite3.connect(tmp_path / "failsight.db")) as database, database:
            database.execute(
                "update job_pieces set start_item = 50, next_item = 50, attempts = 3, owner = 'gone', lease_until = '2'"
            )
        with subprocess.Popen([sys.executable, "-m", "failsight", "worker"], env=server.environment) as worker:
            failed = until(lambda: (now := status_of(server, run_id))["status"] == "failed" and now)
            worker.terminate()
            assert worker.wait(timeout=10) == 0
        assert "3 workers in a row ended while they scored the run" in failed["error"]
        with urllib.request.urlopen(f"{server.url}/metrics") as answer:
            assert b'failsight_jobs_ended_total{status="failed"} 1.0' in answer.read()


def test_two_servers_start_at_once_on_one_folder(tmp_path: Path) -> None:
    environment = os.environ | {"FAILSIGHT_ENCODER": "off", "FAILSIGHT_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "failsight", "serve", "--port", "0", "--workers", "0"]

    def start(_number: int) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        said = ""
        while "Listening" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        return process, said

    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(start, range(3)))
    keys = []
    for process, said in started:
        process.terminate()
        out, err = process.communicate(timeout=20)
        assert process.returncode == 0, said + err
        keys += out.split()
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--database-url", "mysql://u:secret@h/x"], 2, "'mysql' is no database that is known"),
        (["--database-url", "no url"], 2, "FAILSIGHT_DATABASE_URL"),
        (["--database-url", "postgresql://u:secret@127.0.0.1:9/x"], 3, "The database cannot be used"),
        (["--data-dir", "/dev/null/data"], 2, "FAILSIGHT_DATA_DIR"),
        (["--database-url", "sqlite:////dev/null"], 3, "The database cannot be used"),
    ],
)
def test_a_start_that_cannot_succeed_says_why(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    command = [sys.executable, "-m", "failsight", "serve", "--port", "0", "--workers", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "failsight", "serve", "--port", port, "--data-dir", str(tmp_path / "data")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert f"127.0.0.1:{port}" in done.stderr
    assert not (tmp_path / "data").exists()


def test_migrations_to_do_are_not_ready_and_are_done_after_a_copy(tmp_path: Path) -> None:
    with serve(tmp_path, workers=0) as server:
        assert server.run_command("db", "upgrade", "--dry-run") == ""
        with closing(sqlite3.connect(tmp_path / "failsight.db")) as database, database:
            head = database.execute("select version_num from alembic_version").fetchone()[0]
            database.execute("update alembic_version set version_num = 'from-the-future'")
        assert server.request("GET", "/ready")[0] == 503
        with closing(sqlite3.connect(tmp_path / "failsight.db")) as database, database:
            database.execute("update alembic_version set version_num = ?", [head])
        assert server.request("GET", "/ready")[0] == 200
