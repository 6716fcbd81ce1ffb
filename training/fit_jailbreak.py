"""Fits the weights of ``engine/jailbreak``: ``python training/fit_jailbreak.py DATA_DIR``.

Logistic regression on families of signs, without the length of the text: length alone separates the public sets.
Jailbreaks: prompts collected in the wild and the attacks of JailbreakBench; harmless: ordinary prompts, plain
harmful questions, and long inputs (transcripts of support agents, prompts with sources). Cross-validation leaves out
whole attack methods. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from linear import ROOT, ensure_module, fit, out_of_fold, read, write_module
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/jailbreak/weights.py"
ensure_module(TARGET)

from failsight.engine.harm.request import harmful_request_of  # noqa: E402
from failsight.engine.jailbreak.measure import features  # noqa: E402

STRENGTH = 0.5
LONG = (
    "tau_bench",
    "ragtruth_qa",
    "quintd_data2txt",
    "lfqa_completeness",
    "bfcl_real",
    "halueval_general",
    "who_and_when",
)


def load(folder: Path) -> list[tuple[str, bool, str, float, str]]:
    """Text, label, group, weight, set."""
    rows = [
        (r["input"], bool(r["labels"]["jailbreak_attempt"]), r["meta"]["group"], 1.0, "direct")
        for r in read(folder, "prompt_attack_direct")
    ]
    rows += [(r["input"], True, r["meta"]["method"], 0.3, r["meta"]["method"]) for r in read(folder, "jailbreakbench")]
    rows += [(r["input"], False, r["meta"]["group"], 0.5, "xstest") for r in read(folder, "xstest")[::5]]
    for name in LONG:
        for r in read(folder, name)[::8]:
            text = (
                "\n".join((r["input"], *(r.get("context") or ())))
                if name in ("ragtruth_qa", "quintd_data2txt")
                else r["input"]
            )
            rows.append((text, False, r["meta"].get("group") or r["id"], 0.7, name))
    return rows


def main() -> None:
    rows = load(Path(sys.argv[1]))
    marks = [features(row[0], harmful_request_of(row[0]).probability)[0] for row in rows]
    names = list(marks[0])
    data = np.array([[mark[name] for name in names] for mark in marks])
    truth, weight = np.array([row[1] for row in rows]), np.array([row[3] for row in rows])
    scores = out_of_fold(data, truth, [row[2] for row in rows], weight, STRENGTH)
    kind, length = np.array([row[4] for row in rows]), np.array([len(row[0]) for row in rows])
    own = kind == "direct"
    print(
        "direct AUROC, out of fold",
        roc_auc_score(truth[own], scores[own]),
        "length alone",
        roc_auc_score(truth[own], length[own]),
    )
    pool = np.flatnonzero(~truth)
    pairs = []
    for i in np.flatnonzero(own & truth):
        near = pool[np.abs(np.log(length[pool] / length[i])) < 0.2]
        pairs += [(scores[i] > scores[j]) + 0.5 * (scores[i] == scores[j]) for j in near[:40]]
    print("pairs of equal length (20 %): share ranked rightly", np.mean(pairs), len(pairs))
    for name in sorted(set(kind)):
        print(
            f"{name:28} called jailbreak",
            round((scores[(kind == name) & truth] >= 0.5).mean(), 3),
            "false alarms",
            round((scores[(kind == name) & ~truth] >= 0.5).mean(), 4),
        )
    model = fit(data, truth, weight, STRENGTH)
    write_module(TARGET, "fit_jailbreak.py", model.intercept_[0], names, model.coef_[0], ())
    for name, value in sorted(zip(names, model.coef_[0], strict=True), key=lambda pair: pair[1]):
        print(f"{name:24}{value:8.3f}")


if __name__ == "__main__":
    main()
