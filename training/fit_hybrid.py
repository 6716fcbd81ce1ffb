"""Fits words and local judge into one probability: ``python training/fit_hybrid.py DATA_DIR WORK_DIR [--write]``.

Logistic regressions over the words' features, the judge's, and the shape of the item. First the slopes that order the
items best within each set, every set with an intercept of its own; then, pulled towards those, slopes with one
intercept for all, so that a probability means the same for every kind of item. A set weighs as the root of its size,
times what COUNTS says. Reports, out of fold (five folds by ``meta.group``; the judge's numbers are out of fold as
well), AUROC, the best F1 and balanced accuracy, the calibration error, what fails and passes at the bounds, and the
span F1 of characters on ragtruth_qa.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from fit_grounding import auroc, calibration_error, folds
from fit_grounding import fit as fit_within
from hybrid_rows import CUT, ORDINARY, Row, read_all

from failsight.engine.grounding.features import FEATURES
from failsight.engine.grounding.judged import JUDGED_FEATURES
from failsight.engine.grounding.shape import SHAPE
from failsight.engine.grounding.weighing import ALL_FEATURES, CONFLICTS, fails_from

TARGET = Path(__file__).parents[1] / "src/failsight/engine/grounding/hybrid_weights.py"
RIDGE, PULL = 3.0, 1500.0
# What a set counts for the common intercept: our own items more, the free talk of old models hardly. With more of it
# short true answers in words of their own look invented.
COUNTS = {ORDINARY: 3.0, "begin_dialogue": 0.05}
LABELS = ("UNSUPPORTED", "CONTRADICTION", "WRONG_ENTITY")
REFERENCE = "ragtruth_qa"
# Fail from, pass up to, by what is asked for. More is needed where the labelled items are mostly those of old models,
# so that free wording looks worse than it is: summaries, and most of all turns of a conversation.
BOUNDS = {
    "question": (0.57, 0.25), "none": (0.65, 0.25), "task": (0.65, 0.3), "summary": (0.8, 0.35), "talk": (0.72, 0.2),
}  # fmt: skip

Model = dict[str, float]


class Table:
    """The rows as arrays: values (n, len(ALL_FEATURES)), labels (n, 3) with -1 for unknown, weight (n,)."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.values = np.array([(*r.words, *r.judge, *r.shape, *r.conflicts) for r in rows])
        self.labels = np.array([[-1.0 if one is None else float(one) for one in r.labels] for r in rows])
        self.sets, self.groups = np.array([r.origin for r in rows]), np.array([r.group for r in rows])
        self.fold = folds(self.groups)
        self.shown = {name: self.sets == name for name in dict.fromkeys(self.sets.tolist())}
        self.shown["frank CNN/DM"] = np.array(["cnndm" in r.source for r in rows])


def fit(table: Table, chosen: np.ndarray, label: int, names: tuple[str, ...]) -> Model:
    """Newton's method on the weighted likelihood of the rows whose label is known, pulled towards the slopes that order
    best within the sets; the shape is only held small."""
    rows = chosen & (table.labels[:, label] >= 0)
    x, y, sets = table.values[rows][:, columns_of(names)], table.labels[rows, label], table.sets[rows]
    mean, spread = x.mean(0), x.std(0) + 1e-9
    inner = np.array([name not in SHAPE for name in names])
    within, _ = fit_within(x[:, inner], y, np.where(sets == CUT, REFERENCE, sets))
    aim = np.zeros(len(names) + 1)
    aim[:-1][inner] = within * spread[inner]
    weight = np.array([COUNTS.get(s, 1.0) / np.sqrt(np.sum(sets == s)) for s in sets])
    weight /= weight.mean()
    design = np.hstack([(x - mean) / spread, np.ones((len(x), 1))])
    penalty = np.append(np.where(inner, PULL, RIDGE), 1e-3)
    beta = aim.copy()
    for _ in range(60):
        p = 1 / (1 + np.exp(-design @ beta))
        curve = (design * (weight * p * (1 - p) + 1e-9)[:, None]).T @ design
        slope = design.T @ (weight * (y - p)) - penalty * (beta - aim)
        step = np.linalg.solve(curve + np.diag(penalty), slope)
        beta += step
        if np.abs(step).max() < 1e-7:
            break
    slopes = beta[:-1] / spread
    return {"intercept": float(beta[-1] - slopes @ mean), **dict(zip(names, slopes.tolist(), strict=True))}


def columns_of(names: tuple[str, ...]) -> list[int]:
    return [ALL_FEATURES.index(name) for name in names]


def probabilities(table: Table, rows: np.ndarray, model: Model) -> np.ndarray:
    columns = [ALL_FEATURES.index(name) for name in model if name != "intercept"]
    slopes = np.array([slope for name, slope in model.items() if name != "intercept"])
    return 1 / (1 + np.exp(-(table.values[rows][:, columns] @ slopes + model["intercept"])))


def out_of_fold(table: Table, label: int, names: tuple[str, ...]) -> np.ndarray:
    """Probability of each item from weights fitted without its fold."""
    p = np.zeros(len(table.rows))
    for k in range(table.fold.max() + 1):
        p[table.fold == k] = probabilities(table, table.fold == k, fit(table, table.fold != k, label, names))
    return p


