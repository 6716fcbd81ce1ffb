"""Fits the weights of ``wrong_intent_resolution``: ``python training/fit_intent.py DATA_DIR [--write]``.

No set labels answers that are about something else, so they are made: each question of seven public sets gets, beside
its own answer (right), the answer to one of its four nearest questions of any set (``near``, cosine under .8) and the
answer to a far question of its own set (``far``). The adversarial pairs of LLMBar take part as they are labelled, with
fifteen times the weight, so that a word of the question that is missing counts. Wrong answers are weighted down to
``PRIOR`` of all. Logistic regression; prints what comes out of fold (five folds by source document, of the question)
with intervals by drawing groups, then writes the weights. Needs scikit-learn. The only chance is a fixed seed.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from linear import ROOT, read
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from failsight.engine.detectors.wrong_intent_resolution import (
    MOST_MISSING,
    PASSED,
    SURE,
    of_that_kind,
    topic_tells,
)
from failsight.engine.relevance.intent import ENCODER, LEXICAL, features
from failsight.engine.relevance.query import read_query
from failsight.engine.relevance.windows import cut_windows
from failsight.engine.subject import Subject
from failsight.engine.text import split_sentences
from failsight.judge.encoder import OnnxEncoder
from failsight.model.item import Item

TARGET = ROOT / "src/failsight/engine/relevance/intent_weights.py"
SETS = ("ragtruth_qa", "halueval_qa", "halueval_general", "lfqa_completeness", "ifeval", "begin_dialogue", "xstest")
BAD = ("hallucination", "off_topic_content", "instruction_failure", "refusal")
MOST, SEED, PRIOR, ADVERSARIAL, STRENGTH, FOLDS = 350, 5, 0.1, 15.0, 1.0, 5


@dataclass
class Asked:
    """An item with its query, the vectors of its query and of its output's windows."""

    row: dict[str, Any]
    subject: Subject
    asked: np.ndarray
    said: np.ndarray

    @property
    def group(self) -> str:
        return str(self.row["meta"]["group"])


@dataclass
class Pair:
    """A question with an answer. kind: own, near, far, adversarial."""

    question: Asked
    answer: Asked
    wrong: bool
    kind: str

    def marks(self) -> dict[str, float]:
        cosines = (self.question.asked @ self.answer.said.T).max(axis=0)
        subject = self.question.subject
        query, output = subject.memo(read_query), self.answer.row["output"]
        return features(query, output, [float(cosine) for cosine in cosines], subject.context_sentences)


def ask(row: dict[str, Any], encoder: OnnxEncoder) -> Asked | None:
    """None where the engine would not judge the item."""
    subject = Subject(Item(input=row["input"], output=row["output"], context=row.get("context") or None))
    query = subject.memo(read_query)
    windows = cut_windows(0, row["output"][:6000], split_sentences(row["output"][:6000]))[:4]
    if query.unusable is not None or not windows:
        return None
    return Asked(row, subject, encoder.encode(list(query.texts)), encoder.encode([w.text for w in windows]))


def good(folder: Path, name: str, chance: random.Random) -> list[dict[str, Any]]:
    """One good answer to each question of a set, at most ``MOST``."""
    rows = [r for r in read(folder, name) if r["output"].strip() and not any(r["labels"].get(bad) for bad in BAD)]
    chance.shuffle(rows)
    by_group: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_group.setdefault(row["meta"]["group"], {**row, "set": name})
    return list(by_group.values())[:MOST]


def swap(own: Sequence[Asked], chance: random.Random) -> list[Pair]:
    """Each question with its own answer, that to a near question and that to a far one."""
    vectors = np.array([one.asked[-1] for one in own])
    closeness = vectors @ vectors.T
    pairs = []
    for place, one in enumerate(own):
        order = np.argsort(-closeness[place])
        near = [j for j in order[:60] if own[j].group != one.group and closeness[place, j] < 0.8][:4]
        far = [
            j
            for j, other in enumerate(own)
            if other.row["set"] == one.row["set"] and other.group != one.group and closeness[place, j] < 0.5
        ]
        pairs.append(Pair(one, one, False, "own"))
        pairs += [Pair(one, own[chance.choice(near)], True, "near"), Pair(one, own[chance.choice(far)], True, "far")]
    return pairs


def make_pairs(folder: Path) -> list[Pair]:
    encoder, chance = OnnxEncoder(cache_bytes=0), random.Random(SEED)
    rows = [row for name in SETS for row in good(folder, name, chance)]
    pairs = swap([one for row in rows if (one := ask(row, encoder)) is not None], chance)
    for row in read(folder, "llmbar"):
        wrong = row["labels"].get("wrong_intent_resolution")
        one = None if wrong is None else ask({**row, "set": "llmbar"}, encoder)
        if one is not None:
            pairs.append(Pair(one, one, bool(wrong), "adversarial"))
    return pairs


