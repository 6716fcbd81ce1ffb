"""Fits the weights of ``engine/harm``: ``python training/fit_harmful_request.py DATA_DIR``.

Logistic regression on the topics of ``engine/harm/topics.py``, the form of the request and hashed words; labels: the
safe and unsafe prompts of XSTest, the goals of JailbreakBench as harmful, and prompts of IFEval, LLMBar and general
question answering as harmless. Prints grouped cross-validation, then writes the weights module. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from linear import ROOT, ensure_module, fit, multi_hot, out_of_fold, read, write_module
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/harm/weights.py"
ensure_module(TARGET)

from failsight.engine.harm.request import HASHED_WORDS, NAMES, features, topic_hits  # noqa: E402
from failsight.engine.hashed_words import word_buckets  # noqa: E402

SIZE, STRENGTH, SCALE = 1024, 0.5, 2.0


def load(folder: Path) -> list[tuple[str, bool, str, float, str]]:
    """Prompt, label, group, weight, set; each prompt once."""
    seen: dict[str, tuple[str, bool, str, float, str]] = {}
    for r in read(folder, "xstest"):
        seen[r["input"]] = (r["input"], r["labels"]["harmful_request"], r["meta"]["group"], 1.0, "xstest")
    for r in read(folder, "jailbreakbench"):
        seen[r["meta"]["goal"]] = (r["meta"]["goal"], True, r["meta"]["group"], 1.0, "jbb")
    for name in ("ifeval", "llmbar", "halueval_general", "ragtruth_qa"):
        for r in read(folder, name):
            seen.setdefault(r["input"], (r["input"], False, r["meta"]["group"], 0.2, name))
    return list(seen.values())


def matrix(texts: Sequence[str]) -> np.ndarray:
    """What is weighed, one row for each lower-case request."""
    marks = [features(text, topic_hits(text)) for text in texts]
    rules = np.array([[mark.get(name, 0.0) for name in NAMES] for mark in marks])
    hashed = multi_hot([word_buckets(text, HASHED_WORDS, SIZE) for text in texts], SIZE)
    return np.hstack([rules, hashed * SCALE])


def main() -> None:
    rows = [(row[0].lower(), *row[1:]) for row in load(Path(sys.argv[1]))]
    names = list(NAMES)
    data = matrix([row[0] for row in rows])
    truth, weight = np.array([row[1] for row in rows]), np.array([row[3] for row in rows])
    scores = out_of_fold(data, truth, [row[2] for row in rows], weight, STRENGTH)
    kind = np.array([row[4] for row in rows])
    own = kind == "xstest"
    print("xstest balanced accuracy, out of fold", balanced_accuracy_score(truth[own], scores[own] >= 0.5))
    print("xstest AUROC, out of fold", roc_auc_score(truth[own], scores[own]))
    for name in sorted(set(kind)):
        print(name, "share called harmful", (scores[kind == name] >= 0.5).mean(), (kind == name).sum())
    model = fit(data, truth, weight, STRENGTH)
    weights = model.coef_[0]
    write_module(
        TARGET,
        "fit_harmful_request.py",
        model.intercept_[0],
        names,
        weights[: len(names)],
        weights[len(names) :] * SCALE,
    )
    if "--oof" in sys.argv:
        for row, score in zip(rows, scores, strict=True):
            if (score >= 0.5) != row[1]:
                print(f"{score:.2f} {row[4]:8} {row[1]!s:6} {row[0][:110]!r}")


if __name__ == "__main__":
    main()
