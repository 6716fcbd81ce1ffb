"""Fits the second stage of ``engine/compliance.py``: ``python training/fit_compliance.py DATA_DIR [--write]``.

Whether harm was served: what the rules say of request and answer, weighed with the sentence vector of the answer's
first window. Labels: JailbreakBench and the unsafe prompts of XSTest; answers to XSTest's safe prompts, and to those
requests of ordinary sets that look harmful at all, are further negatives. The rules' own probabilities come from models
that saw no item of the same group. Prints what comes out of fold, by groups and with the row's attack method or set
left out as well, with intervals by drawing groups; ``--write`` fits on everything. Needs scikit-learn. The only chance
is a fixed seed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import fit_harmful_request as requests
import fit_refusal as refusals
import numpy as np
from linear import ROOT, fit, read
from sklearn.metrics import roc_auc_score

from failsight.engine.compliance import (
    BASE,
    CLEARLY_HARMFUL,
    LEAST_WEIGHED,
    SCOPE,
    SERVED,
    WRAPPED,
    answer_marks,
    enough,
    features,
    first_window,
    helpfulness,
)
from failsight.engine.harm.request import HEAD, measure_harmful_request
from failsight.engine.jailbreak.measure import measure_jailbreak
from failsight.engine.lowered import lowered
from failsight.engine.refusal.measure import measure_refusal, settle
from failsight.engine.subject import Subject
from failsight.judge.encoder import OnnxEncoder
from failsight.model.item import Item

TARGET = ROOT / "src/failsight/engine/compliance_weights.py"
ORDINARY = ("ifeval", "ragtruth_qa", "halueval_general", "llmbar", "lfqa_completeness")
WEIGHT = {"jailbreakbench": 1.0, "xstest": 2.0}
FOLDS, SEED, STRENGTH, SCALE, DRAWS = 8, 1, 0.5, 2.0, 200


@dataclass
class Row:
    """An answered request. part: jailbreakbench, unsafe, safe (both of XSTest), ordinary; method: of attack, else
    the set; harmful, refusal: the rules' probabilities; known: whether the request's subject is."""

    subject: Subject
    part: str
    served: bool
    group: str
    method: str
    fold: int = 0
    harmful: float = 0.0
    refusal: float = 0.0
    known: bool = False


def load(folder: Path) -> list[Row]:
    rows = []
    for name in (*WEIGHT, *ORDINARY):
        for record in read(folder, name):
            subject = Subject(Item(input=record["input"], output=record["output"] or " "))
            labels, meta = record["labels"], record["meta"]
            part = name if name == "jailbreakbench" else "ordinary"
            if name == "xstest":
                part = "unsafe" if labels["harmful_request"] else "safe"
            served = part in ("jailbreakbench", "unsafe") and bool(labels["harmful_compliance"])
            rows.append(
                Row(subject, part, served, str(meta["group"]), meta.get("method", "xstest" if name in WEIGHT else part))
            )
    groups, codes = np.unique([row.group for row in rows], return_inverse=True)
    folds = np.random.default_rng(SEED).integers(0, FOLDS, len(groups))[codes]
    for row, fold in zip(rows, folds, strict=True):
        row.fold = int(fold)
    return rows


def hold_out(folder: Path, rows: Sequence[Row]) -> None:
    """Sets the rules' probabilities, each from models that saw no item of the same fold."""
    fold_of = {row.group: row.fold for row in rows}
    asked, said = requests.load(folder), refusals.load(folder)
    request_data, refusal_data = (
        requests.matrix([row[0].lower() for row in asked]),
        refusals.matrix([row[:2] for row in said])[0],
    )
    for number in range(FOLDS):
        own = [row for row in rows if row.fold == number]
        learn = np.array([fold_of.get(str(row[2])) != number for row in asked])
        truth, weight = np.array([row[1] for row in asked])[learn], np.array([row[3] for row in asked])[learn]
        model = fit(request_data[learn], truth, weight, requests.STRENGTH)
        texts = [lowered(row.subject.last_user_text[:HEAD]) for row in own]
        harmful = model.predict_proba(requests.matrix(texts))[:, 1]
        learn = np.array([fold_of.get(str(row[3])) != number for row in said])
        truth, weight = np.array([bool(row[2]) for row in said])[learn], np.array([row[4] for row in said])[learn]
        model = fit(refusal_data[learn], truth, weight, refusals.STRENGTH)
        data, marks, outputs = refusals.matrix([(r.subject.last_user_text, r.subject.item.output) for r in own])
        declines = model.predict_proba(data)[:, 1]
        for row, high, low, mark, text in zip(own, harmful, declines, marks, outputs, strict=True):
            set_rules(row, float(high), settle(float(low), mark, text))


def set_rules(row: Row, harmful: float, refusal: float) -> None:
    """``harmful``, ``refusal`` and ``known`` as the engine makes them of the fitted probabilities."""
    row.known = bool(row.subject.memo(measure_harmful_request).codes)
    gated = row.subject.memo(measure_refusal).probability <= 0.01  # no word of refusal at all
    row.refusal = 0.01 if gated else refusal
    jailbreak = WRAPPED * row.subject.memo(measure_jailbreak).wraps if row.known else 0.0
    row.harmful = max(harmful, jailbreak)


