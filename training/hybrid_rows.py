"""What words and local judge say of each labelled item, for ``fit_hybrid.py``.

WORK_DIR holds an int8 model for each fold (``int8-0``, ``int8-1``), trained without it, so the judge never saw the
items on which it is weighed; of ``ordinary_items.yaml`` neither saw anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from grounding_examples import FOLDS, SETS, Example, Span, fold_of, labelled
from short_examples import cut_out

from failsight.engine.grounding.grounding import Grounding, ground
from failsight.engine.grounding.judged import judge_tokens, read_judged
from failsight.engine.grounding.shape import shape_of
from failsight.engine.grounding.weighing import conflict_features
from failsight.engine.subject import Subject
from failsight.judge.local_judge import OnnxLocalJudge
from failsight.model.item import Item

CUT = "cut"  # short items cut out of those of ragtruth_qa
ORDINARY = "ordinary"  # our own: a true answer and one that is not to each of ordinary_items.yaml
_SPANS_OF = "ragtruth_qa"


@dataclass(slots=True)
class Row:
    """An item that asserts something. labels: unsupported, contradiction, wrong entity; tokens: where spans are
    measured."""

    origin: str
    source: str
    group: str
    labels: tuple[bool | None, ...]
    words: tuple[float, ...]
    judge: tuple[float, ...]
    shape: tuple[float, ...]
    conflicts: tuple[float, ...]
    comparable: bool
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
            kept.write_text(json.dumps([asdict(row) for row in read_fold(data, work, fold)]))
        rows += [Row(**row) for row in json.loads(kept.read_text())]
    return rows


def read_fold(data: Path, work: Path, fold: int) -> Iterator[Row]:
    """The items of a fold, and a short item cut out of each, as the int8 model that was trained without them reads
    them; of our own items every other one."""
    judge = OnnxLocalJudge(work / f"int8-{fold}", intra_op_num_threads=1)
    examples = [example for name in SETS for example in labelled(data, name)]
    folds = fold_of([example.group for example in examples])
    chosen = [(e, e.origin) for e in (examples[i] for i in np.flatnonzero(folds == fold))]
    chosen += [(short, CUT) for e, _ in chosen for short in cut_out(e)]
    chosen += [(e, ORDINARY) for i, e in enumerate(ordinary()) if i // 2 % FOLDS == fold]
    for example, name in chosen:
        row = _row(example, name, judge)
        if row is not None:
            yield row


def ordinary() -> list[Example]:
    """Our own items, the true answer before the other."""
    found = []
    pairs: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("ordinary_items.yaml").read_text("utf-8"))
    for number, pair in enumerate(pairs):
        for answer, label in (("healthy", False), ("broken", True)):
            texts = (pair["input"], tuple(pair["context"]), pair[answer])
            known = None if label else False
            found.append(Example(ORDINARY, f"own:{number}", *texts, label, None, "own", known, known))
    return found


def _row(example: Example, name: str, judge: OnnxLocalJudge) -> Row | None:
    subject = Subject(Item(input=example.question, output=example.output, context=example.context), None, judge)
    grounding, tokens = subject.memo(ground), subject.memo(judge_tokens)
    judged = None if tokens is None else read_judged(tokens, grounding.claims, example.output)
    if grounding.probability is None or judged is None or tokens is None:
        return None
    shown = zip(tokens.starts, tokens.ends, tokens.unsupported, strict=True) if name == _SPANS_OF else ()
    return Row(
        name, example.source, example.group, (example.label, example.contradiction, example.wrong_entity),
        grounding.features, judged.features, _shape(example, grounding), conflict_features(grounding),
        grounding.comparable, len(example.output), example.spans or (),
        tuple((claim.start, claim.end) for claim in grounding.claims), tuple(shown),
    )  # fmt: skip


def _shape(example: Example, grounding: Grounding) -> tuple[float, ...]:
    return shape_of(example.question, example.output, example.context, len(grounding.claims), data=grounding.structured)
