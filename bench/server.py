"""A server while it works: ``python bench/server.py [--items N] [--workers N] [--clients N] [--database-url URL]
[--no-encoder] [--json FILE]``.

One job of N generated items; meanwhile each client asks for its status ten times a second over a kept connection, and
one client submits a job of 5 items after the other and waits for it. Latency is what a client sees. Memory is the peak
of each process. The load of the machine is printed with it: other work on the same cores counts in every figure.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from items import generate

PREFIX = "/v2/failure-analysis"
PAUSE = 0.1
SMALL_ITEMS = 5
SMALL_PAUSE = 0.02


class Client:
    """A kept connection with the server's first key."""

    def __init__(self, url: str, key: str) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        self._connection.request(method, path, None if body is None else json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text[:300]
        return dict(json.loads(text))


def poll(client: Client, run_id: str, times: list[float]) -> dict[str, Any]:
    """Asks until the job has ended; milliseconds of every answer while it ran."""
    while True:
        started = time.perf_counter()
        status = client.ask("GET", f"{PREFIX}/runs/{run_id}/status")
        times.append(1000 * (time.perf_counter() - started))
        if status["status"] not in {"queued", "running"}:
            return status
        time.sleep(PAUSE)


def small_jobs(client: Client, times: list[float], ended: threading.Event) -> None:
    """One job of a few items after the other; seconds from its request to the status that says it is completed."""
    dataset = [dict(item) for item in generate(SMALL_ITEMS)]
    while not ended.is_set():
        started = time.perf_counter()
        run_id = client.ask("POST", f"{PREFIX}/analyze", {"dataset": dataset})["job_id"]
        while client.ask("GET", f"{PREFIX}/runs/{run_id}/status")["status"] in {"queued", "running"}:
            time.sleep(SMALL_PAUSE)
        times.append(time.perf_counter() - started)
        ended.wait(0.5)


def start(folder: Path, workers: int, database_url: str | None) -> tuple[subprocess.Popen[str], str, str]:
    """A server: its process, its address and its key. Everything becomes a job, however small."""
    arguments = ["--port", "0", "--data-dir", str(folder), "--workers", str(workers)]
    arguments += ["--database-url", database_url] if database_url else []
    os.environ["FAILSIGHT_SYNC_ITEMS"] = "0"
    command = [sys.executable, "-m", "failsight", "serve", *arguments]
    log = (folder / "log").open("w+")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    key = process.stdout.readline().strip()
    while "Listening on " not in (text := (folder / "log").read_text()):
        assert process.poll() is None, text
        time.sleep(0.1)
    return process, text.split("Listening on ")[1].split()[0], key


def peaks(server: int) -> dict[str, float]:
    """Peak memory in MB of the server and of its workers together."""
    children = [
        int(found.parent.name)
        for found in Path("/proc").glob("[0-9]*/stat")
        if found.exists() and found.read_text().rpartition(")")[2].split()[1] == str(server)
    ]
    return {"server MB": peak(server), "worker MB": sum(map(peak, children))}


def peak(process: int) -> float:
    text = Path(f"/proc/{process}/status").read_text()
    return round(int(text.split("VmHWM:")[1].split()[0]) / 1024, 1)


def measure(items: int, workers: int, clients: int, database_url: str | None) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        process, url, key = start(Path(folder), workers, database_url)
        try:
            dataset = [dict(item) for item in generate(items)]
            first = Client(url, key)
            for _ in range(workers):  # until workers are up
                poll(first, first.ask("POST", f"{PREFIX}/analyze", {"dataset": dataset[:SMALL_ITEMS]})["job_id"], [])
            started = time.perf_counter()
            run_id = first.ask("POST", f"{PREFIX}/analyze", {"dataset": dataset})["job_id"]
            sent = time.perf_counter() - started
            times: list[float] = []
            others = [threading.Thread(target=poll, args=(Client(url, key), run_id, times)) for _ in range(clients - 1)]
            for other in others:
                other.start()
            small: list[float] = []
            ended = threading.Event()
            others.append(threading.Thread(target=small_jobs, args=(Client(url, key), small, ended)))
            others[-1].start()
            before = time.perf_counter()
            status = poll(first, run_id, times)
            took = time.perf_counter() - before
            ended.set()
            for other in others:
                other.join()
            assert status["status"] == "completed", status
            ordered = np.percentile(times, [50, 95, 99])
            figures = {"sent s": sent, "items/s": items / took, "answers": len(times)}
            figures |= {"p50 ms": ordered[0], "p95 ms": ordered[1], "p99 ms": ordered[2]}
            figures |= {"small jobs": len(small), "small p50 s": np.median(small), "small max s": max(small)}
            return {name: round(float(value), 1) for name, value in figures.items()} | peaks(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--database-url")
    parser.add_argument("--json", metavar="FILE")
    asked = parser.parse_args()
    load = os.getloadavg()[0]
    os.environ["FAILSIGHT_ENCODER"] = "off" if asked.no_encoder else "on"
    found = measure(asked.items, asked.workers, asked.clients, asked.database_url)
    found |= {"cores": float(os.cpu_count() or 0), "load before": round(load, 1), "load": round(os.getloadavg()[0], 1)}
    for name, value in found.items():
        print(f"{name:<12} {value:>10,.1f}")
    if asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
