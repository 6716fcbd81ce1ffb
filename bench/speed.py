"""Speed and memory on generated short items: ``python bench/speed.py [--items N] [--parts] [--json FILE]``.

Items per second are per second of processor time of one core, the best of three rounds. Memory is the peak of a fresh
process that analyses N generated items with its examinations in a file, as the command line does.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from items import generate

import failsight
from failsight.engine.detectors import DETECTORS
from failsight.engine.heads import HEADS
from failsight.engine.metrics import METRICS
from failsight.engine.subject import Subject
from failsight.formats.record import read_item
from failsight.model.analysis import AnalysisOptions
from failsight.settings import Settings
from failsight.storage.spool import FileSpool
from failsight.wiring.analysis import start_analysis

ROUNDS = 3
SIZES = (1_000, 10_000, 100_000)
WAYS: dict[str, dict[str, Any]] = {
    "deterministic checks": {"settings": Settings(encoder=False), "run_eval": False},
    "checks and metrics": {"settings": Settings(encoder=False)},
    "checks, metrics and encoder": {"settings": Settings(encoder=True)},
}


def rate(work: Callable[[], Any], count: int) -> float:
    """Items per second of processor time, the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return round(count / best, 1)


def python_rates(count: int) -> dict[str, float]:
    """``failsight.analyze`` with and without metrics and encoder."""
    rows = list(generate(count))
    found = {}
    for name, options in WAYS.items():
        failsight.analyze(rows[:10], **options)
        found[name] = rate(lambda options=options: failsight.analyze(rows, **options), count)
    return found


def command_rate(count: int) -> float:
    """``failsight analyze FILE``, start of the program included: items per second of the child's processor time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in generate(count)), "utf-8")
        command = [sys.executable, "-m", "failsight", "analyze", str(path), "--no-encoder", "--no-eval", "--json"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return round(count / (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), 1)


def peak_memory(count: int) -> float:
    """MiB of a fresh process that analyses ``count`` items and keeps only the summary."""
    command = [sys.executable, __file__, "--stream", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def stream(count: int) -> None:
    """Analyses generated items in flat memory and prints the peak in MiB."""
    spool = FileSpool()
    items = (read_item(row, "generated") for row in generate(count))
    start_analysis(items, AnalysisOptions(), settings=Settings(encoder=False), spool=spool).result(with_items=False)
    # Not ru_maxrss, which starts at the size of the process that started this one.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    assert peak is not None
    print(round(int(peak[1]) / 1024, 1))


def part_times(count: int) -> dict[str, float]:
    """Microseconds per item of each detector, metric and head. What they share counts for the first that asks."""
    subjects = [Subject(read_item(row, "generated")) for row in generate(count)]
    parts: dict[str, tuple[tuple[str, ...], Callable[[Subject], Any]]] = {}
    for detector in DETECTORS:
        parts[detector.name] = (detector.needs, lambda subject, d=detector: list(d.detect(subject)))
    for head in HEADS:
        parts[f"head:{head.name}"] = (head.needs, lambda subject, h=head: list(h.check(subject)))
    for metric in METRICS:
        parts[f"metric:{metric.name}"] = (metric.needs, metric.score)
    times = {}
    for name, (needs, call) in parts.items():
        started = time.process_time()
        for subject in subjects:
            if subject.missing(needs) is None:
                call(subject)
        times[name] = round((time.process_time() - started) / count * 1e6, 1)
    return dict(sorted(times.items(), key=lambda pair: -pair[1]))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--items", type=int, default=3_000)
    arguments.add_argument("--parts", action="store_true", help="microseconds per item of each part, and nothing else")
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--stream", type=int, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.stream is not None:
        stream(options.stream)
        return
    if options.parts:
        for name, value in part_times(options.items).items():
            print(f"{value:9.1f} µs  {name}")
        return
    speeds = python_rates(options.items)
    speeds["command line"] = command_rate(options.items)
    for name, value in speeds.items():
        print(f"{value:9.1f} items/s per core  {name}", flush=True)
    memory = {}
    for size in SIZES:
        memory[str(size)] = peak_memory(size)
        print(f"{memory[str(size)]:9.1f} MiB peak         {size:,} items", flush=True)
    found = {"items": options.items, "items_per_second_per_core": speeds, "peak_memory_mib": memory}
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
