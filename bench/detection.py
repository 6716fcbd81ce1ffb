"""Measures detection on labelled sets: ``python bench/detection.py DATA_DIR [--sets a b] [--limit N]``.

A line of ``<set>.dev.jsonl`` is ``{input, output, context, tool_calls, expected_tools, labels, meta}``. A label is
answered by the tags that ``labels.yaml`` names. Abstentions (``unsure``, no tag) are counted apart and count as
"not predicted" in precision and recall; AUROC ranks by probability of failure, an abstention without a tag at 0.5.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from failsight.engine.pipeline import Examination
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.settings import Settings
from failsight.wiring import build_engine

HEADER = (
    f"{'set':26}{'label':30}{'n':>6}{'pos':>7}{'prec':>7}{'rec':>7}{'F1':>7}{'bacc':>7}{'AUROC':>7}"
    "  95 % interval  unsure   none  items/s"
)
LINE = (
    "{set:26}{label:30}{n:6}{positive:7.3f}{precision:7.3f}{recall:7.3f}{f1:7.3f}{balanced_accuracy:7.3f}{auroc:7.3f}"
    "  {auroc_low:.3f}-{auroc_high:.3f}  {unsure:7}{none:7}{items_per_cpu_second:9}"
)
MAPPING = yaml.safe_load(Path(__file__).with_name("labels.yaml").read_text())["sets"]


@dataclass(slots=True)
class Answer:
    """What the tags say about one label of one item."""

    probability: float
    decision: str  # fail, pass, unsure or none


def to_item(row: dict[str, Any]) -> Item:
    """The item a user would give: never the labels, and of ``meta`` only the schema and the trace."""
    meta = row.get("meta") or {}
    return Item(
        id=row["id"],
        input=row["input"],
        output=row["output"],
        context=row.get("context") or None,
        tool_calls=row.get("tool_calls") if row.get("expected_tools") or row.get("tool_calls") else None,
        tools=row.get("expected_tools") or None,
        output_schema=meta.get("schema"),
        conversation=meta.get("trace"),
    )


def answer(examination: Examination, rule: dict[str, Any]) -> Answer:
    findings = [s.finding for sub in rule["any"] for s in examination.findings.get(sub, ())]
    if "signal" in rule:
        values = [f.signals[rule["signal"]] for f in findings if rule["signal"] in f.signals]
        return Answer(max(values), "fail" if max(values) >= 0.5 else "pass") if values else Answer(0.5, "none")
    if not findings:
        return Answer(0.5, "none")
    decisions = {f.decision for f in findings}
    decision = next(d for d in ("fail", "unsure", "pass") if d in decisions)
    return Answer(max(f.probability for f in findings), decision)


def auroc(truth: np.ndarray, score: np.ndarray) -> float:
    """Rank statistic with ties at half; nan when one class is absent."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return float("nan")
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def balanced_accuracy(truth: np.ndarray, predicted: np.ndarray) -> float:
    if truth.all() or not truth.any():
        return float("nan")
    return float((predicted[truth].mean() + (~predicted[~truth]).mean()) / 2)


def rates(truth: np.ndarray, predicted: np.ndarray) -> tuple[float, float, float]:
    hits = float((truth & predicted).sum())
    precision = hits / predicted.sum() if predicted.any() else float("nan")
    recall = hits / truth.sum() if truth.any() else float("nan")
    return (
        precision,
        recall,
        2 * hits / (predicted.sum() + truth.sum()) if (predicted.any() or truth.any()) else float("nan"),
    )


def group_bootstrap(
    statistic: Any, truth: np.ndarray, score: np.ndarray, groups: list[str], rounds: int
) -> tuple[float, float]:
    """95 % interval of a statistic, drawing whole groups."""
    names, codes = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    chance = np.random.default_rng(7)
    values = []
    for _ in range(rounds):
        rows = np.concatenate([members[i] for i in chance.integers(0, len(members), len(members))])
        value = statistic(truth[rows], score[rows])
        if not np.isnan(value):
            values.append(value)
    return (
        (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5)))
        if values
        else (float("nan"), float("nan"))
    )


def measure(name: str, rows: list[dict[str, Any]], settings: Settings, rounds: int) -> list[dict[str, Any]]:
    """One result row a label."""
    rules = MAPPING[name]
    wanted = tuple(dict.fromkeys(sub for rule in rules.values() for sub in rule["any"]))
    plan = build_engine(settings).plan(
        AnalysisOptions(mode="full", subcategories=wanted, run_eval=False, run_security=False)
    )
    items = [to_item(row) for row in rows]
    started = time.process_time()
    seen = [plan.examine(item, index) for index, item in enumerate(items)]
    seconds = time.process_time() - started
    results = []
    for label, rule in rules.items():
        chosen = [i for i, row in enumerate(rows) if row["labels"].get(label) is not None]
        if not chosen:
            continue
        truth = np.array([bool(rows[i]["labels"][label]) for i in chosen])
        answers = [answer(seen[i], rule) for i in chosen]
        score = np.array([a.probability for a in answers])
        predicted = np.array([a.decision == "fail" for a in answers])
        groups = [str(rows[i]["meta"].get("group", i)) for i in chosen]
        precision, recall, f1 = rates(truth, predicted)
        low, high = group_bootstrap(auroc, truth, score, groups, rounds)
        results.append({
            "set": name, "label": label, "n": len(chosen), "positive": round(float(truth.mean()), 3),
            "precision": precision, "recall": recall, "f1": f1,
            "balanced_accuracy": balanced_accuracy(truth, predicted),
            "auroc": auroc(truth, score), "auroc_low": low, "auroc_high": high,
            "unsure": sum(a.decision == "unsure" for a in answers), "none": sum(a.decision == "none" for a in answers),
            "items_per_cpu_second": round(len(items) / seconds, 1),
        })  # fmt: skip
    return results


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--sets", nargs="*", default=sorted(MAPPING))
    arguments.add_argument("--limit", type=int, default=None)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--no-encoder", action="store_true")
    options = arguments.parse_args()
    print(HEADER)
    for name in options.sets:
        rows = [json.loads(line) for line in (options.data / f"{name}.dev.jsonl").read_text().splitlines()]
        for result in measure(name, rows[: options.limit], Settings(encoder=not options.no_encoder), options.rounds):
            print(LINE.format(**result), flush=True)


if __name__ == "__main__":
    main()
