"""Fits the second stage of ``engine/injection``: ``python training/fit_injection_head.py DATA_DIR [--write]``.

What the words of a request in a passage say is weighed with its likeness to the text around it and to what the user
asked. Positive: requests of the labelled set that are planted. Negative: the others, and those of plain passages: of
other sets, of answers by ordinary assistants read as passages (once with their own question, once with another), and
of our own (``plain_passages.yaml``). Cross-validation leaves out documents and whole families of attacks at once.
Prints what every choice of columns reaches where it raises as many false alarms as the shipped one. Needs scikit-learn.
"""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from linear import ROOT, ensure_module, fit, multi_hot, read, write_module

sys.path.insert(0, str(ROOT / "src"))
TARGET = ROOT / "src/failsight/engine/injection/head_weights.py"
ensure_module(TARGET)

from failsight.engine.detectors.prompt_injection import FAIL, FAIL_WEIGHED  # noqa: E402
from failsight.engine.hashed_words import word_buckets  # noqa: E402
from failsight.engine.injection.overrides import is_policy  # noqa: E402
from failsight.engine.injection.requests import (  # noqa: E402
    FEATURES,
    HASHED_WORDS,
    features,
    find_requests,
    is_addressed,
    may_ask,
    segments,
)
from failsight.engine.injection.weighing import LIKENESS, LONG, SUSPECT, head_marks, likeness  # noqa: E402
from failsight.engine.lowered import lowered  # noqa: E402
from failsight.judge.encoder import OnnxEncoder  # noqa: E402

OWN = "prompt_injection_indirect"
PLAIN = ("ragtruth_qa", "qed_retrieval", "begin_dialogue", "wice_retrieval", "frank", "quintd_data2txt")
ANSWERS = ("ifeval", "halueval_general", "lfqa_completeness", "llmbar")
KINDS = {"labelled": 1.0, "plain": 0.5, "answers": 0.3, "answers, other question": 0.3, "written": 1.0}
SIZE, STRENGTH, FOLDS, DRAWS = 512, 0.5, 5, 3
SCALE = 2.0  # of the cosines, so that the same penalty holds them less than the words
WORDS = len(FEATURES)
OTHERS = {
    "words, same passages": "wha",
    "likeness": "l",
    "vector": "v",
    "words and vector": "wav",
    "words, likeness and vector": "walv",
    "hashed words too": "whal",
}