def weigh_pairs(pairs: Sequence[Pair], truth: np.ndarray) -> np.ndarray:
    weight = np.array([ADVERSARIAL if pair.kind == "adversarial" else 1.0 for pair in pairs])
    weight[truth] *= PRIOR / (1 - PRIOR) * weight[~truth].sum() / weight[truth].sum()
    return weight


def out_of_fold(data: np.ndarray, truth: np.ndarray, weight: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    held = np.zeros(len(truth))
    for learn, test in GroupKFold(FOLDS).split(data, truth, groups):
        model = LogisticRegression(C=STRENGTH, max_iter=3000)
        held[test] = model.fit(data[learn], truth[learn], weight[learn]).predict_proba(data[test])[:, 1]
    return held


def interval(truth: np.ndarray, score: np.ndarray, groups: Sequence[str]) -> tuple[float, float]:
    """95 %, by drawing groups 200 times."""
    chance = np.random.default_rng(SEED)
    names, codes = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    values = []
    for _ in range(200):
        at = np.concatenate([members[code] for code in chance.integers(0, len(names), len(names))])
        if 0 < truth[at].sum() < len(at):
            values.append(roc_auc_score(truth[at], score[at]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def report(name: str, pairs: Sequence[Pair], truth: np.ndarray, score: np.ndarray) -> None:
    kind = np.array([pair.kind for pair in pairs])
    groups = np.array([pair.question.group for pair in pairs])
    source = np.array([pair.question.row["set"] for pair in pairs])
    print(name)
    for part in ("near", "far", "adversarial"):
        own = (kind == part) if part == "adversarial" else (kind == part) | (kind == "own")
        low, high = interval(truth[own], score[own], groups[own])
        value = roc_auc_score(truth[own], score[own])
        print(f"  {part:12} n {own.sum():5} AUROC {value:.3f} ({low:.3f}-{high:.3f})")
    for each in SETS:
        own = (source == each) & (kind != "adversarial")
        print(f"  {each:20} AUROC {roc_auc_score(truth[own], score[own]):.3f}")
    for least, most in ((0, 0.05), (0.05, 0.25), (0.25, 0.6), (0.6, 1.01)):
        inside = (score >= least) & (score < most)
        shares = {
            f"{k}{'' if k != 'adversarial' else '+' if t else '-'}": inside[(kind == k) & (truth == t)].mean()
            for k, t in (("own", False), ("near", True), ("far", True), ("adversarial", False), ("adversarial", True))
        }
        print(f"  {least:.2f}-{most:.2f} " + " ".join(f"{k} {v:.3f}" for k, v in shares.items()))


def report_passes(pairs: Sequence[Pair], marks: Sequence[dict[str, float]], score: np.ndarray) -> None:
    """How many answers of each kind the detector would pass with these scores."""
    passed: dict[str, list[bool]] = {}
    for pair, mark, value in zip(pairs, marks, score, strict=True):
        item = Item(input=pair.question.row["input"], output=pair.answer.row["output"])
        subject = Subject(item)
        query = subject.memo(read_query)
        low = value <= (PASSED if mark["missing_share"] <= MOST_MISSING else SURE)
        kind = f"{pair.kind}{' wrong' if pair.wrong and pair.kind == 'adversarial' else ''}"
        passed.setdefault(kind, []).append(low and topic_tells(subject, query) and of_that_kind(subject, query))
    for kind, those in sorted(passed.items()):
        print(f"  passes: {kind:18} {sum(those):4} of {len(those)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    pairs = make_pairs(options.data)
    truth = np.array([pair.wrong for pair in pairs])
    weight, groups = weigh_pairs(pairs, truth), [pair.question.group for pair in pairs]
    marks = [pair.marks() for pair in pairs]
    lines = []
    for name, columns in (
        ("similarity alone", ("similarity",)),
        ("coverage alone", ("coverage",)),
        ("LEXICAL", LEXICAL),
        ("ENCODER", ENCODER),
    ):
        data = np.array([[mark[column] for column in columns] for mark in marks])
        score = out_of_fold(data, truth, weight, groups)
        report(name, pairs, truth, score)
        if name == "ENCODER":
            report_passes(pairs, marks, score)
        if name.isupper():
            model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(data, truth, weight)
            fitted = (model.intercept_[0], *model.coef_[0])
            lines.append(f"{name} = ({', '.join(f'{value:.4f}' for value in fitted)})")
            print(lines[-1])
    if options.write:
        head = '"""Weights of ``relevance/intent.py``; written by training/fit_intent.py, do not edit."""\n\n'
        TARGET.write_text(head + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