def best(truth: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """The best F1 and the best balanced accuracy at any threshold."""
    order = np.argsort(-p)
    hits = np.cumsum(truth[order])
    chosen = np.arange(1, len(p) + 1)
    f1 = 2 * hits / (chosen + truth.sum())
    balanced = (hits / truth.sum() + 1 - (chosen - hits) / (~truth).sum()) / 2
    return float(f1.max()), float(balanced.max())


def at(truth: np.ndarray, chosen: np.ndarray) -> dict[str, float]:
    """What it means to call ``chosen`` failed."""
    hits = (truth & chosen).sum()
    recall, spared = hits / truth.sum(), (~truth & ~chosen).sum() / (~truth).sum()
    return {
        "precision": hits / max(1, chosen.sum()), "recall": recall,
        "f1_of_fail": 2 * hits / (chosen.sum() + truth.sum()),
        "balanced_accuracy_of_fail": (recall + spared) / 2, "false_alarms": 1 - spared,
    }  # fmt: skip


def bounds_of(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """From where each item fails, and up to where it passes."""
    first = [name for name in ALL_FEATURES if name in {"is_summary", "is_task", "is_question", "is_talk", "no_input"}]
    kinds = dict(zip(first, ("summary", "task", "question", "talk", "none"), strict=True))
    place = np.argmax(table.values[:, [ALL_FEATURES.index(name) for name in first]], axis=1)
    chosen = np.array([BOUNDS[kinds[first[i]]] for i in place])
    rows = (dict(zip(ALL_FEATURES, row, strict=True)) for row in table.values)
    return np.array([fails_from(usual, row) for usual, row in zip(chosen[:, 0], rows, strict=True)]), chosen[:, 1]


def report(title: str, table: Table, label: int, p: np.ndarray) -> dict[str, dict[str, float]]:
    """Prints and returns the figures of each set whose label is known."""
    fail_from, pass_up_to = bounds_of(table)
    figures = {}
    for name, shown in table.shown.items():
        own = shown & (table.labels[:, label] >= 0)
        y, q = table.labels[own, label] > 0, p[own]
        if not len(y) or y.all() or not y.any():
            continue
        f1, balanced = best(y, q)
        found = {"n": len(y), "auroc": auroc(y, q), "f1": f1, "balanced_accuracy": balanced}
        found |= {"ece": calibration_error(y, q), **at(y, q >= fail_from[own]), "passed": (q <= pass_up_to[own]).mean()}
        found["failing_of_passed"] = y[q <= pass_up_to[own]].mean() if found["passed"] else 0.0
        figures[name] = {key: round(float(value), 4) for key, value in found.items()}
        print(f"{title:13} {name:16}", *(f"{key} {value:.3f}" for key, value in found.items()))
    return figures


def span_f1(rows: list[Row], odds_from: float) -> tuple[float, float, float]:
    """Precision, recall and F1 over characters of annotated spans, tokens of claims only."""
    hits = said = true = 0
    for row in rows:
        gold, mine = np.zeros(row.length, dtype=bool), np.zeros(row.length, dtype=bool)
        for start, end, kind in row.spans:
            gold[start:end] = kind != "unknown"
        for start, end, odds in row.tokens:
            if odds >= odds_from and any(first <= start < last for first, last in row.claims):
                mine[start : end + 1] = True
        hits, said, true = hits + (gold & mine).sum(), said + mine.sum(), true + gold.sum()
    precision, recall = hits / max(1, said), hits / max(1, true)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    table = Table(read_all(options.data, options.work))
    parts = {
        "words": (*FEATURES, *SHAPE),
        "judge": (*JUDGED_FEATURES, *SHAPE),
        "both": (*FEATURES, *JUDGED_FEATURES, *SHAPE),
    }
    figures: dict[str, Any] = {}
    for label, kind in enumerate(LABELS):
        for title, plain in parts.items():
            names = (*plain, *CONFLICTS) if label else plain
            figures[f"{kind} {title}"] = report(f"{kind[:6]} {title}", table, label, out_of_fold(table, label, names))
    reference = [row for row in table.rows if row.origin == REFERENCE]
    for threshold in (-1.0, -0.5, 0.0, 0.5):
        figures[f"spans from {threshold}"] = span_f1(reference, threshold)
        print("span P R F1 from log odds", threshold, *(f"{v:.3f}" for v in figures[f"spans from {threshold}"]))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    if options.write:
        write(table, parts)


def write(table: Table, parts: dict[str, tuple[str, ...]]) -> None:
    everything = np.ones(len(table.rows), dtype=bool)
    models = {
        name: fit(table, everything, i, (*parts["both"], *(CONFLICTS if i else ()))) for i, name in enumerate(LABELS)
    }
    models["TOKEN"] = fit(table, everything, 0, parts["judge"])
    text = '"""Weights of words and local judge together; written by training/fit_hybrid.py, not by hand."""\n\n'
    text += f"from __future__ import annotations\n\nBOUNDS = {json.dumps(BOUNDS)}\n"
    for name, model in models.items():
        text += f"{name} = {{\n" + "".join(f'    "{key}": {value:.4f},\n' for key, value in model.items()) + "}\n"
    TARGET.write_text(text.replace("[", "(").replace("]", ")"))


if __name__ == "__main__":
    main()