def marks_of(row: Row) -> dict[str, float]:
    item = row.subject.item
    return answer_marks(lowered(row.subject.last_user_text[-1500:]), lowered(item.output[:SCOPE]))


def out_of_fold(data: np.ndarray, rows: Sequence[Row], weight: np.ndarray, methods: bool) -> np.ndarray:
    """Probabilities from models without the row's fold and, where asked, without its method."""
    truth, fold = np.array([row.served for row in rows]), np.array([row.fold for row in rows])
    method = np.array([row.method if methods else "" for row in rows])
    scores = np.zeros(len(rows))
    for number, left in product(range(FOLDS), sorted(set(method))):
        learn = (fold != number) & (method != left if methods else True)
        test = (fold == number) & (method == left)
        if test.any():
            scores[test] = fit(data[learn], truth[learn], weight[learn], STRENGTH).predict_proba(data[test])[:, 1]
    return scores


def report(name: str, rows: Sequence[Row], score: np.ndarray, failed: np.ndarray) -> None:
    """Recall and AUROC of both labelled parts with intervals, false alarms of every part."""
    truth, part = np.array([row.served for row in rows]), np.array([row.part for row in rows])
    line = name
    for own in ("jailbreakbench", "unsafe"):
        at = np.flatnonzero(part == own)
        low = interval([rows[i] for i in at], truth[at], score[at], failed[at])
        line += f" | {own} n {len(at)} AUROC {roc_auc_score(truth[at], score[at]):.3f} {low[0]} recall "
        line += f"{failed[at][truth[at]].mean():.3f} {low[1]} false alarms {failed[at][~truth[at]].sum()}"
    for own in ("safe", "ordinary"):
        line += f" | {own} false alarms {failed[part == own].sum()} of {(part == own).sum()}"
    print(line)


def interval(rows: Sequence[Row], truth: np.ndarray, score: np.ndarray, failed: np.ndarray) -> tuple[str, str]:
    """95 % of AUROC and recall, by drawing groups."""
    chance = np.random.default_rng(SEED)
    names, codes = np.unique([row.group for row in rows], return_inverse=True)
    members = [np.flatnonzero(codes == code) for code in range(len(names))]
    values: list[tuple[float, float]] = []
    for _ in range(DRAWS):
        at = np.concatenate([members[code] for code in chance.integers(0, len(names), len(names))])
        if 0 < truth[at].sum() < len(at):
            values.append((roc_auc_score(truth[at], score[at]), failed[at][truth[at]].mean()))
    low, high = np.quantile(np.array(values), [0.025, 0.975], axis=0)
    return f"({low[0]:.2f}-{high[0]:.2f})", f"({low[1]:.2f}-{high[1]:.2f})"


def main() -> None:
    folder = Path(sys.argv[1])
    rows = load(folder)
    hold_out(folder, rows)
    everything = len([row for row in rows if row.part == "ordinary"])
    rows = [row for row in rows if row.part != "ordinary" or row.harmful >= LEAST_WEIGHED]
    reached = np.array([row.harmful >= LEAST_WEIGHED and row.refusal < 0.5 for row in rows])
    print(f"{everything} ordinary answers, {sum(row.part == 'ordinary' for row in rows)} with a request that may harm")
    marks = [marks_of(row) for row in rows]
    words = np.array([features(r.refusal, r.harmful, r.known, mark) for r, mark in zip(rows, marks, strict=True)])
    vectors = OnnxEncoder(cache_bytes=0).encode([first_window(row.subject) or " " for row in rows]) * SCALE
    helps = np.array([helpfulness(mark) for mark in marks])
    harmful, open_to = np.array([row.harmful for row in rows]), 1 - np.array([row.refusal for row in rows])
    rules = harmful * open_to * (BASE + (1 - BASE) * helps)
    known = np.array([row.known for row in rows])
    least = np.array([enough(row.harmful, row.known) for row in rows])
    report("rules", rows, rules, reached & (harmful >= CLEARLY_HARMFUL) & known & (rules >= SERVED))
    weight = np.array([WEIGHT.get("xstest" if row.part in ("safe", "unsafe") else row.part, 1.0) for row in rows])
    for name, data in (("marks", words), ("vector", vectors), ("both", np.hstack([words, vectors]))):
        for methods in (False, True):
            score = out_of_fold(data, rows, weight, methods)
            score = np.where(reached, score, np.minimum(rules, 0.05))
            report(f"{name}{', method left out' * methods}", rows, score, reached & (score >= least))
    if "--write" in sys.argv:
        truth = np.array([row.served for row in rows])
        write(fit(np.hstack([words, vectors]), truth, weight, STRENGTH), words.shape[1])


def write(model: Any, width: int) -> None:
    weights = model.coef_[0]
    whole = ", ".join(str(round(float(value) * SCALE * 100)) for value in weights[width:])
    TARGET.write_text(
        '"""Fitted weights, those of the vector in hundredths; by training/fit_compliance.py, do not edit."""\n\n'
        f"BIAS = {model.intercept_[0]:.4f}\nWEIGHTS = ({', '.join(f'{value:.4f}' for value in weights[:width])})\n"
        f"# fmt: off\n# ruff: noqa: E501\nVECTOR: tuple[int, ...] = ({whole})\n# fmt: on\n"
    )


if __name__ == "__main__":
    main()
