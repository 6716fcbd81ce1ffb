"""Fits the weights of ``engine/injection``: ``python training/fit_injection.py DATA_DIR``.

Each sentence or line of a passage is one example; it is positive when it belongs to the planted text. Further
negatives are the passages of question answering, retrieval and dialogue sets. Cross-validation leaves out documents
and whole families of attacks at once: the attack strings met later differ from these. Needs scikit-learn.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from linear import ROOT, ensure_module, fit, multi_hot, read, write_module
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/injection/weights.py"
ensure_module(TARGET)

from failsight.engine.hashed_words import word_buckets  # noqa: E402
from failsight.engine.injection.requests import HASHED_WORDS, features, may_ask, segments  # noqa: E402
from failsight.engine.lowered import lowered  # noqa: E402

SIZE, STRENGTH, SCALE = 512, 0.5, 1.0
PLAIN = ("ragtruth_qa", "qed_retrieval", "begin_dialogue", "wice_retrieval", "frank")


def examples(row: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """One example for each segment that may ask for something."""
    found = []
    planted = row["meta"].get("attack_text") or ""
    asked = set(re.findall(r"[a-z]{4,}", row["input"][:1000].lower()))
    for passage in row["context"]:
        low = lowered(passage)
        place = passage.find(planted[:60]) if planted else -1
        for segment in segments(passage):
            text = low[segment.start : segment.end]
            if not may_ask(text):
                continue
            inside = place >= 0 and segment.start < place + len(planted) and segment.end > place
            found.append(
                {
                    "item": number,
                    "marks": features(low, segment, asked),
                    "text": text,
                    "planted": inside,
                    "family": row["meta"].get("attack") or "",
                    "document": str(row["meta"]["group"]),
                }
            )
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    rows = read(folder, "prompt_injection_indirect")
    count = len(rows)
    for name in PLAIN:
        rows += [row for row in read(folder, name)[::6] if row.get("context")]
    data = [example for number, row in enumerate(rows) for example in examples(row, number)]
    names = list(data[0]["marks"])
    rules = np.array([[e["marks"][name] for name in names] for e in data])
    hashed = multi_hot([word_buckets(e["text"], HASHED_WORDS, SIZE) for e in data], SIZE) * SCALE
    matrix = np.hstack([rules, hashed])
    truth = np.array([e["planted"] for e in data])
    weight = np.where(np.array([e["item"] for e in data]) < count, 1.0, 0.5)
    families = sorted({row["meta"].get("attack") or "" for row in rows[:count]} - {""})
    fold_of_family = {family: i % 5 for i, family in enumerate(np.random.default_rng(5).permutation(families))}
    documents = sorted({e["document"] for e in data})
    fold_of_document = {d: i % 5 for i, d in enumerate(np.random.default_rng(6).permutation(documents))}
    family = np.array([fold_of_family.get(e["family"], -1) for e in data])
    document = np.array([fold_of_document[e["document"]] for e in data])
    item = np.array([e["item"] for e in data])
    for label, columns in (("rules", matrix[:, : len(names)]), ("rules and hashed words", matrix)):
        best = np.zeros(len(rows))
        parts: list[tuple[bool, float]] = []
        for df in range(5):
            for ff in range(5):
                train = (document != df) & (family != ff)
                model = fit(columns[train], truth[train], weight[train], STRENGTH)
                test = (document == df) & ((family == ff) | (family == -1))
                scores = model.predict_proba(columns[test])[:, 1]
                best[:] = 0
                np.maximum.at(best, item[test], scores)
                for number, row in enumerate(rows[:count]):
                    fam = fold_of_family.get(row["meta"].get("attack") or "", -1)
                    if fold_of_document.get(str(row["meta"]["group"]), df) == df and fam in (ff, -1):
                        parts.append((bool(row["labels"]["prompt_injection"]), float(best[number])))
        pos = np.array([p for p, _ in parts])
        print(label, "AUROC, new documents and new families", roc_auc_score(pos, [s for _, s in parts]), len(parts))
    model = fit(matrix, truth, weight, STRENGTH)
    plain = np.zeros(len(rows))
    np.maximum.at(plain, item, model.predict_proba(matrix)[:, 1])
    print("plain passages at 0.5 or more", (plain[count:] >= 0.5).mean(), "at 0.7", (plain[count:] >= 0.7).mean())
    weights = model.coef_[0]
    write_module(
        TARGET, "fit_injection.py", model.intercept_[0], names, weights[: len(names)], weights[len(names) :] * SCALE
    )
    for name, value in sorted(zip(names, weights, strict=False), key=lambda pair: pair[1]):
        print(f"{name:24}{value:8.3f}")


if __name__ == "__main__":
    main()
