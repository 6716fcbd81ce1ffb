"""What the fitting programs share: reading labelled sets, grouped cross-validation, writing a module of weights."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

ROOT = Path(__file__).resolve().parents[1]


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    """The labelled items of one set."""
    return [json.loads(line) for line in (folder / f"{name}.dev.jsonl").open(encoding="utf-8")]


def multi_hot(sets: Sequence[frozenset[int]], size: int) -> np.ndarray:
    """Rows of ``1 / sqrt(number of buckets)``, as ``hashed_words.weigh`` scales them."""
    data = np.zeros((len(sets), size), dtype=np.float32)
    for row, buckets in enumerate(sets):
        data[row, list(buckets)] = 1.0 / max(1.0, len(buckets) ** 0.5)
    return data


def out_of_fold(
    data: np.ndarray, truth: np.ndarray, groups: Sequence[str], weight: np.ndarray, strength: float, folds: int = 10
) -> np.ndarray:
    """Probabilities, each from a model that saw no item of the same group."""
    scores = np.zeros(len(truth))
    for train, test in GroupKFold(folds).split(data, truth, groups):
        model = fit(data[train], truth[train], weight[train], strength)
        scores[test] = model.predict_proba(data[test])[:, 1]
    return scores


def fit(data: np.ndarray, truth: np.ndarray, weight: np.ndarray, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=3000).fit(data, truth, sample_weight=weight)


def write_module(
    target: Path, program: str, bias: float, names: Sequence[str], weights: Sequence[float], hashed: Sequence[float]
) -> None:
    """``BIAS``, ``FEATURES`` with ``WEIGHTS``, and ``HASHED`` in hundredths."""
    lines = [f'"""Fitted weights; written by training/{program}, do not edit."""', "", f"BIAS = {bias:.4f}"]
    lines += ["FEATURES: tuple[str, ...] = (", *(f'    "{name}",' for name in names), ")"]
    lines += ["WEIGHTS: tuple[float, ...] = (", *(f"    {value:.4f}," for value in weights), ")"]
    whole = [round(float(value) * 100) for value in hashed]
    rows = [whole[i : i + 20] for i in range(0, len(whole), 20)]
    if rows:
        lines += [
            "# fmt: off",
            "HASHED: tuple[int, ...] = (",
            *("    " + ", ".join(map(str, row)) + "," for row in rows),
        ]
        lines += [")", "# fmt: on"]
    else:
        lines += ["HASHED: tuple[int, ...] = ()"]
    target.write_text("\n".join(lines) + "\n")


def ensure_module(target: Path) -> None:
    """An empty weights module, so that the feature code can be imported before the first fit."""
    if not target.exists():
        write_module(target, "", 0.0, (), (), ())
