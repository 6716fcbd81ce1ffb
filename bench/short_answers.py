"""Short answers: ``python bench/short_answers.py [--no-encoder] [--json FILE]``.

Questions that ask for a number or for yes or no, with true and false answers of a few words, all written for Failsight
(``short_answers.yaml``). ``tuned``: the rules were written with these in view; ``held out``: they were not. Prints, for
true and for false answers, how many fail, are unsure, pass or are told nothing by the three grounding detectors
together (the worst of them), and precision and recall of ``fail`` with 95 % intervals that draw whole questions, beside
the baseline of failing every answer of which a number stands nowhere in the context.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from measures import group_bootstrap, precision, recall

from failsight.settings import Settings
from failsight.wiring.analysis import analyze

CASES = Path(__file__).with_name("short_answers.yaml")
DETECTORS = {"unsupported_factual_claim", "factual_contradiction", "wrong_entity_or_number"}
WORST = ("fail", "unsure", "pass", "none")
ROUNDS = 2000
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def decisions(items: list[dict[str, Any]], settings: Settings) -> list[str]:
    """The worst decision on each item."""
    result = analyze(
        items, subcategories=sorted(DETECTORS), run_eval=False, run_security=False, judge="never", settings=settings
    )
    worst = ["none"] * len(items)
    for tag in result.failure_tags:
        if tag.item_index is not None and tag.decision in WORST:
            worst[tag.item_index] = min(worst[tag.item_index], tag.decision, key=WORST.index)
    return worst


def by_numbers(item: dict[str, Any]) -> str:
    """The baseline."""
    context = set(_NUMBER.findall(" ".join(item["context"])))
    return "pass" if set(_NUMBER.findall(item["output"])) <= context else "fail"


def row(name: str, told: Sequence[str], good: Sequence[bool], groups: Sequence[str]) -> dict[str, Any]:
    """One line of the table."""
    counts = {
        side: Counter(one for one, true in zip(told, good, strict=True) if true is side) for side in (True, False)
    }
    truth, failed = np.array([not true for true in good]), np.array([one == "fail" for one in told])
    statistics = {
        "precision": lambda rows: precision(truth[rows], failed[rows]),
        "recall": lambda rows: recall(truth[rows], failed[rows]),
    }
    intervals = group_bootstrap(statistics, groups, ROUNDS)
    whole = np.arange(len(told))
    return {
        "rules": name,
        **{f"true {one}": counts[True][one] for one in WORST},
        **{f"false {one}": counts[False][one] for one in WORST},
        **{what: [measure(whole), *intervals[what]] for what, measure in statistics.items()},
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-encoder", action="store_true", help="words only, without the bundled models")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    asked = parser.parse_args()
    settings, rows = Settings(encoder=not asked.no_encoder), []
    cases = yaml.safe_load(CASES.read_text("utf-8"))
    for part in dict.fromkeys(case["part"] for case in cases):
        items, good, groups = [], [], []
        for case in cases:
            for side in (True, False) if case["part"] == part else ():
                for output in case["true" if side else "false"]:
                    items.append({"input": case["question"], "context": case["context"], "output": output})
                    good.append(side)
                    groups.append(case["question"])
        for name, told in (("detectors", decisions(items, settings)), ("numbers", [by_numbers(one) for one in items])):
            rows.append({"part": part, **row(name, told, good, groups)})
    print(f"{'':33}{'true answers':28}{'false answers':28}")
    print(f"{'part':21}{'rules':12}" + 2 * "".join(f"{one:>7}" for one in WORST) + "   precision of fail   recall")
    for one in rows:
        counts = "".join(f"{one[f'{side} {what}']:7}" for side in ("true", "false") for what in WORST)
        figures = "  ".join("{:.2f} ({:.2f}-{:.2f})".format(*one[what]) for what in ("precision", "recall"))
        print(f"{one['part']:21}{one['rules']:12}{counts}   {figures}")
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
