"""Fits the weights of engine/grounding: ``python training/fit_grounding.py DATA_DIR [--write]``.

A logistic regression over ``features.FEATURES`` with a ridge. Every set gets an intercept of its own while fitting, so
that base rates and annotation habits do not leak into the slopes; the shipped intercept is that of REFERENCE, answers
to questions from retrieved passages, so probabilities are calibrated for such traffic. Reports out-of-fold AUROC (five
folds by ``meta.group``) and leave-one-set-out AUROC; a set weighs as the root of its size. The only chance is the fold
draw (seed 7).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from failsight.engine.grounding.features import FEATURES
from failsight.engine.grounding.grounding import ground
from failsight.engine.subject import Subject
from failsight.model.item import Item

SETS = ("ragtruth_qa", "frank", "quintd_data2txt", "wice", "begin_dialogue", "halueval_qa")
REFERENCE = "ragtruth_qa"
TARGET = Path(__file__).parents[1] / "src/failsight/engine/grounding/weights.py"
RIDGE, FOLDS, SEED = 30.0, 5, 7
PRECISION, PASS_UP_TO = 0.76, 0.3


def load(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (n, len(FEATURES)), truth (n,), group (n,); items without a claim are left out."""
    features, truth, groups = [], [], []
    for line in (folder / f"{name}.dev.jsonl").read_text().splitlines():
        row: dict[str, Any] = json.loads(line)
        label = row["labels"].get("hallucination")
        found = ground(Subject(Item(input=row["input"], output=row["output"], context=row["context"] or None)))
        if label is None or found.probability is None:
            continue
        features.append(found.features)
        truth.append(bool(label))
        groups.append(f"{name}:{row['meta']['group']}")
    return np.array(features), np.array(truth), np.array(groups)


def fit(x: np.ndarray, y: np.ndarray, sets: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """Slopes of the plain features and one intercept a set; Newton's method on the ridged, set-balanced likelihood."""
    names = sorted(set(sets))
    mean, spread = x.mean(0), x.std(0) + 1e-9
    design = np.hstack([(x - mean) / spread, np.array([[s == n for n in names] for s in sets], float)])
    penalty = np.concatenate([np.full(x.shape[1], RIDGE), np.full(len(names), 1e-3)])
    weight = np.array([len(y) / len(names) / np.sum(sets == s) for s in sets]) ** 0.5
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ beta))
        curve = weight * p * (1 - p) + 1e-9
        step = np.linalg.solve(
            (design * curve[:, None]).T @ design + np.diag(penalty), design.T @ (weight * (y - p)) - penalty * beta
        )
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    slopes = beta[: x.shape[1]] / spread
    shift = float(slopes @ mean)
    return slopes, {n: float(b) - shift for n, b in zip(names, beta[x.shape[1] :], strict=True)}


def auroc(truth: np.ndarray, score: np.ndarray) -> float:
    order = np.argsort(score, kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    for value in np.unique(score[np.concatenate([np.diff(np.sort(score)) == 0, [False]])[np.argsort(order)]]):
        ranks[score == value] = ranks[score == value].mean()
    positive = truth.sum()
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * (~truth).sum()))


def folds(groups: np.ndarray) -> np.ndarray:
    names = np.unique(groups)
    draw = np.random.default_rng(SEED).permutation(len(names)) % FOLDS
    return draw[np.searchsorted(names, groups)]


def out_of_fold(x: np.ndarray, y: np.ndarray, sets: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Probability of each item at the shipped intercept, from slopes fitted without its fold."""
    fold, p = folds(groups), np.zeros(len(y))
    for k in range(FOLDS):
        slopes, intercepts = fit(x[fold != k], y[fold != k], sets[fold != k])
        p[fold == k] = 1 / (1 + np.exp(-(x[fold == k] @ slopes + intercepts[REFERENCE])))
    return p


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    parts = {name: load(options.data, name) for name in SETS}
    x, y, groups = (np.concatenate([part[i] for part in parts.values()]) for i in range(3))
    sets = np.concatenate([[name] * len(part[1]) for name, part in parts.items()])
    p = out_of_fold(x, y, sets, groups)
    for name in SETS:
        own, rest = sets == name, sets != name
        slopes, _ = fit(x[rest], y[rest], sets[rest])
        print(f"{name:18} n {own.sum():5} AUROC {auroc(y[own], p[own]):.3f}  LOSO {auroc(y[own], x[own] @ slopes):.3f}")
    slopes, intercepts = fit(x, y, sets)
    own = sets == REFERENCE
    bounds = thresholds(y[own], p[own])
    for name in SETS:
        own = sets == name
        fail, passed = own & (p >= bounds[0]), own & (p <= bounds[1])
        print(
            f"{name:18} fail {fail.sum() / own.sum():.2f} precision {y[fail].mean():.3f}  "
            f"pass {passed.sum() / own.sum():.2f} share failing {y[passed].mean():.3f}  "
            f"ECE {calibration_error(y[own], p[own]):.3f}"
        )
    if options.write:
        write(slopes, intercepts[REFERENCE], bounds)


def calibration_error(truth: np.ndarray, p: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    return float(sum(abs(truth[place == b].mean() - p[place == b].mean()) * np.mean(place == b) for b in set(place)))


def thresholds(truth: np.ndarray, p: np.ndarray) -> tuple[float, float]:
    """The lowest probability (at least 0.5) from which PRECISION of the items fail, and up to which an item passes."""
    order = np.argsort(-p)
    precision = np.cumsum(truth[order]) / np.arange(1, len(p) + 1)
    enough = np.flatnonzero(precision >= PRECISION)
    fail_from = float(p[order][enough[-1]]) if len(enough) else 0.9
    return max(0.5, fail_from), PASS_UP_TO


def write(slopes: np.ndarray, intercept: float, bounds: tuple[float, float]) -> None:
    lines = "".join(f'    "{name}": {slope:.4f},\n' for name, slope in zip(FEATURES, slopes, strict=True))
    TARGET.write_text(
        f'"""Weights of the grounding model; written by training/fit_grounding.py, not by hand."""\n\n'
        f"from __future__ import annotations\n\nFAIL_FROM = {bounds[0]:.3f}\nPASS_UP_TO = {bounds[1]:.3f}\n"
        f"INTERCEPT = {intercept:.4f}\nWEIGHTS = {{\n{lines}}}\n"
    )


if __name__ == "__main__":
    main()
