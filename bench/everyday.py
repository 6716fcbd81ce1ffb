"""Everyday items: ``python bench/everyday.py [FILE ...] [--no-encoder] [--by-detector] [--show NAME] [--json FILE]``.

Items of our own as applications make them today (``everyday/*.jsonl``; by authors who did not know the detectors), each
labelled with the failures that hold and those that one may argue about. Prints, for each file:

- healthy items of which nothing fails, and of which something does (false alarms);
- items with failures of which at least one of their own fails, and of which something fails that is neither theirs nor
  arguable;
- with ``--by-detector``, for each subcategory, how many of those that hold fail and are unsure, how many fail that do
  not hold, and how many are never decided.

Shares come with 95 % Wilson intervals. The baseline is an answer's length: the cut that orders broken from healthy
items best, as balanced accuracy (chance is .5). ``--show`` lists what is missed and raised in vain of a subcategory, or
of ``all``.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from failsight.settings import Settings
from failsight.stats.interval import wilson
from failsight.wiring.analysis import analyze

FOLDER = Path(__file__).with_name("everyday")
CUT = "‹›"  # stands inside invented keys, so that no scanner takes the files for a leak


@dataclass(frozen=True, slots=True)
class Case:
    """An item with what an author and the detectors say of it; ``told`` is a decision for each subcategory."""

    id: str
    item: dict[str, Any]
    failures: frozenset[str]
    arguable: frozenset[str]
    why: str
    told: dict[str, str]
    rationales: dict[str, str]

    @property
    def failed(self) -> frozenset[str]:
        return frozenset(name for name, decision in self.told.items() if decision == "fail")

    @property
    def in_vain(self) -> frozenset[str]:
        """What fails and does not hold."""
        return self.failed - self.failures - self.arguable


def read(path: Path, settings: Settings) -> list[Case]:
    """The cases of a file, analysed."""
    known = [json.loads(line.replace(CUT, "")) for line in path.read_text("utf-8").splitlines() if line.strip()]
    items = [{"id": one["id"], **one["item"]} for one in known]
    result = analyze(items, run_eval=False, judge="never", settings=settings)
    told: dict[int, dict[str, str]] = defaultdict(dict)
    rationales: dict[int, dict[str, str]] = defaultdict(dict)
    for tag in result.failure_tags:
        if tag.item_index is not None:
            told[tag.item_index][tag.subcategory_id] = tag.decision
            rationales[tag.item_index][tag.subcategory_id] = tag.judge_rationale or ""
    return [
        Case(
            one["id"], one["item"], frozenset(one["failures"]), frozenset(one["arguable"]), one["why"],
            told[place], rationales[place],
        )
        for place, one in enumerate(known)
    ]  # fmt: skip


def share(hits: int, n: int) -> str:
    """``31/70 .44 (.33-.56)``."""
    if not n:
        return "0/0"
    low, high = (float(bound) / 100 for bound in wilson(hits, n))
    return f"{hits}/{n} {hits / n:.2f} ({low:.2f}-{high:.2f})"


def by_length(cases: list[Case]) -> float:
    """The balanced accuracy of the best cut of the output's length, either way round."""
    sized = [(len(str(case.item.get("output", ""))), bool(case.failures)) for case in cases]
    best = 0.5
    for cut, _ in sized:
        rates = [
            sum(size >= cut for size, truth in sized if truth is broken) / sum(truth is broken for _, truth in sized)
            for broken in (True, False)
        ]
        best = max(best, (1 + rates[0] - rates[1]) / 2, (1 - rates[0] + rates[1]) / 2)
    return best


def summary(name: str, cases: list[Case]) -> dict[str, str]:
    healthy = [case for case in cases if not case.failures]
    broken = [case for case in cases if case.failures]
    return {
        "file": name,
        "healthy that fail": share(sum(bool(case.in_vain) for case in healthy), len(healthy)),
        "broken found": share(sum(bool(case.failed & case.failures) for case in broken), len(broken)),
        "broken, also in vain": share(sum(bool(case.in_vain) for case in broken), len(broken)),
        "length alone": f"{by_length(cases):.2f}" if healthy and broken else "",
    }


def by_detector(cases: list[Case]) -> dict[str, Counter[str]]:
    """Counts for each subcategory."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        for name in case.failures:
            counts[name]["holds"] += 1
            counts[name][f"told {case.told.get(name, 'nothing')}"] += 1
        for name in case.in_vain:
            counts[name]["in vain"] += 1
        for name, decision in case.told.items():
            if decision == "unsure" and name not in case.failures:
                counts[name]["unsure in vain"] += 1
    return counts


def show(cases: Iterable[Case], wanted: str) -> None:
    """The items that are missed or raised in vain."""
    for case in cases:
        for name in sorted((case.failures - case.failed) | case.in_vain):
            if wanted in (name, "all"):
                kind = "in vain" if name in case.in_vain else f"missed ({case.told.get(name, 'nothing')})"
                print(f"\n== {case.id} {name}: {kind}\n   author: {case.why}\n   we: {case.rationales.get(name, '')}")
                print(f"   {json.dumps(case.item, ensure_ascii=False)}")


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("*.jsonl")))
    parser.add_argument("--no-encoder", action="store_true", help="without the bundled models")
    parser.add_argument("--by-detector", action="store_true")
    parser.add_argument("--show", metavar="SUBCATEGORY")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    asked = parser.parse_args()
    settings = Settings(encoder=not asked.no_encoder)
    read_files = {path.stem: read(path, settings) for path in asked.files}
    rows = [summary(name, cases) for name, cases in read_files.items()]
    print("".join(f"{title:30}" for title in rows[0]))
    for row in rows:
        print("".join(f"{value:30}" for value in row.values()))
    everything = [case for cases in read_files.values() for case in cases]
    counts = by_detector(everything)
    if asked.by_detector:
        titles = ("holds", "told fail", "told unsure", "told pass", "told nothing", "in vain", "unsure in vain")
        print(f"\n{'subcategory':32}" + "".join(f"{title:>16}" for title in titles))
        for name in sorted(counts):
            print(f"{name:32}" + "".join(f"{counts[name][title]:16}" for title in titles))
    if asked.show:
        show(everything, asked.show)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({"files": rows, "subcategories": counts}, indent=1))


if __name__ == "__main__":
    main()
