"""Fits words and local judge into one probability: ``python training/fit_hybrid.py DATA_DIR WORK_DIR [--write]``.

WORK_DIR holds an int8 model for each fold (``int8-0``, ``int8-1``), trained without it, so the judge never saw the
items on which it is weighed. A ridged logistic regression over the words' features and the judge's. Reports, out of
fold again (five folds by ``meta.group``), AUROC, the best F1 and balanced accuracy, the calibration error, and the span
F1 of characters on ragtruth_qa.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fit_grounding import REFERENCE, auroc, calibration_error, fit, folds
from grounding_examples import FOLDS, SETS, Example, Span, cut_out, fold_of, labelled

from failsight.engine.grounding.features import FEATURES
from failsight.engine.grounding.grounding import ground
from failsight.engine.grounding.judged import JUDGED_FEATURES, judge_tokens, read_judged
from failsight.engine.subject import Subject
from failsight.judge.local_judge import OnnxLocalJudge
from failsight.model.item import Item

TARGET = Path(__file__).parents[1] / "src/failsight/engine/grounding/hybrid_weights.py"
CUT = "cut"  # short items cut out of those of ragtruth_qa


@dataclass(slots=True)
class Row:
    """An item that asserts something: what the words and the judge say of it. tokens: of REFERENCE only."""

    origin: str
    source: str
    group: str
    label: bool
    structured: bool
    words: tuple[float, ...]
    judge: tuple[float, ...]
    length: int
    spans: tuple[Span, ...]
    claims: tuple[tuple[int, int], ...]
    tokens: tuple[tuple[int, int, float], ...]


def read_all(data: Path, work: Path) -> list[Row]:
    """The rows of both folds, each kept in WORK_DIR for the next time."""
    rows: list[Row] = []
    for fold in range(FOLDS):
        kept = work / f"rows{fold}.json"
        if not kept.exists():
            kept.write_text(json.dumps([asdict(row) for row in _read(data, work, fold)]))
        rows += [Row(**row) for row in json.loads(kept.read_text())]
    return rows


def _read(data: Path, work: Path, fold: int) -> Iterator[Row]:
    """The items of a fold, and one short item cut out of each, as the int8 model of the other fold reads them."""
    judge = OnnxLocalJudge(work / f"int8-{fold}", intra_op_num_threads=1)
    examples = [example for name in SETS for example in labelled(data, name)]
    folds = fold_of([example.group for example in examples])
    for example in (examples[i] for i in np.flatnonzero(folds == fold)):
        for one, name in ((example, example.origin), *((cut, CUT) for cut in cut_out(example))):
            row = _row(one, name, judge)
            if row is not None:
                yield row


def _row(example: Example, name: str, judge: OnnxLocalJudge) -> Row | None:
    subject = Subject(Item(input=example.question, output=example.output, context=example.context), None, judge)
    grounding, tokens = subject.memo(ground), subject.memo(judge_tokens)
    judged = None if tokens is None else read_judged(tokens, grounding.claims, example.output)
    if grounding.probability is None or judged is None or tokens is None:
        return None
    shown = zip(tokens.starts, tokens.ends, tokens.unsupported, strict=True) if name == REFERENCE else ()
    return Row(
        name, example.source, example.group, bool(example.label), grounding.structured, grounding.features,
        judged.features, len(example.output), example.spans or (),
        tuple((claim.start, claim.end) for claim in grounding.claims), tuple(shown),
    )  # fmt: skip


def out_of_fold(x: np.ndarray, y: np.ndarray, sets: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Probability of each item at the shipped intercept, from weights fitted without its fold."""
    fold, odds = folds(groups), np.zeros(len(y))
    for k in range(fold.max() + 1):
        slopes, intercept = fit_reference(x[fold != k], y[fold != k], sets[fold != k])
        odds[fold == k] = x[fold == k] @ slopes + intercept
    return 1 / (1 + np.exp(-odds))


