"""Measures the local judge: ``python bench/local_judge.py FOLDER [--sets a b] [--limit N] [--json FILE]``.

First what it adds: AUROC, F1 and balanced accuracy of rules alone, of the judge alone (its own probability, cut at
0.5) and of both, on labelled sets as ``detection.py`` reads them. The judge was trained on these development parts, so
figures with it are flattering here; ``training/fit_hybrid.py`` prints the ones out of fold. Then what it costs: items
per second on one core and on all, by length of context (outputs of 60 words), time to load it, and memory. It runs one
window at a time, so there is no batch size to choose: the same item always gives the same verdict.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from detection import MAPPING, answer, examine, local_answer, measure

from failsight.judge.cores import usable_cores
from failsight.judge.local_judge import FOLDER, OnnxLocalJudge
from failsight.settings import Settings

GROUNDING = ("ragtruth_qa", "frank", "quintd_data2txt", "wice", "begin_dialogue", "halueval_qa")
PARTS = ("rules", "local", "rules + local")
WORDS = (100, 300, 1000)
PROSE = Path(__file__).parents[1] / "docs/scoring.md"


def compare(name: str, rows: list[dict[str, Any]], rounds: int) -> dict[str, Any]:
    """The label ``hallucination`` of one set, by part."""
    rule = MAPPING[name]["hallucination"]
    chosen = [row for row in rows if row["labels"].get("hallucination") is not None]
    plain, _ = examine(name, chosen, Settings(local_judge=False))
    full, _ = examine(name, chosen, Settings())
    answers = {
        "rules": [answer(seen, rule) for seen in plain],
        "local": [local_answer(seen) for seen in full],
        "rules + local": [answer(seen, rule) for seen in full],
    }
    return {part: measure(chosen, "hallucination", given, rounds) for part, given in answers.items()}


def made_items(words: int, count: int) -> list[tuple[str, list[str], str]]:
    """Contexts of so many words from a seeded draw, and outputs of 60 words that share half of theirs."""
    draw = random.Random(words)
    vocabulary = [word for word in PROSE.read_text("utf-8").split() if word.isalpha()]
    items = []
    for _ in range(count):
        context = [draw.choice(vocabulary) + ("." if n % 15 == 14 else "") for n in range(words)]
        output = [draw.choice(context if n % 2 else vocabulary) for n in range(60)]
        items.append(("What is said?", [" ".join(context)], " ".join(output)))
    return items


def speed(words: int, threads: int, count: int = 60) -> float:
    """Items per second: of processor time on one thread, of the wall clock on several."""
    judge = OnnxLocalJudge(intra_op_num_threads=threads)
    items = made_items(words, count)
    judge.read(*items[0])
    clock = time.process_time if threads == 1 else time.perf_counter
    started = clock()
    for item in items:
        judge.read(*item)
    return count / (clock() - started)


def costs() -> dict[str, Any]:
    """Load time in seconds and memory in MiB of a fresh process, and the size of the files."""
    program = (
        "import time\nfrom failsight.judge.local_judge import OnnxLocalJudge\n"
        "def peak():\n    lines = open('/proc/self/status').read().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith('VmHWM'))\n"
        "before = peak()\nbegan = time.perf_counter()\n"
        "judge = OnnxLocalJudge(intra_op_num_threads=1)\njudge.read('', ['Red.'], 'Red.')\n"
        "loaded = time.perf_counter() - began\njudge.read('', ['red lamp. ' * 5000], 'red lamp. ' * 500)\n"
        "print(loaded, (peak() - before) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    load, memory = map(float, done.stdout.split())
    size = sum(file.stat().st_size for file in FOLDER.parent.rglob("*") if file.is_file())
    return {"load_seconds": load, "peak_mib": memory, "all_models_megabytes": size / 1e6}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path, nargs="?")
    arguments.add_argument("--sets", nargs="*", default=GROUNDING)
    arguments.add_argument("--limit", type=int, default=None)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--json", type=Path)
    options = arguments.parse_args()
    results: dict[str, Any] = {"sets": {}}
    if options.data:
        print("| set | n | part | F1 | balanced accuracy | AUROC |\n|---|---|---|---|---|---|")
        for name in options.sets:
            lines = (options.data / f"{name}.dev.jsonl").read_text("utf-8").strip("\n").split("\n")[: options.limit]
            figures = compare(name, [json.loads(line) for line in lines], options.rounds)
            results["sets"][name] = figures
            for part in PARTS:
                one = figures[part]
                print(
                    f"| {name} | {one['n']} | {part} | {one['f1']:.3f} | {one['balanced_accuracy']:.3f} | "
                    f"{one['auroc']:.3f} ({one['auroc_low']:.2f}-{one['auroc_high']:.2f}) |",
                    flush=True,
                )
    cores = usable_cores()
    results["items_per_second"] = {w: {t: speed(w, t) for t in sorted({1, cores})} for w in WORDS}
    results |= costs()
    for words, by_threads in results["items_per_second"].items():
        shown = ", ".join(f"{rate:.0f} items/s on {threads} core(s)" for threads, rate in by_threads.items())
        print(f"context of {words} words: {shown}")
    print(
        f"load {results['load_seconds']:.2f} s, {results['peak_mib']:.0f} MiB, all bundled models "
        f"{results['all_models_megabytes']:.1f} MB"
    )
    if options.json:
        options.json.write_text(json.dumps(results, indent=2, default=float) + "\n", "utf-8")


if __name__ == "__main__":
    main()
