"""Measures of a detector on labelled items, with intervals that respect groups. Nothing measured is nan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Truth = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
NAN = float("nan")


def auroc(truth: Truth, score: Scores) -> float:
    """Rank statistic with ties at half; nan when one class is absent."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return NAN
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def precision(truth: Truth, predicted: Truth) -> float:
    return float(truth[predicted].mean()) if predicted.any() else NAN


def recall(truth: Truth, predicted: Truth) -> float:
    return float(predicted[truth].mean()) if truth.any() else NAN


def f1(truth: Truth, predicted: Truth) -> float:
    total = predicted.sum() + truth.sum()
    return float(2 * (truth & predicted).sum() / total) if total else NAN


def balanced_accuracy(truth: Truth, predicted: Truth) -> float:
    if truth.all() or not truth.any():
        return NAN
    return float((predicted[truth].mean() + (~predicted[~truth]).mean()) / 2)


def group_bootstrap(
    statistics: dict[str, Callable[[npt.NDArray[np.intp]], float]], groups: Sequence[str], rounds: int
) -> dict[str, tuple[float, float]]:
    """95 % intervals of statistics of row numbers, drawing whole groups with a fixed seed."""
    _, codes = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(codes))[:-1])
    chance = np.random.default_rng(7)
    drawn: dict[str, list[float]] = {name: [] for name in statistics}
    for _ in range(rounds):
        rows = np.concatenate([members[i] for i in chance.integers(0, len(members), len(members))])
        for name, statistic in statistics.items():
            drawn[name].append(statistic(rows))
    return {name: _interval(np.array(values)) for name, values in drawn.items()}


def _interval(values: Scores) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    return (float(np.percentile(known, 2.5)), float(np.percentile(known, 97.5))) if len(known) else (NAN, NAN)
