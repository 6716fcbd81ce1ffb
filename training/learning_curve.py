"""How the local judge grows with data and depth: ``python training/learning_curve.py DATA_DIR WORK_DIR NAME ...``.

Reads weights that ``fit_grounding_model.py`` left in WORK_DIR, each trained without fold 0 (``--fold 0``, with a
``--share`` of the groups or other ``--layers``), and prints for the items of that fold the AUROC of ``unsupported`` by
set, the half of FRANK that is CNN/DailyMail apart, and of tokens where spans are known. An item is as suspicious as its
most suspicious window. In brackets 95 % intervals, drawn by source document. ``--json FILE`` writes the table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from fit_grounding_model import auroc, package_folder, predict
from grounding_examples import SETS, Example, fold_of, labelled
from grounding_network import Network, checkpoint, word_table
from grounding_units import NAMES, Reader
from tokenizers import Tokenizer
from torch import Tensor

from failsight.judge.grounding_window import FLAGS

FOLD, DRAWS, SEED = 0, 500, 7
NEWS = "frank CNN/DM"


def left_out(data: Path) -> list[Example]:
    """The items of the fold that no training of the curve saw."""
    examples = [e for name in SETS for e in labelled(data, name)]
    return [e for e, fold in zip(examples, fold_of([e.group for e in examples]), strict=True) if fold == FOLD]


def load(path: Path, weights: dict[str, Tensor]) -> Network:
    """The network of a training, as deep as its weights say."""
    state: dict[str, Tensor] = torch.load(path)
    layers = len({name.split(".")[1] for name in state if name.startswith("layers.")})
    network = Network(layers, FLAGS, len(NAMES))
    network.take(weights, tuple(range(layers)))
    network.load_state_dict(state)
    return network


def scores_of(network: Network, reader: Reader, examples: Sequence[Example], table: Tensor) -> tuple[np.ndarray, float]:
    """The highest log odds of each item's windows, and the AUROC of tokens in ragtruth_qa."""
    units, owner = [], []
    for number, example in enumerate(examples):
        own = reader.units(example)
        units += own
        owner += [number] * len(own)
    worst = np.full(len(examples), -np.inf)
    targets, logits = [], []
    for number, unit, found in zip(owner, units, predict(network, units, table), strict=True):
        worst[number] = max(worst[number], float(found["response"][0]))
        if examples[number].origin == "ragtruth_qa":
            known = unit.tokens[:, 0] >= 0
            targets.append(unit.tokens[known, 0] > 0)
            logits.append(found["tokens"][known, 0])
    return worst, auroc(np.concatenate(targets), np.concatenate(logits))


def interval(truth: np.ndarray, score: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the AUROC over redrawn documents."""
    chance = np.random.default_rng(SEED)
    rows = [np.flatnonzero(groups == name) for name in np.unique(groups)]
    drawn = []
    for _ in range(DRAWS):
        chosen = np.concatenate([rows[i] for i in chance.integers(0, len(rows), len(rows))])
        drawn.append(auroc(truth[chosen], score[chosen]))
    return float(np.nanpercentile(drawn, 2.5)), float(np.nanpercentile(drawn, 97.5))


def figures_of(examples: Sequence[Example], score: np.ndarray) -> dict[str, tuple[int, float, float, float]]:
    """n, AUROC and its interval by set."""
    truth, groups = np.array([bool(e.label) for e in examples]), np.array([e.group for e in examples])
    shown = {name: np.array([e.origin == name for e in examples]) for name in SETS}
    shown[NEWS] = np.array(["cnndm" in e.source for e in examples])
    return {
        name: (int(own.sum()), auroc(truth[own], score[own]), *interval(truth[own], score[own], groups[own]))
        for name, own in shown.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    package = package_folder()
    weights = checkpoint(package)
    tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    reader, examples, table = Reader(tokenizer), left_out(options.data), word_table(weights)
    found = {}
    for name in options.names:
        score, tokens = scores_of(load(options.work / f"{name}.pt", weights), reader, examples, table)
        found[name] = {**figures_of(examples, score), "tokens": tokens}
        print(name, f"ragtruth_qa tokens {tokens:.3f}")
        for title, (n, value, low, high) in figures_of(examples, score).items():
            print(f"  {title:16} n {n:5} AUROC {value:.3f} ({low:.2f}-{high:.2f})")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
