"""Fits the weights of ``engine/tool_use``: ``python training/tool_use.py DATA_DIR [--check]``.

Reads ``bfcl_mutated.dev.jsonl`` and ``bfcl_real.dev.jsonl``. First a logistic regression on argument values: those of
good calls against those that differ from the right call. Then a multinomial regression on items (fine, or which of four
failures), with value probabilities from models that have not seen the item's group. ``--check`` prints five-fold
results by group instead of writing ``call_weights.py``. Numpy only; no chance but the fixed seed of the folds.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from failsight.engine.encoder import Encoder
from failsight.engine.subject import Subject
from failsight.engine.tool_use.calls import placed_calls, tools_by_name
from failsight.engine.tool_use.features import WeighedLeaf, call_features, silence_features, weigh_leaves
from failsight.engine.tool_use.json_schema import argument_schema
from failsight.engine.tool_use.request import announced_call, written_call
from failsight.judge.encoder import OnnxEncoder
from failsight.model.item import Item

SETS = ("bfcl_mutated", "bfcl_real")
KINDS = {
    "wrong_arguments": "invalid_tool_arguments",
    "wrong_tool": "wrong_tool_selected",
    "missing_tool_call": "missing_tool_call",
    "unnecessary_tool_call": "unnecessary_tool_call",
}
TARGET = Path(__file__).parents[1] / "src/failsight/engine/tool_use/call_weights.py"
FOLDS, LEAF_L2, ITEM_L2 = 5, 1.0, 4.0
Features = Mapping[str, float]


class Example:
    """One labelled item and its fold."""

    def __init__(self, name: str, row: dict[str, Any], encoder: Encoder | None) -> None:
        self.set, self.row = name, row
        item = Item(input=row["input"], output=row["output"], tools=row["expected_tools"], tool_calls=row["tool_calls"])
        self.subject = Subject(item, encoder)
        self.kind = next((KINDS[label] for label in KINDS if row["labels"].get(label)), "fine")
        self.fold = 0

    @cached_property
    def plain(self) -> bool:
        """Whether rules alone decide the item; such items are not learnt from."""
        calls, tools = placed_calls(self.subject) or (), tools_by_name(self.subject)
        if not calls:
            return bool(written_call(self.subject) or announced_call(self.subject))
        return any(
            call.name not in tools or argument_schema(tools[call.name].parameters).check(call.arguments)[0]
            for call in calls
        )

    @cached_property
    def measured(self) -> tuple[WeighedLeaf, ...]:
        """The argument values, measured once, not yet weighed."""
        return weigh_leaves(self.subject, lambda _: 0.0)

    def weighed(self, leaf: Mapping[str, float]) -> tuple[WeighedLeaf, ...]:
        """The argument values under some weights, most suspicious first."""
        found = [replace(w, probability=sigmoid(leaf, w.measured)) for w in self.measured]
        return tuple(sorted(found, key=lambda w: -w.probability))

    @cached_property
    def leaf_rows(self) -> list[tuple[Features, bool]]:
        """Values of good calls (False); of calls with wrong values, those that differ from the right call (True)."""
        meta = self.row["meta"]
        error = str(meta.get("error_type"))
        wrong = meta.get("mutation") == "wrong_value" or error.startswith("value_error") or "missing_optional" in error
        if self.kind != "fine" and not wrong:
            return []
        right = defaultdict(list)
        for call in meta.get("gold") or ():
            for name, value in call["arguments"].items():
                right[call["name"], name] += _scalars(value)
        rows = []
        for weighed in self.measured:
            leaf = weighed.leaf
            off = self.kind != "fine" and _plain(leaf.value) not in right[weighed.call.name, leaf.top]
            if not (off and _plain(leaf.spec.get("default", object)) == _plain(leaf.value)):
                rows.append((weighed.measured, off))
        return rows


def _plain(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _scalars(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [scalar for part in value.values() for scalar in _scalars(part)]
    if isinstance(value, list):
        return [scalar for part in value for scalar in _scalars(part)]
    return [_plain(value)]


def read(folder: Path, encoder: Encoder | None) -> list[Example]:
    examples = [
        Example(name, json.loads(line), encoder)
        for name in SETS
        for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines()
    ]
    groups = sorted({example.row["meta"]["group"] for example in examples})
    folds = dict(zip(groups, np.random.default_rng(0).integers(0, FOLDS, len(groups)), strict=True))
    for example in examples:
        example.fold = int(folds[example.row["meta"]["group"]])
    return examples


def matrix(rows: list[Features], names: list[str]) -> np.ndarray:
    return np.array([[row.get(name, 0.0) for name in names] for row in rows]).reshape(len(rows), len(names))


def fit(rows: list[Features], kinds: list[str], l2: float) -> dict[str, dict[str, float]]:
    """Multinomial logistic regression against ``fine`` by Newton's method; one row of weights a kind."""
    names = sorted({name for row in rows for name in row})
    classes = sorted(set(kinds) - {"fine"})
    x = matrix(rows, names)
    scale = np.maximum(x.std(axis=0), 1e-3)
    scale[names.index("bias")] = 1.0
    x = x / scale
    y = np.array([[kind == name for name in classes] for kind in kinds], dtype=float)
    size = len(names) * len(classes)
    weights = np.zeros((len(classes), len(names)))
    for _ in range(60):
        odds = np.exp(np.clip(x @ weights.T, -30, 30))
        chance = odds / (1 + odds.sum(axis=1, keepdims=True))
        gradient = ((chance - y).T @ x + l2 * weights).ravel()
        hessian = l2 * np.eye(size)
        for i in range(len(classes)):
            for j in range(len(classes)):
                factor = chance[:, i] * ((i == j) - chance[:, j])
                block = (x * factor[:, None]).T @ x
                hessian[i * len(names) : (i + 1) * len(names), j * len(names) : (j + 1) * len(names)] += block
        step = np.linalg.solve(hessian, gradient).reshape(weights.shape)
        weights -= step
        if np.abs(step).max() < 1e-7:
            break
    return {
        kind: {name: round(float(w / s), 4) for name, w, s in zip(names, row, scale, strict=True) if w}
        for kind, row in zip(classes, weights, strict=True)
    }


