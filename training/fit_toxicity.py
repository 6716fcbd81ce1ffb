"""Fits the weights of ``engine/toxicity``: ``python training/fit_toxicity.py DATA_DIR [--head]``.

With ``--head`` the second stage alone: what the words say of a window, weighed with its sentence vector. Its further
negatives are windows around harsh words of ordinary answers, nuts and fat among them.

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

from failsight.engine.toxicity.measure import SCOPE, SURE_ADDRESSED, SURE_ANYWAY, WINDOW, features, plain, toxicity_of  # noqa: E402
from failsight.engine.toxicity.weighing import HARSH, around  # noqa: E402
from failsight.engine.toxicity.weighing import features as head_features  # noqa: E402
from failsight.judge.encoder import OnnxEncoder  # noqa: E402

STRENGTH, HEAD_STRENGTH, SCALE = 0.5, 1.0, 2.0
HEAD = TARGET.with_name("head_weights.py")
ORDINARY = (
    "halueval_general",
    "ifeval",
    "lfqa_completeness",
    "ragtruth_qa",
    "xstest",
    "begin_dialogue",
    "llmbar",
    "frank",
)


def windows(folder: Path) -> list[tuple[str, float, bool, str, bool, bool, float]]:
    """Window, words' probability of its text, label, group, whether of the labelled set, whether it
    fails by words, the probability from which it fails."""
    rows = [(r["output"], bool(r["labels"]["toxicity"]), r["meta"]["group"], True) for r in read(folder, "toxicity")]
    for name in ORDINARY:
        outputs = {r["output"]: r["meta"].get("group", "") for r in read(folder, name)}
        rows += [(text, False, str(group), False) for text, group in outputs.items()]
    found = []
    for text, label, group, own in rows:
        toxicity = toxicity_of(text[:SCOPE])
        if toxicity.places and toxicity.probability >= HARSH:
            window = around(text, *toxicity.places[0][1:])
        elif own:
            window = text[:300]
        else:
            continue
        enough = 2.0 if toxicity.reported else SURE_ADDRESSED if toxicity.addressed else SURE_ANYWAY
        found.append((window, toxicity.probability, label, group, own, toxicity.abusive, enough))
    return found


def fit_head(folder: Path) -> None:
    """The second stage, out of fold and then on everything; only harsh texts reach it."""
    rows = windows(folder)
    vectors = OnnxEncoder(cache_bytes=0).encode([row[0] for row in rows])
    words = np.array([head_features(row[0]) for row in rows])
    alone, truth = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    own, failed = np.array([row[4] for row in rows]), np.array([row[5] for row in rows])
    weight, groups = np.where(own, 1.0, 0.5), [row[3] for row in rows]
    harsh = alone >= HARSH
    print(f"harsh ordinary answers {(~own).sum()}; words alone: recall {failed[own & truth].mean():.3f}, false alarms "
          f"{(failed & own & ~truth).sum()} of {(own & ~truth).sum()} and {(failed & ~own).sum()} ordinary, AUROC "
          f"{roc_auc_score(truth[own], alone[own]):.3f}")  # fmt: skip
    for name, data in (("vector", vectors * SCALE), ("both", np.hstack([words, vectors * SCALE]))):
        scores = np.where(
            harsh, out_of_fold(data, truth, groups, weight, HEAD_STRENGTH, folds=8), np.minimum(alone, HARSH)
        )
        bad = scores >= np.array([row[6] for row in rows])
        print(f"{name}: recall {bad[own & truth].mean():.3f}, false alarms {(bad & own & ~truth).sum()} and "
              f"{(bad & ~own).sum()} ordinary, AUROC {roc_auc_score(truth[own], scores[own]):.3f}")  # fmt: skip
    model = fit(np.hstack([words, vectors * SCALE]), truth, weight, HEAD_STRENGTH)
    weights = model.coef_[0]
    whole = ", ".join(str(round(float(value) * SCALE * 100)) for value in weights[4:])
    HEAD.write_text(
        '"""Fitted weights, those of the vector in hundredths; written by training/fit_toxicity.py, do not edit."""\n\n'
        f"BIAS = {model.intercept_[0]:.4f}\nWEIGHTS = ({', '.join(f'{value:.4f}' for value in weights[:4])})\n"
        f"# fmt: off\n# ruff: noqa: E501\nVECTOR: tuple[int, ...] = ({whole})\n# fmt: on\n"
    )


def main() -> None:
    folder = Path(sys.argv[1])
    if "--head" in sys.argv:
        fit_head(folder)
        return
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
