"""Fits the weights of ``engine/refusal``: ``python training/fit_refusal.py DATA_DIR``.

Logistic regression on the phrase families of ``engine/refusal/measure.py`` and hashed words; labels: two human
annotators of XSTest (full or partial refusal against compliance), and as further negatives answers of IFEval and
grounded question answering that nobody marked as refusals. Prints the balanced accuracy of grouped cross-validation,
then writes the weights module. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from linear import ROOT, ensure_module, fit, multi_hot, out_of_fold, read, write_module
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/refusal/weights.py"
ensure_module(TARGET)

from failsight.engine.hashed_words import word_buckets  # noqa: E402
from failsight.engine.lowered import lowered  # noqa: E402
from failsight.engine.refusal.measure import HASHED_WORDS, SCOPE, features  # noqa: E402

SIZE, STRENGTH, SCALE = 1024, 1.0, 3.0


def load(folder: Path) -> list[tuple[str, str, bool, str, float]]:
    """Request, output, whether it declines, group, weight; first those of XSTest."""
    rows = [(r["input"], r["output"], r["labels"]["refusal"], r["meta"]["group"], 1.0) for r in read(folder, "xstest")]
    return rows + [
        (r["input"], r["output"], False, r["meta"]["group"], 0.3)
        for name in ("ifeval", "ragtruth_qa")
        for r in read(folder, name)[::4]
        if not r["labels"].get("over_refusal") and "unable to answer" not in r["output"].lower()
    ]


def matrix(pairs: Sequence[tuple[str, str]]) -> tuple[np.ndarray, list[dict[str, float]], list[str]]:
    """Of requests and outputs: what is weighed, one row each, the phrase families in it, the texts they are read in."""
    outputs = [lowered(output[:SCOPE]).lstrip() for _, output in pairs]
    marks = [features(lowered(pair[0][:SCOPE]), text) for pair, text in zip(pairs, outputs, strict=True)]
    rules = np.array([list(mark.values()) for mark in marks])
    hashed = multi_hot([word_buckets(text, HASHED_WORDS, SIZE) for text in outputs], SIZE)
    return np.hstack([rules, hashed * SCALE]), marks, outputs


def main() -> None:
    rows = load(Path(sys.argv[1]))
    labelled = slice(0, sum(row[4] == 1.0 for row in rows))
    data, marks, _ = matrix([row[:2] for row in rows])
    names = list(marks[0])
    truth, weight = np.array([bool(row[2]) for row in rows]), np.array([row[4] for row in rows])
    scores = out_of_fold(data, truth, [row[3] for row in rows], weight, STRENGTH)
    print("balanced accuracy, out of fold", balanced_accuracy_score(truth[labelled], scores[labelled] >= 0.5))
    print("AUROC, out of fold", roc_auc_score(truth[labelled], scores[labelled]))
    print("false alarms on plain answers", (scores[labelled.stop :] >= 0.5).mean())
    model = fit(data, truth, weight, STRENGTH)
    weights = model.coef_[0]
    write_module(
        TARGET, "fit_refusal.py", model.intercept_[0], names, weights[: len(names)], weights[len(names) :] * SCALE
    )


if __name__ == "__main__":
    main()
