"""What ``--judge uncertain`` would ask: ``python bench/uncertain.py FOLDER [--sets a b] [--limit N] [--json FILE]``.

Counts, on items spread evenly over each labelled set (read as ``detection.py`` reads them), what ``failsight analyze
--judge uncertain --dry-run`` estimates: items asked about, calls, tokens in. Then the rubrics that kept most items
open, each with the number of items that it kept open alone. Nothing is sent; labels are not looked at.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from detection import to_item

from failsight.engine.judging.selection import select_rubrics
from failsight.engine.pipeline import Examination, Plan
from failsight.engine.rubric import Rubric
from failsight.model.analysis import AnalysisOptions
from failsight.service.judge_items import estimate_items
from failsight.settings import Settings
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_rubrics

SETS = (
    "ragtruth_qa", "halueval_qa", "lfqa_completeness", "qed_retrieval", "frank", "begin_dialogue", "bfcl_real",
    "ifeval",
)  # fmt: skip
HEADER = f"{'set':20}{'items':>6}{'asked':>6}{'calls':>6}{'tokens in':>11}  rubrics: items kept open (alone)"


@dataclass(slots=True)
class Kept:
    """How many items each rubric kept open, and how many of them no other rubric did."""

    open: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)

    def watch(self, plan: Plan, seen: Iterable[Examination], rubrics: Sequence[Rubric]) -> Iterator[Examination]:
        """The examinations as they come, counted."""
        for one in seen:
            names = [rubric.name for rubric in select_rubrics(plan, one, rubrics, "uncertain")]
            self.open.update(names)
            self.alone.update(names if len(names) == 1 else ())
            yield one


def spread(rows: Sequence[Any], limit: int | None) -> list[Any]:
    """``limit`` of the rows at even distances."""
    if limit is None or limit >= len(rows):
        return list(rows)
    return [rows[place * len(rows) // limit] for place in range(limit)]


def measure(name: str, rows: Sequence[dict[str, Any]], settings: Settings) -> dict[str, Any]:
    """The figures of one set."""
    plan, rubrics, kept = build_engine(settings).plan(AnalysisOptions()), load_rubrics(), Kept()
    examined = (plan.examine(to_item(row), index) for index, row in enumerate(rows))
    found = estimate_items(plan, kept.watch(plan, examined, rubrics), rubrics, ["uncertain"])["uncertain"]
    return {
        "set": name,
        "items": found.items,
        "items_asked": found.items_asked,
        "calls": found.requests,
        "tokens_in": found.tokens_in,
        "rubrics": {rubric: {"open": count, "alone": kept.alone[rubric]} for rubric, count in kept.open.most_common()},
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--sets", nargs="*", default=SETS)
    arguments.add_argument("--limit", type=int, default=100, help="items of each set")
    arguments.add_argument("--rubrics", type=int, default=6, help="how many of them to print")
    arguments.add_argument("--no-encoder", action="store_true")
    arguments.add_argument("--json", type=Path, help="write the results as JSON")
    options = arguments.parse_args()
    settings, results = Settings(encoder=not options.no_encoder), []
    print(HEADER)
    for name in options.sets:
        lines = (options.data / f"{name}.dev.jsonl").read_text("utf-8").strip("\n").split("\n")
        result = measure(name, [json.loads(line) for line in spread(lines, options.limit)], settings)
        most = list(result["rubrics"].items())[: options.rubrics]
        told = ", ".join(f"{rubric} {count['open']} ({count['alone']})" for rubric, count in most)
        line = "{set:20}{items:6}{items_asked:6}{calls:6}{tokens_in:11,}  ".format(**result)
        print(f"{line}{told}", flush=True)
        results.append(result)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
