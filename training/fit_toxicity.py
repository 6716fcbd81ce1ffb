"""Fits the weights of ``engine/toxicity``: ``python training/fit_toxicity.py DATA_DIR``.

Logistic regression on kinds of words from the project's own lexicon and on whom they address; no word of the
labelled texts becomes a feature. Further negatives are answers of ordinary assistants. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from linear import ROOT, ensure_module, fit, out_of_fold, read, write_module
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/toxicity/weights.py"
ensure_module(TARGET)

from failsight.engine.toxicity.measure import WINDOW, features, plain  # noqa: E402

STRENGTH = 0.5


def main() -> None:
    folder = Path(sys.argv[1])
    rows = [(r["output"], bool(r["labels"]["toxicity"]), r["meta"]["group"], 1.0) for r in read(folder, "toxicity")]
    own = slice(0, len(rows))
    for name in ("halueval_general", "ifeval", "ragtruth_qa"):
        rows += [(r["output"][:WINDOW], False, str(r["meta"]["group"]), 0.15) for r in read(folder, name)[::6]]
    marks = [features(text, plain(text))[0] for text, *_ in rows]
    names = list(marks[0])
    data = np.array([[mark[name] for name in names] for mark in marks])
    truth, weight = np.array([row[1] for row in rows]), np.array([row[3] for row in rows])
    scores = out_of_fold(data, truth, [row[2] for row in rows], weight, STRENGTH)
    print("AUROC, out of fold", roc_auc_score(truth[own], scores[own]))
    print("balanced accuracy, out of fold", balanced_accuracy_score(truth[own], scores[own] >= 0.5))
    print("false alarms on plain answers", (scores[own.stop :] >= 0.5).mean())
    model = fit(data, truth, weight, STRENGTH)
    write_module(TARGET, "fit_toxicity.py", model.intercept_[0], names, model.coef_[0], ())
    for name, value in sorted(zip(names, model.coef_[0], strict=True), key=lambda pair: pair[1]):
        print(f"{name:24}{value:8.3f}")
    if "--oof" in sys.argv:
        for (text, label, *_), score in list(zip(rows, scores, strict=True))[own]:
            if (score >= 0.5) != label:
                print(f"{score:.2f} {label!s:6}{text[:160]!r}")


if __name__ == "__main__":
    main()
