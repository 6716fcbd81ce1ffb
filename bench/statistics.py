"""Statistics of test results over HTTP: ``python bench/statistics.py 100000 [1000000 ...] [--engines projection sqlite
postgresql] [--json FILE]``.

Makes results (5 of 12 metrics by behavior, 5,000 tests, 20 behaviors, 15 categories, 30 topics, tags, sets, 12 months,
fixed seed), loads them through ``POST /test_results/bulk`` (JSON Lines, gzip) and times every mode, unfiltered and
filtered (6 months, 3 behaviors, priority >= 3, one tag), the server being a process of its own. Prints the load speed,
disk, the first answer after a start, p50 and p95 in milliseconds until the last byte, peak memory, and readers while
results arrive; then which aims are met. What else the machine does shows in the load average beside the figures.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import sys
import tempfile
import threading
import time
import uuid
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers import Server, postgresql, serve

MODES = ("summary", "overall", "metrics", "behavior", "category", "topic", "timeline", "test_runs", "all")
METRICS = [f"Metric {number}" for number in range(12)]
TESTS, DAYS = 5_000, 365
RUNS = {100_000: 200, 1_000_000: 500, 10_000_000: 2_000}
# By size: p50 of a single mode and of all of them in ms, and memory in MB; with the projection on two cores.
AIMS = {1_000_000: (40, 120, None), 10_000_000: (400, 1000, 400)}
LOAD_AIM = 20_000


def records(size: int) -> Iterator[dict[str, Any]]:
    """Runs, tests, then results in the order of time."""
    random, now = Random(7), datetime.now(UTC)
    start, count = now - timedelta(days=DAYS), RUNS.get(size, 200)
    runs = [str(uuid.UUID(int=random.getrandbits(128))) for _ in range(count)]
    for number, run in enumerate(runs):
        moment = start + timedelta(days=DAYS * number / count)
        yield {"type": "test_run", "id": run, "name": f"run {number}", "created_at": moment.isoformat()}
    tests, chosen = [], [random.sample(METRICS, 5) for _ in range(20)]
    for _ in range(TESTS):
        test_id, behavior = str(uuid.UUID(int=random.getrandbits(128))), random.randrange(20)
        tests.append((test_id, chosen[behavior]))
        yield {
            "type": "test", "id": test_id, "prompt": f"prompt {test_id}", "behavior": f"behavior {behavior}",
            "category": f"category {random.randrange(15)}", "topic": f"topic {random.randrange(30)}",
            "priority": random.randrange(6), "tags": random.sample(["a", "b", "c", "d", "e", "f"], 2),
            "test_sets": random.sample(["s1", "s2", "s3", "s4"], 1), "status": "active", "user": "a@example.com",
        }  # fmt: skip
    for number in range(size):
        test_id, metrics = random.choice(tests)
        moment = start + timedelta(days=DAYS * number / size)
        verdicts = {m: {"is_successful": random.random() < 0.85, "score": round(random.random(), 3)} for m in metrics}
        yield {
            "type": "test_result", "test_run_id": runs[number * count // size], "test_id": test_id,
            "created_at": moment.isoformat(), "test_metrics": {"execution_time": 100, "metrics": verdicts},
        }  # fmt: skip


def packed(size: int, file: Path) -> int:
    """Writes the upload; returns its bytes."""
    packer = zlib.compressobj(1, wbits=31)
    with file.open("wb") as out:
        for record in records(size):
            out.write(packer.compress(json.dumps(record).encode() + b"\n"))
        out.write(packer.flush())
    return file.stat().st_size


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=1200)


def ask(connection: http.client.HTTPConnection, server: Server, query: str) -> tuple[float, Any]:
    started = time.perf_counter()
    connection.request("GET", f"/test_results/stats?{query}", headers={"Authorization": f"Bearer {server.key}"})
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    assert answer.status == 200, body[:300]
    return took, json.loads(body)


def load(server: Server, file: Path) -> float:
    """Seconds that the upload took."""
    connection, started = connect(server), time.perf_counter()
    with file.open("rb") as body:
        headers = {"Authorization": f"Bearer {server.key}", "Content-Length": str(file.stat().st_size)}
        connection.request("POST", "/test_results/bulk", body, headers)
        answer = json.loads(connection.getresponse().read())
    assert answer["rejected"] == 0, answer["errors"][:3]
    return time.perf_counter() - started


def filtered(server: Server) -> str:
    connection = connect(server)
    connection.request("GET", "/behaviors?limit=3", headers={"Authorization": f"Bearer {server.key}"})
    ids = [row["id"] for row in json.loads(connection.getresponse().read())]
    return urlencode({"months": 6, "behavior_ids": ids, "priority_min": 3, "tags": "a"}, doseq=True)


def memory(server: Server) -> float:
    """Peak resident memory of the server in MB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def mixed(server: Server, seconds: float) -> dict[str, float]:
    """Eight readers of summaries while 200 results a second arrive, in uploads of 50."""
    times: list[float] = []
    stop = time.monotonic() + seconds
    lines = [record for record in records(1_000) if record["type"] == "test_result"]

    def reader() -> None:
        connection = connect(server)
        while time.monotonic() < stop:
            times.append(ask(connection, server, "mode=summary&months=12")[0])

    threads = [threading.Thread(target=reader) for _ in range(8)]
    for thread in threads:
        thread.start()
    sent = 0
    connection = connect(server)
    _, first = ask(connection, server, "mode=summary&months=12")
    while time.monotonic() < stop:
        part = [lines[(sent + at) % len(lines)] for at in range(50)]
        body = "\n".join(json.dumps(line) for line in part)
        connection.request("POST", "/test_results/bulk", body, {"Authorization": f"Bearer {server.key}"})
        connection.getresponse().read()
        sent += 50
        time.sleep(max(0.0, sent / 200 - (time.monotonic() - stop + seconds)))
    for thread in threads:
        thread.join()
    _, last = ask(connection, server, "mode=summary&months=12")
    arrived = last["metadata"]["total_test_results"] - first["metadata"]["total_test_results"]
    return {**spread(times), "reads_per_second": len(times) / seconds, "arrived": arrived}


def spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)]}


def measure(server: Server, repeats: int) -> dict[str, Any]:
    connection, found = connect(server), {}
    for name, query in (("all results", "months=13"), ("filtered", filtered(server))):
        for mode in MODES:
            times = [ask(connection, server, f"mode={mode}&{query}")[0] for _ in range(repeats + 1)][1:]
            found[f"{mode}, {name}"] = spread(times)
    return found


def bench(size: int, engine: str, file: Path, repeats: int, mix: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        url = stack.enter_context(postgresql()) if engine == "postgresql" else None
        projection = "on" if engine == "projection" else "off"
        settings: dict[str, str] = {"FAILSIGHT_PROJECTION": projection}
        with serve(folder, url=url, workers=0, **settings) as server:
            seconds = load(server, file)
            loading = memory(server)
            first, _ = ask(connect(server), server, "mode=summary&months=13")
        with serve(folder, url=url, workers=0, **settings) as server:
            cold, _ = ask(connect(server), server, "mode=summary&months=13")
            modes = measure(server, repeats)
            reading = memory(server)
            busy = mixed(server, mix) if mix else {}
        disk = {path.name: path.stat().st_size / 1e6 for path in folder.iterdir() if path.suffix in {".db", ".duckdb"}}
    return {
        "size": size, "engine": engine, "results_per_second": size / seconds, "disk_mb": disk, "first_ms": first,
        "cold_ms": cold, "memory_loading_mb": loading, "memory_reading_mb": reading, "modes": modes, "mixed": busy,
        "load_average": os.getloadavg()[1],
    }  # fmt: skip


def aims(one: dict[str, Any]) -> Iterator[str]:
    """A line for each aim: what was measured, and whether it is met."""
    single, whole, memory_aim = AIMS.get(one["size"], (None, None, None))
    modes = {key: cell["p50"] for key, cell in one["modes"].items()}
    slowest = max((key for key in modes if not key.startswith("all,")), key=modes.__getitem__)
    both = max(value for key, value in modes.items() if key.startswith("all,"))
    memory_mb = max(one["memory_loading_mb"], one["memory_reading_mb"])
    known = [
        (single, modes[slowest], "ms", f"every single mode (the slowest: {slowest})"),
        (whole, both, "ms", "mode all"), (memory_aim, memory_mb, "MB", "memory"),
    ]  # fmt: skip
    for aim, value, unit, name in known:
        if aim is not None:
            yield f"{'met' if value < aim else 'MISSED'}: {name} {value:,.0f} {unit}, aim below {aim:,} {unit}"
    speed = one["results_per_second"]
    yield f"{'met' if speed > LOAD_AIM else 'MISSED'}: upload {speed:,.0f} results/s, aim above {LOAD_AIM:,}"


def show(one: dict[str, Any]) -> None:
    disk = ", ".join(f"{name} {size:.0f} MB" for name, size in one["disk_mb"].items())
    print(f"\n{one['size']:,} results, {one['engine']}: loaded at {one['results_per_second']:,.0f} results/s; {disk}")
    print(f"first answer after the load {one['first_ms']:.0f} ms, after a restart {one['cold_ms']:.0f} ms; peak memory "
          f"{one['memory_loading_mb']:.0f} MB loading, {one['memory_reading_mb']:.0f} MB answering")  # fmt: skip
    print(f"load average of five minutes {one['load_average']:.1f}")
    print(f"{'':12}{'all results':>20}{'filtered':>20}   (p50, p95 in ms)")
    for mode in MODES:
        cells = (one["modes"][f"{mode}, {name}"] for name in ("all results", "filtered"))
        print(f"{mode:12}" + "".join(f"{cell['p50']:12.1f}{cell['p95']:8.1f}" for cell in cells))
    if one["mixed"]:
        busy = one["mixed"]
        print(f"8 readers while {busy['arrived']:.0f} results arrive: p50 {busy['p50']:.0f}, p95 {busy['p95']:.0f} ms, "
              f"{busy['reads_per_second']:.0f} answers/s")  # fmt: skip
    if one["engine"] == "projection":
        print(*aims(one), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--engines", nargs="+", default=["projection"], choices=["projection", "sqlite", "postgresql"])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--mixed", type=float, default=5, help="seconds; 0 leaves it out")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = []
    for size in options.sizes:
        with tempfile.NamedTemporaryFile(suffix=".jsonl.gz") as file:
            packed(size, Path(file.name))
            for engine in options.engines:
                found.append(bench(size, engine, Path(file.name), options.repeats, options.mixed))
                show(found[-1])
                sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
