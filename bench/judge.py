"""Measures what the LLM judge costs beside the call itself: ``python bench/judge.py [--calls N]``.

Pacing, budget and kept replies, against an endpoint on loopback that answers at once. What an LLM is worth on labelled
sets: ``bench/detection.py --llm-model``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from failsight.judge.budget import BudgetedJudge, Purse
from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.judge.dialect import Dialect
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgeRequest
from failsight.testing.endpoint import ScriptedEndpoint

TEXT = "The warranty on the frame is 24 months, on the battery 12 months. " * 60
THREADS = 4


def request(number: int) -> JudgeRequest:
    """One of many different questions of about 1,000 tokens."""
    message = JudgeMessage(role="user", content=f"{number} {TEXT}")
    return JudgeRequest(messages=(message,), response_schema={"type": "object"}, rubrics=("r@1",), max_tokens=100)


def serve(told: Connection) -> None:
    """The endpoint, in a process of its own, until it is ended."""
    with ScriptedEndpoint(lambda _: '{"verdict": "pass"}') as server:
        told.send(server.url)
        told.recv()


def cost(call: Callable[[int], Any], count: int) -> dict[str, float]:
    """Milliseconds of this process's processor time for a call, and calls a second, on four threads."""
    call(-1)
    cpu, wall = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(call, range(count)):
            pass
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu_ms": 1000 * cpu / count, "calls_per_second": count / wall}


def overhead(count: int) -> dict[str, dict[str, float]]:
    """What a call costs with each part added."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    url = ours.recv()
    dialect, limits = Dialect(), Limits(THREADS)
    with (
        TemporaryDirectory() as folder,
        httpx2.Client() as plain,
        closing(EndpointJudge(Address(url, "m", "k"), limits)) as endpoint,
    ):
        budgeted = BudgetedJudge(endpoint, Purse(JudgeBudget(max_tokens=10**12)))
        cached = CachedJudge(ReplyCache(folder), budgeted)
        ways: dict[str, Callable[[int], Any]] = {
            "HTTP client alone": lambda n: plain.post(f"{url}/chat/completions", json=dialect.body(request(n), "m")),
            "+ pacing, retries, reading": lambda n: endpoint.ask(request(n)),
            "+ budget": lambda n: budgeted.ask(request(n)),
            "+ keeping the reply": lambda n: cached.ask(request(n)),
            "a kept reply": lambda n: cached.ask(request(n)),
        }
        found = {name: cost(way, count) for name, way in ways.items()}
    ours.send("end")
    process.join()
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--calls", type=int, default=1000)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    results = overhead(given.calls)
    for name, figures in results.items():
        print("{:28}{cpu_ms:8.2f} ms of processor time{calls_per_second:8.0f} calls/s".format(name, **figures))
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
