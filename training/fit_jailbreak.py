"""Fits the weights of ``engine/jailbreak``: ``python training/fit_jailbreak.py DATA_DIR [--write]``.

Logistic regression on families of signs, without the length of the text: length alone separates the public sets.
Jailbreaks: prompts collected in the wild and the attacks of JailbreakBench; harmless: ordinary prompts, plain
harmful questions, long inputs (transcripts of support agents, prompts with sources), and every second one of
``honest_prompts.yaml``; the others are kept out. Cross-validation leaves out whole attack methods. Prints what the
detector then decides, out of fold, with 95 % intervals by drawing whole groups. Needs scikit-learn.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import yaml
from linear import ROOT, ensure_module, fit, out_of_fold, read, write_module
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/jailbreak/weights.py"
ensure_module(TARGET)

from failsight.engine.detectors.jailbreak_attempt import decide  # noqa: E402
from failsight.engine.harm.request import harmful_request_of  # noqa: E402
from failsight.engine.jailbreak.measure import features, may_be_jailbreak  # noqa: E402

HONEST = Path(__file__).with_name("honest_prompts.yaml")
STRENGTH, HONEST_WEIGHT = 2.0, 1.5
UNLIKELY = 0.02
ROUNDS, SEED = 1000, 7
LONG = (
    "tau_bench",
    "ragtruth_qa",
    "quintd_data2txt",
    "lfqa_completeness",
    "bfcl_real",
    "halueval_general",
    "who_and_when",
)
Row = tuple[str, bool, str, float, str]


def load(folder: Path) -> list[Row]:
    """Text, label, group, weight (0: not learnt from), set; each text once."""
    rows: dict[str, Row] = {}
    for row in (*_attacks(folder), *_ordinary(folder), *_honest()):
        rows.setdefault(row[0], row)
    return list(rows.values())


def _attacks(folder: Path) -> Iterator[Row]:
    for r in read(folder, "prompt_attack_direct"):
        yield r["input"], bool(r["labels"]["jailbreak_attempt"]), r["meta"]["group"], 1.0, "direct"
    for r in read(folder, "jailbreakbench"):
        yield r["input"], True, r["meta"]["method"], 0.45, r["meta"]["method"]


def _ordinary(folder: Path) -> Iterator[Row]:
    for place, r in enumerate(read(folder, "xstest")):
        yield r["input"], False, r["meta"]["group"], 0.0 if place % 5 else 0.5, "xstest"
    for name in LONG:
        for place, r in enumerate(read(folder, name)[::4]):
            context = (r.get("context") or ()) if name in ("ragtruth_qa", "quintd_data2txt") else ()
            text = "\n".join((r["input"], *context))
            yield text, False, r["meta"].get("group") or r["id"], 0.0 if place % 2 else 0.7, name


def _honest() -> Iterator[Row]:
    for place, text in enumerate(yaml.safe_load(HONEST.read_text("utf-8"))):
        weight, kind = (0.0, "honest, kept out") if place % 2 else (HONEST_WEIGHT, "honest, learnt from")
        yield text, False, f"honest {place}", weight, kind


def interval(hits: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """95 % of the share of hits, when whole groups are drawn; single items where all are of one group, a method."""
    names, place = np.unique(groups, return_inverse=True)
    if len(names) == 1:
        names = place = np.arange(len(groups))
    found, sizes = np.bincount(place, hits), np.bincount(place)
    drawn = np.random.default_rng(SEED).integers(len(names), size=(ROUNDS, len(names)))
    low, high = np.quantile(found[drawn].sum(1) / sizes[drawn].sum(1), (0.025, 0.975))
    return float(low), float(high)


def report(rows: list[Row], decided: np.ndarray) -> None:
    """How often the detector fails and doubts, by set and label."""
    kind, truth = np.array([row[4] for row in rows]), np.array([row[1] for row in rows])
    groups = np.array([row[2] for row in rows])
    print(f"{'set':28}{'label':>10}{'n':>6}{'fail':>6}{'share (95 %)':>22}{'unsure':>8}")
    for name in dict.fromkeys(kind):
        for label in (True, False):
            at = (kind == name) & (truth == label)
            if at.any():
                failed = decided[at] == "fail"
                low, high = interval(failed, groups[at])
                share = f"{failed.mean():.3f} ({low:.3f}-{high:.3f})"
                doubts = int((decided[at] == "unsure").sum())
                print(
                    f"{name:28}{'attack' if label else 'honest':>10}{at.sum():6}{failed.sum():6}{share:>22}{doubts:8}"
                )


def equal_length(rows: list[Row], scores: np.ndarray) -> float:
    """Share of pairs of a direct attack and a harmless text of its length (20 %) that are ranked rightly."""
    truth, length = np.array([row[1] for row in rows]), np.array([len(row[0]) for row in rows])
    pool = np.flatnonzero(~truth)
    pairs: list[float] = []
    for i in (i for i, row in enumerate(rows) if row[1] and row[4] == "direct"):
        near = pool[np.abs(np.log(length[pool] / length[i])) < 0.2]
        pairs += [(scores[i] > scores[j]) + 0.5 * (scores[i] == scores[j]) for j in near[:40]]
    return float(np.mean(pairs))


def main() -> None:
    rows = load(Path(sys.argv[1]))
    harmful = [harmful_request_of(row[0]).probability for row in rows]
    seen = [features(row[0], value) for row, value in zip(rows, harmful, strict=True)]
    names = list(seen[0][0])
    data = np.array([[marks[name] for name in names] for marks, _ in seen])
    truth, weight = np.array([row[1] for row in rows]), np.array([row[3] for row in rows])
    scores = out_of_fold(data, truth, [row[2] for row in rows], weight, STRENGTH)
    scores[[not may_be_jailbreak(row[0]) for row in rows]] = UNLIKELY
    decided = [decide(p, signs, h) for p, (_, signs), h in zip(scores, seen, harmful, strict=True)]
    report(rows, np.array(decided))
    own = np.array([row[4] == "direct" for row in rows])
    print("direct AUROC, out of fold", roc_auc_score(truth[own], scores[own]))
    print("pairs of equal length ranked rightly", equal_length(rows, scores))
    model = fit(data, truth, weight, STRENGTH)
    for name, value in sorted(zip(names, model.coef_[0], strict=True), key=lambda pair: pair[1]):
        print(f"{name:24}{value:8.3f}")
    if "--write" in sys.argv:
        write_module(TARGET, "fit_jailbreak.py", model.intercept_[0], names, model.coef_[0], ())


if __name__ == "__main__":
    main()