def fit_reference(x: np.ndarray, y: np.ndarray, sets: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes, and the intercept of REFERENCE and its cuts, that of ordinary traffic. The other sets are chosen for
    their failures, and a common intercept would pass their base rates on to every short answer."""
    slopes, intercepts = fit(x, y, np.where(sets == CUT, REFERENCE, sets))
    return slopes, intercepts[REFERENCE]


def best(truth: np.ndarray, p: np.ndarray) -> tuple[float, float, float, float]:
    """The best F1 and its threshold, the best balanced accuracy and its threshold."""
    order = np.argsort(-p)
    hits = np.cumsum(truth[order])
    chosen = np.arange(1, len(p) + 1)
    f1 = 2 * hits / (chosen + truth.sum())
    balanced = (hits / truth.sum() + 1 - (chosen - hits) / (~truth).sum()) / 2
    i, j = int(np.argmax(f1)), int(np.argmax(balanced))
    return float(f1[i]), float(p[order][i]), float(balanced[j]), float(p[order][j])


def at(truth: np.ndarray, chosen: np.ndarray) -> str:
    hits = (truth & chosen).sum()
    precision, recall = hits / max(1, chosen.sum()), hits / truth.sum()
    specificity = (~truth & ~chosen).sum() / (~truth).sum()
    f1 = 2 * hits / (chosen.sum() + truth.sum())
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} bacc {(recall + specificity) / 2:.3f}"


def span_f1(rows: list[Row], odds_from: float) -> tuple[float, float, float]:
    """Precision, recall and F1 over characters of annotated spans, tokens of claims only."""
    hits = said = true = 0
    for row in rows:
        gold, mine = np.zeros(row.length, dtype=bool), np.zeros(row.length, dtype=bool)
        for start, end, kind in row.spans:
            gold[start:end] = kind != "unknown"
        for start, end, odds in row.tokens:
            if odds >= odds_from and any(first <= start < last for first, last in row.claims):
                mine[start : end + 1] = True
        hits, said, true = hits + (gold & mine).sum(), said + mine.sum(), true + gold.sum()
    precision, recall = hits / max(1, said), hits / max(1, true)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def report(title: str, name: str, y: np.ndarray, p: np.ndarray, bounds: tuple[float, float]) -> dict[str, float]:
    """Prints and returns the figures of one set."""
    f1, f1_at, balanced, balanced_at = best(y, p)
    passed = p <= bounds[1]
    print(
        f"{title:6} {name:16} n {len(y):5} AUROC {auroc(y, p):.3f}  best F1 {f1:.3f} at {f1_at:.2f}  "
        f"bacc {balanced:.3f} at {balanced_at:.2f}  ECE {calibration_error(y, p):.3f}  "
        f"fail: {at(y, p >= bounds[0])}  pass {passed.mean():.2f}, of which fail {y[passed].mean():.2f}"
    )
    return {"n": len(y), "auroc": auroc(y, p), "f1": f1, "balanced_accuracy": balanced, "ece": calibration_error(y, p)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fail-from", type=float, default=0.57)
    parser.add_argument("--pass-up-to", type=float, default=0.25)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    bounds = options.fail_from, options.pass_up_to
    rows = read_all(options.data, options.work)
    y = np.array([row.label for row in rows])
    sets, groups = np.array([row.origin for row in rows]), np.array([row.group for row in rows])
    words, judge = np.array([row.words for row in rows]), np.array([row.judge for row in rows])
    chosen = {name: sets == name for name in (*SETS, CUT)}
    chosen["frank CNN/DM"] = np.array(["cnndm" in row.source for row in rows])
    chosen["all"] = np.ones(len(y), dtype=bool)
    parts = {"words": words, "judge": judge, "both": np.hstack([words, judge])}
    figures: dict[str, Any] = {}
    for title, x in parts.items():
        p = out_of_fold(x, y, sets, groups)
        figures[title] = {name: report(title, name, y[own], p[own], bounds) for name, own in chosen.items()}
    reference = [row for row in rows if row.origin == REFERENCE]
    for threshold in (-1.0, -0.5, 0.0, 0.5):
        figures[f"spans from {threshold}"] = span_f1(reference, threshold)
        print("span P R F1 from log odds", threshold, *(f"{v:.3f}" for v in figures[f"spans from {threshold}"]))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    if options.write:
        write(fit_reference(parts["both"], y, sets), fit_reference(judge, y, sets), bounds)


def write(both: tuple[np.ndarray, float], token: tuple[np.ndarray, float], bounds: tuple[float, float]) -> None:
    names = (*FEATURES, *JUDGED_FEATURES)
    lines = "".join(f'    "{name}": {slope:.4f},\n' for name, slope in zip(names, both[0], strict=True))
    judged = "".join(f'    "{name}": {slope:.4f},\n' for name, slope in zip(JUDGED_FEATURES, token[0], strict=True))
    TARGET.write_text(
        f'"""Weights of words and local judge together; written by training/fit_hybrid.py, not by hand."""\n\n'
        f"from __future__ import annotations\n\nFAIL_FROM = {bounds[0]:.3f}\nPASS_UP_TO = {bounds[1]:.3f}\n"
        f"INTERCEPT = {both[1]:.4f}\nWEIGHTS = {{\n{lines}}}\n"
        f"TOKEN_INTERCEPT = {token[1]:.4f}\nTOKEN_WEIGHTS = {{\n{judged}}}\n"
    )


if __name__ == "__main__":
    main()