def leaf_weights(examples: list[Example]) -> dict[str, float]:
    rows = [row for example in examples for row in example.leaf_rows]
    return fit([row for row, _ in rows], ["off" if off else "fine" for _, off in rows], LEAF_L2)["off"]


def sigmoid(weights: Mapping[str, float], row: Features) -> float:
    score = sum(weights.get(name, 0.0) * value for name, value in row.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def item_rows(examples: list[Example], leaf: Mapping[str, float]) -> tuple[list[Features], list[Features]]:
    """Feature rows of items with calls and without."""
    calls, silent = [], []
    for example in examples:
        if placed_calls(example.subject):
            calls.append(call_features(example.subject, example.weighed(leaf)).values)
        else:
            silent.append(silence_features(example.subject))
    return calls, silent


def fit_items(examples: list[Example]) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    """Weights for items with calls and without; value probabilities come from models blind to the item's fold."""
    learnt = [example for example in examples if not example.plain]
    call_rows, call_kinds, silent_rows, silent_kinds = [], [], [], []
    for fold in sorted({example.fold for example in learnt}):
        leaf = leaf_weights([example for example in examples if example.fold != fold])
        here = [example for example in learnt if example.fold == fold]
        calls, silent = item_rows(here, leaf)
        call_rows += calls
        silent_rows += silent
        call_kinds += [example.kind for example in here if placed_calls(example.subject)]
        silent_kinds += [example.kind for example in here if not placed_calls(example.subject)]
    return fit(call_rows, call_kinds, ITEM_L2), fit(silent_rows, silent_kinds, ITEM_L2)


def failure(weights: Mapping[str, Mapping[str, float]], row: Features) -> float:
    odds = sum(math.exp(sum(w.get(name, 0.0) * value for name, value in row.items())) for w in weights.values())
    return odds / (1 + odds)


def check(examples: list[Example], title: str) -> None:
    """Prints balanced accuracy and specificity of P(any failure) by group folds, rules included."""
    chance: dict[int, float] = {}
    for fold in range(FOLDS):
        train = [example for example in examples if example.fold != fold]
        test = [example for example in examples if example.fold == fold]
        leaf, (calls, silent) = leaf_weights(train), fit_items(train)
        for example in test:
            row_calls, row_silent = item_rows([example], leaf)
            made = failure(calls, row_calls[0]) if row_calls else failure(silent, row_silent[0])
            chance[id(example)] = 0.97 if example.plain else made
    for name in SETS:
        here = [example for example in examples if example.set == name]
        truth = np.array([example.kind != "fine" for example in here])
        for threshold in (0.5, 0.55, 0.6):
            said = np.array([chance[id(example)] >= threshold for example in here])
            balanced = (said[truth].mean() + (~said[~truth]).mean()) / 2
            print(f"{title:8} {name:14} at {threshold}: balanced {balanced:.3f}, specific {(~said[~truth]).mean():.3f}")


def write(tables: dict[str, Any]) -> None:
    lines = ['"""Weights of the tool-use model. Generated by training/tool_use.py; do not edit."""', ""]
    for name, table in tables.items():
        kind = "dict[str, float]" if name == "LEAF" else "dict[str, dict[str, float]]"
        lines += [f"{name}: {kind} = {json.dumps(table, indent=4, sort_keys=True)}", ""]
    TARGET.write_text("\n".join(lines), "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--check", action="store_true")
    options = arguments.parse_args()
    encoded, lexical = read(options.data, OnnxEncoder()), read(options.data, None)
    if options.check:
        check(lexical, "lexical")
        check(encoded, "encoder")
        return
    calls, silent = fit_items(encoded)
    plain_calls, plain_silent = fit_items(lexical)
    write({
        "LEAF": leaf_weights(encoded), "CALLS": calls, "SILENCE": silent,
        "CALLS_LEXICAL": plain_calls, "SILENCE_LEXICAL": plain_silent,
    })  # fmt: skip


if __name__ == "__main__":
    main()
