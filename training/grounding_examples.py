"""Training examples of the grounding model: the labelled sets, their folds, and passages for corruptions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDS = 2
SETS = ("ragtruth_qa", "frank", "quintd_data2txt", "wice", "begin_dialogue")
PLAIN = ("qed_retrieval", "lfqa_completeness", "halueval_general")
CONFLICTS = frozenset({"Evident Conflict", "Subtle Conflict", "incorrect"})
UNKNOWN = frozenset({"misleading", "other"})

Span = tuple[int, int, str]  # start, end, "new" | "conflict" | "swap" (a conflict of a name or number) | "unknown"


@dataclass(frozen=True, slots=True)
class Example:
    """spans: None where only the labels of the whole are known. label: something is unsupported; contradiction: some of
    it is denied by the context; wrong_entity: a name or number in it stands for another. None where nobody said."""

    origin: str
    group: str
    question: str
    context: tuple[str, ...]
    output: str
    label: bool | None
    spans: tuple[Span, ...] | None
    source: str = ""
    contradiction: bool | None = None
    wrong_entity: bool | None = None


def labelled(folder: Path, name: str) -> list[Example]:
    """The items of a labelled set that have a context, an output and a label."""
    found = []
    for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        label = row["labels"].get("hallucination")
        if label is None or not row["context"]:
            continue
        spans = None if label else ()
        if name in {"ragtruth_qa", "quintd_data2txt"}:
            spans = tuple(span for raw in row["meta"]["spans"] if (span := _span(raw)))
        group, texts = f"{name}:{row['meta']['group']}", (row["input"], tuple(row["context"]), row["output"])
        more = (row["labels"].get(kind) if label else False for kind in ("contradiction_with_context", "wrong_entity"))
        found.append(Example(name, group, *texts, bool(label), spans, row["source"], *more))
    return found


def _span(raw: dict[str, Any]) -> Span | None:
    kind = raw.get("label_type") or raw.get("type") or ""
    end = raw["start"] + len(raw["text"])
    name = "conflict" if kind in CONFLICTS else "unknown" if kind in UNKNOWN else "new"
    return (raw["start"], end, name) if end > raw["start"] else None


def fold_of(groups: list[str]) -> npt.NDArray[np.int64]:
    """The fold of each item, 0 or 1, drawn by group with a fixed seed."""
    names = sorted(set(groups))
    draw = np.random.default_rng(7).permutation(len(names)) % FOLDS
    number = dict(zip(names, draw.tolist(), strict=True))
    return np.array([number[group] for group in groups])


_SENTENCE = re.compile(r"[^.!?\n]{20,400}[.!?](?=\s|$)")


def passages(folder: Path) -> list[list[str]]:
    """Sentences of texts that are not measured, one list a text, each text once."""
    rows = (
        json.loads(line) for name in PLAIN for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines()
    )
    return sentences_of(text for row in rows for text in row["context"] or [row["output"]])


def sentences_of(given: Iterable[str]) -> list[list[str]]:
    """Those of each text, each text once; texts with one are left out."""
    texts = dict.fromkeys(re.sub(r"\s+([.,;:!?%)])", r"\1", text) for text in given)
    split = ([m.group().strip() for m in _SENTENCE.finditer(text)] for text in texts)
    return [sentences for sentences in split if len(sentences) >= 2]
