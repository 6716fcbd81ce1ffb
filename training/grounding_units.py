"""Windows with targets, and batches of them, for training the grounding model."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import torch
from grounding_examples import SETS, Example
from tokenizers import Tokenizer
from torch import Tensor

from failsight.judge.grounding_window import FLAGS, Text, Window, join, read_text, windows

PACKED = 2_600  # padded tokens of a batch
NAMES = ("made", *SETS)


@dataclasses.dataclass(slots=True)
class Unit:
    """A window to learn from. tokens: (n, 2) targets of the output's tokens; labels: (3,) of the window: unsupported,
    contradiction, wrong entity; -1 where unknown. origin: index into NAMES."""

    window: Window
    tokens: np.ndarray
    labels: tuple[float, float, float]
    origin: int


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

    def units(self, example: Example) -> list[Unit]:
        """One for each window. Where spans are known a window of several has the labels of its own part."""
        output = self.text(example.output)
        context = join([self.text(passage) for passage in example.context])
        targets = token_targets(example, output)
        whole = (_known(example.label), _known(example.contradiction), _known(example.wrong_entity))
        parts = windows(self.text(example.question), context, output)
        found = []
        for window in parts:
            own = targets[window.first : window.last]
            labels = whole
            if example.spans and len(parts) > 1:
                seen = (own >= 0).all(1).any()
                labels = (float((own[:, 0] == 1).any()) if seen else -1.0, float((own[:, 1] == 1).any()), -1.0)
            found.append(Unit(window, own, labels, NAMES.index(example.origin)))
        return found


def _known(label: bool | None) -> float:
    return -1.0 if label is None else float(label)


def token_targets(example: Example, output: Text) -> np.ndarray:
    """(tokens, 2): unsupported, conflicting; -1 unknown."""
    targets = np.full((len(output.ids), 2), -1, dtype=np.int8)
    if example.spans is None:
        return targets
    targets[:] = 0
    for start, end, kind in example.spans:
        inside = (output.starts < end) & (output.ends > start)
        targets[inside] = (-1, -1) if kind == "unknown" else (1, int(kind in {"conflict", "swap"}))
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
    labels = torch.tensor([u.labels for u in batch])
    return table[ids], segments, flags, real, sets, targets, labels