def rows(folder: Path) -> list[dict[str, Any]]:
    """Passages with the question they are read for, once each."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add(kind: str, name: str, row: dict[str, Any], passages: tuple[str, ...], question: str) -> None:
        labelled = kind == "labelled"
        meta = row["meta"]
        found.setdefault((kind, name, passages, row["id"] if labelled else ""), {
            "kind": kind, "passages": passages, "question": question, "group": f"{name} {meta.get('group')}",
            "planted": (meta.get("attack_text") or "") if labelled else "",
            "family": (meta.get("attack") or "") if labelled else "",
            "label": labelled and bool(row["labels"]["prompt_injection"]),
        })  # fmt: skip

    for name in (OWN, *PLAIN):
        for row in read(folder, name):
            if row.get("context"):
                add("labelled" if name == OWN else "plain", name, row, tuple(row["context"]), row["input"])
    for name in ANSWERS:
        answers, draw = read(folder, name), random.Random(3)
        for row in answers:
            add("answers", name, row, (row["output"],), row["input"])
            add("answers, other question", name, row, (row["output"],), draw.choice(answers)["input"])
    for number, own in enumerate(yaml.safe_load((ROOT / "training/plain_passages.yaml").read_text("utf-8"))):
        add("written", "written", {"id": number, "meta": {"group": number}}, (own["passage"],), own["question"])
    return list(found.values())


def requests(row: dict[str, Any], number: int, encoder: OnnxEncoder) -> list[dict[str, Any]]:
    """One example for each segment that may ask for something; of answers only those that the words suspect."""
    found, places = [], []
    asked = set(re.findall(r"[a-z]{4,}", lowered(row["question"][:1000])))
    for passage in row["passages"]:
        low = lowered(passage)
        at = passage.find(row["planted"][:60]) if row["planted"] else -1
        suspects = {r.start for r in find_requests(passage, row["question"]) if r.probability >= SUSPECT}
        for segment in () if is_policy(low) else segments(passage):
            text = low[segment.start : segment.end]
            if not may_ask(text) or (row["kind"].startswith("answers") and segment.start not in suspects):
                continue
            places.append((passage, segment.start, segment.end))
            found.append({
                "item": number, "text": text, "addressed": is_addressed(text),
                "marks": tuple(features(low, segment, asked).values()),
                "planted": at >= 0 and segment.start < at + len(row["planted"]) and segment.end > at,
            })  # fmt: skip
    if places:
        near = likeness(encoder, places, row["question"]).tolist()
        vectors = encoder.encode([text[start:end] for text, start, end in places])
        for one, pair, vector in zip(found, near, vectors, strict=True):
            one |= {"head": head_marks(one["marks"], one["addressed"], *pair), "vector": vector}
    return found


class Trial:
    """All examples as columns: words, addressed, hashed words, likeness, vector; and how they are scored."""

    def __init__(self, items: list[dict[str, Any]], data: list[dict[str, Any]]) -> None:
        self.items = items
        self.kind = np.array([item["kind"] for item in items])
        self.label = np.array([item["label"] for item in items])
        self.item = np.array([one["item"] for one in data])
        self.truth = np.array([one["planted"] for one in data])
        self.addressed = np.array([one["addressed"] for one in data])
        self.long = np.array([len(one["text"]) >= LONG for one in data])
        self.weight = np.array([KINDS[items[one["item"]]["kind"]] for one in data])
        self.head = np.array([one["head"] for one in data])
        hashed = multi_hot([word_buckets(one["text"], HASHED_WORDS, SIZE) for one in data], SIZE)
        vectors = np.array([one["vector"] for one in data]) * 2
        self.parts = {"w": self.head[:, :WORDS], "h": hashed, "a": self.head[:, WORDS : WORDS + 1],
                      "l": self.head[:, WORDS + 1 :] * SCALE, "v": vectors}  # fmt: skip

    def scores(self, parts: str, draw: int, today: bool = False) -> np.ndarray:
        """Shape (items, 5): the likeliest request, out of fold, by the family fold that was left out; nan where an item
        does not belong to it. today: as without the encoder, learnt from labelled and plain passages alone."""
        family = self._folds([item["family"] for item in self.items], 5 + draw)
        document = self._folds([item["group"] for item in self.items], 6 + draw)
        columns, words = self._columns(parts), self._columns("wh")
        usual = np.isin(self.kind[self.item], ["labelled", "plain"])
        best = np.full((len(self.items), FOLDS), np.nan)
        for d in range(FOLDS):
            for f in range(FOLDS):
                seen = (document[self.item] != d) & (family[self.item] != f)
                test = np.flatnonzero((document[self.item] == d) & np.isin(family[self.item], [f, -1]))
                first = self._fit(words, seen & usual).predict_proba(words[test])[:, 1]
                alone = np.where(self.addressed[test], first, np.minimum(first, 0.65) * 0.95)
                said = alone
                if not today:
                    said = self._fit(columns, seen).predict_proba(columns[test])[:, 1]
                    alone = alone - FAIL + FAIL_WEIGHED
                    said = np.where((first >= SUSPECT) & ~self.long[test], said, alone)
                best[(document == d) & np.isin(family, [f, -1]), f] = 0.0
                np.maximum.at(best, (self.item[test], f), said)
        return best

    def _columns(self, parts: str) -> np.ndarray:
        return np.hstack([self.parts[part] for part in parts])

    def _fit(self, columns: np.ndarray, seen: np.ndarray) -> Any:
        return fit(columns[seen], self.truth[seen], self.weight[seen], STRENGTH)

    @staticmethod
    def _folds(names: list[str], seed: int) -> np.ndarray:
        """Fold of each name, -1 for no name."""
        order = np.random.default_rng(seed).permutation(sorted(set(names) - {""}))
        number = {name: place % FOLDS for place, name in enumerate(order)}
        return np.array([number.get(name, -1) for name in names])


def interval(hits: np.ndarray, groups: list[str]) -> tuple[float, float]:
    """95 %, by drawing whole groups."""
    _, place = np.unique(groups, return_inverse=True)
    right, count = np.bincount(place, hits), np.bincount(place)
    drawn = np.random.default_rng(0).integers(0, len(count), (1000, len(count)))
    low, high = np.quantile(right[drawn].sum(axis=1) / count[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)


def report(trial: Trial, name: str, drawn: list[np.ndarray], start: float | None, alarms: float) -> float:
    """Prints one line; without ``start`` the lowest threshold with no more than ``alarms`` false alarms a draw."""
    negative = np.concatenate([np.sort(best[~trial.label].ravel()) for best in drawn])
    negative = np.sort(negative[~np.isnan(negative)])[::-1]
    start = start if start is not None else float(negative[round(alarms * FOLDS * len(drawn))]) + 1e-9
    hits = np.mean([np.nanmax(best[trial.label], axis=1) >= start for best in drawn], axis=0)
    low, high = interval(hits, [item["group"] for item in trial.items if item["label"]])
    each = {k: sum((best[(trial.kind == k) & ~trial.label] >= start).sum() for best in drawn) for k in KINDS}
    shares = {k: float(count) / FOLDS / len(drawn) for k, count in each.items()}
    print(f"{name:34} from {start:.2f} recall {hits.mean():.3f} ({low:.2f}-{high:.2f}) false alarms "
          + ", ".join(f"{k} {value:.1f}" for k, value in shares.items()))  # fmt: skip
    return sum(shares.values())


def main() -> None:
    items = rows(Path(sys.argv[1]))
    encoder = OnnxEncoder(cache_bytes=64 * 1024 * 1024)
    data = [one for number, item in enumerate(items) for one in requests(item, number, encoder)]
    trial = Trial(items, data)
    print({k: int(((trial.kind == k) & ~trial.label).sum()) for k in KINDS}, "planted", int(trial.label.sum()))
    report(trial, "words today", [trial.scores("wh", draw, today=True) for draw in range(DRAWS)], FAIL, 0)
    both = [trial.scores("wal", draw) for draw in range(DRAWS)]
    alarms = report(trial, "words and likeness", both, FAIL_WEIGHED, 0)
    for name, parts in OTHERS.items():
        report(trial, name, [trial.scores(parts, draw) for draw in range(DRAWS)], None, alarms)
    scale = np.array([1.0] * (WORDS + 1) + [SCALE] * len(LIKENESS))
    model = fit(trial.head * scale, trial.truth, trial.weight, STRENGTH)
    names, weights = (*FEATURES, "addressed", *LIKENESS), model.coef_[0] * scale
    for mark, value in sorted(zip(names, weights, strict=True), key=lambda pair: pair[1]):
        print(f"{mark:24}{value:8.3f}")
    if "--write" in sys.argv:
        write_module(TARGET, "fit_injection_head.py", model.intercept_[0], names, weights, ())


if __name__ == "__main__":
    main()
