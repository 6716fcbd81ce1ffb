"""Fits the relevance probabilities: ``python training/fit_relevance.py DATA_DIR [--write]``.

Reads the labelled sets qed_retrieval and wice_retrieval (``irrelevant_context``) from DATA_DIR, computes the same
features as the engine, and fits logistic regressions (Platt scaling): for questions on the first set and for statements
on the second, which repeat the words of their evidence where questions do not; each with and without the encoder.
Irrelevant passages are weighted down to a share of ``PRIOR`` of all, since in ordinary use most are on the topic.
Prints AUROC and the rates at the decision threshold from 5-fold cross-validation over groups; ``--write`` puts weights
fitted on everything into src/failsight/engine/relevance/weights.py. The only chance is a fixed seed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from failsight.engine.relevance.passages import _similarities, features
from failsight.engine.relevance.query import read_query
from failsight.engine.relevance.windows import choose_windows, cut_windows
from failsight.engine.subject import Subject
from failsight.judge.encoder import OnnxEncoder
from failsight.model.item import Item

SETS = {"QUESTION": "qed_retrieval", "STATEMENT": "wice_retrieval"}
PRIOR = 0.2
RIDGE = 1e-3
SEED = 7
FAIL = 0.6
TARGET = Path("src/failsight/engine/relevance/weights.py")
TEMPLATE = '''"""Weights of the relevance probabilities; made by training/fit_relevance.py.

Intercept, then: cosine, BM25, coverage (ENCODER); BM25, coverage (LEXICAL). A data note: fitted on labels of public
question-passage and claim-evidence pairs made from Wikipedia and web text; no text is kept.
"""

'''


def read(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Features (n, 3), truth (n,), set index (n,) and group names."""
    encoder = OnnxEncoder(cache_bytes=0)
    rows, truth, source, groups = [], [], [], []
    for number, name in enumerate(SETS.values()):
        for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            subject = Subject(Item(input=record["input"], output="", context=tuple(record["context"])), encoder)
            query = read_query(subject)
            text = record["context"][0]
            windows = choose_windows([cut_windows(0, text, subject.context_sentences[0])], query.terms)
            found = _similarities(subject, query, windows)
            rows.append((found[0][0] if found else 0.0, *features(query.terms, text)))
            truth.append(bool(record["labels"]["irrelevant_context"]))
            source.append(number)
            groups.append(record["meta"]["group"])
    return np.array(rows), np.array(truth), np.array(source), groups


def fit(values: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Intercept and weights of a logistic regression with a small ridge. More agreement must never mean less relevance
    (it would on these sets, whose hard negatives were found by BM25), so no weight may be positive."""
    weight = np.where(truth, PRIOR / truth.sum(), (1 - PRIOR) / (~truth).sum())
    matrix = np.hstack([np.ones((len(values), 1)), values])
    sign = np.where(truth, 1.0, -1.0)

    def loss(coefficients: np.ndarray) -> float:
        margin = np.logaddexp(0, -sign * (matrix @ coefficients))
        return float((weight * margin).sum() + RIDGE * (coefficients[1:] ** 2).sum() / 100)

    bounds = [(None, None)] + [(None, 0.0)] * values.shape[1]
    return np.asarray(minimize(loss, np.zeros(matrix.shape[1]), method="L-BFGS-B", bounds=bounds).x)


def predict(coefficients: np.ndarray, values: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(coefficients[0] + values @ coefficients[1:])))


def auroc(truth: np.ndarray, score: np.ndarray) -> float:
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    positive, negative = truth.sum(), (~truth).sum()
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    values, truth, source, groups = read(options.data)
    names, codes = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(SEED).integers(0, 5, len(names))[codes]
    lines = []
    for number, (kind, name) in enumerate(SETS.items()):
        own = source == number
        for part, columns in (("ENCODER", [0, 1, 2]), ("LEXICAL", [1, 2])):
            held = np.zeros(len(truth))
            for part_out in range(5):
                learn, out = own & (fold != part_out), own & (fold == part_out)
                held[out] = predict(fit(values[learn][:, columns], truth[learn]), values[out][:, columns])
            caught, alarm = (held[own & truth] >= FAIL).mean(), (held[own & ~truth] >= FAIL).mean()
            print(f"{part} {name:15} n {own.sum()} AUROC {auroc(truth[own], held[own]):.3f}"
                  f" fail: recall {caught:.3f} false alarms {alarm:.3f}")  # fmt: skip
            final = fit(values[own][:, columns], truth[own])
            lines.append(f"{kind}_{part} = ({', '.join(f'{weight:.4f}' for weight in final)})")
    print("\n".join(lines))
    if options.write:
        TARGET.write_text(TEMPLATE + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
