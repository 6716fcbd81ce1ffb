"""Measures the LLM judge: ``python bench/judge.py [FOLDER --model NAME [--base-url URL] [--sets a b] [--limit N]]``.

Without a folder: what pacing, budget and kept replies cost a call, against an endpoint on loopback that answers at
once. With one: calls a second and verdicts on the labelled sets (as in ``detection.py``, which says what a line of
them is), local, by the judge alone, and both together; the key comes from OPENAI_API_KEY, replies are kept.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import numpy as np
from detection import MAPPING, to_item
from measures import auroc, balanced_accuracy, f1

from failsight.engine.pipeline import Examination, SourcedFinding
from failsight.engine.scoring import merge
from failsight.judge.budget import BudgetedJudge, Purse
from failsight.judge.cache import ReplyCache
from failsight.judge.cached import CachedJudge
from failsight.judge.dialect import Dialect
from failsight.judge.endpoint import Address, EndpointJudge, Limits
from failsight.model.analysis import AnalysisOptions
from failsight.model.judge import JudgeBudget, JudgeMessage, JudgeRequest
from failsight.service.judge_items import judge_items
from failsight.settings import Settings, read_settings
from failsight.testing.endpoint import ScriptedEndpoint
from failsight.wiring import build_engine
from failsight.wiring.judge import open_judging

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


def decided(found: Iterable[SourcedFinding]) -> tuple[str, float]:
    """The decision of findings and its probability; ``none`` without any."""
    findings = [one.finding for one in found]
    if not findings:
        return "none", 0.5
    decision, lead = merge(findings)
    return decision, lead.probability


def answers(seen: Examination, subs: Iterable[str]) -> dict[str, tuple[str, float]]:
    """What local checks, the judge, and both say: the worst over the subcategories."""
    ways: dict[str, Callable[[SourcedFinding], bool]] = {
        "local": lambda one: one.finding.family != "judge",
        "judge": lambda one: one.finding.family == "judge",
        "both": lambda _: True,
    }
    told = {}
    for way, belongs in ways.items():
        each = [decided(one for one in seen.findings.get(sub, ()) if belongs(one)) for sub in subs]
        decisions = [decision for decision, _ in each]
        worst = next(name for name in ("fail", "unsure", "pass", "none") if name in decisions)
        told[way] = worst, max(probability for _, probability in each)
    return told


def quality(name: str, rows: list[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    """One result for each label and way, and the calls a second."""
    wanted = tuple(dict.fromkeys(sub for rule in MAPPING[name].values() for sub in rule["any"]))
    options = AnalysisOptions(mode="full", subcategories=wanted, run_eval=False, run_security=False)
    plan = build_engine(settings).plan(options)
    started = time.perf_counter()
    with open_judging(settings) as judging:
        assert judging is not None
        examined = (plan.examine(to_item(row), index) for index, row in enumerate(rows))
        seen = list(judge_items(plan, examined, judging))
        usage = judging.usage()
    seconds = time.perf_counter() - started
    results = []
    for label, rule in MAPPING[name].items():
        chosen = [i for i, row in enumerate(rows) if row["labels"].get(label) is not None]
        if not chosen or "signal" in rule:
            continue
        truth = np.array([bool(rows[i]["labels"][label]) for i in chosen])
        told = [answers(seen[i], rule["any"]) for i in chosen]
        for way in ("local", "judge", "both"):
            predicted = np.array([one[way][0] == "fail" for one in told])
            score = np.array([one[way][1] for one in told])
            results.append(
                {
                    "set": name,
                    "label": label,
                    "by": way,
                    "n": len(chosen),
                    "positive": float(truth.mean()),
                    "f1": f1(truth, predicted),
                    "balanced_accuracy": balanced_accuracy(truth, predicted),
                    "auroc": auroc(truth, score),
                    "unsure": sum(one[way][0] == "unsure" for one in told),
                    "none": sum(one[way][0] == "none" for one in told),
                    "calls": usage.calls,
                    "calls_per_second": usage.calls / seconds,
                    "tokens": usage.tokens_in + usage.tokens_out,
                    "cost_usd": usage.cost_usd,
                    "stopped": usage.stopped,
                }
            )
    return results


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path, nargs="?")
    arguments.add_argument("--model")
    arguments.add_argument("--base-url")
    arguments.add_argument("--sets", nargs="*", default=["ragtruth_qa", "llmbar"])
    arguments.add_argument("--limit", type=int, default=50)
    arguments.add_argument("--calls", type=int, default=1000, help="for the overhead")
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    if given.data is None:
        results: Any = overhead(given.calls)
        for name, figures in results.items():
            print("{:28}{cpu_ms:8.2f} ms of processor time{calls_per_second:8.0f} calls/s".format(name, **figures))
    else:
        known = read_settings()
        own = {"judge_model": given.model, "openai_base_url": given.base_url}
        settings = replace(known, judge="always", **{name: value for name, value in own.items() if value})
        results = []
        for name in given.sets:
            lines = (given.data / f"{name}.dev.jsonl").read_text("utf-8").strip("\n").split("\n")[: given.limit]
            for result in quality(name, [json.loads(line) for line in lines], settings):
                results.append(result)
                print(
                    "{set:20}{label:26}{by:6}{n:5}{positive:6.2f} F1 {f1:.3f} bacc {balanced_accuracy:.3f} AUROC "
                    "{auroc:.3f} unsure {unsure:4} none {none:4} {calls_per_second:6.2f} calls/s".format(**result)
                )
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
