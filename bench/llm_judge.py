"""What an LLM says about a labelled set, alone and together with the local checks: the columns of ``detection.py
--llm-model``.

Every item is asked all rubrics that its set's labels name (``--judge always``). A verdict that cannot be read counts as
``unsure`` at probability 0.5, as in the product.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from measures import auroc, balanced_accuracy, f1, group_bootstrap

from failsight.engine.judging.interview import UNREAD
from failsight.engine.pipeline import Examination, Plan, SourcedFinding
from failsight.engine.scoring import merge
from failsight.model.item import Item
from failsight.model.judge import JudgeUsage
from failsight.service.judge_items import judge_items
from failsight.settings import Settings
from failsight.wiring.judge import open_judging

WAYS: dict[str, Callable[[SourcedFinding], bool]] = {
    "local": lambda one: one.finding.family != "judge",
    "llm": lambda one: one.finding.family == "judge",
    "all": lambda _: True,
}
HEADER = (
    f"{'set':25}{'label':29}{'n':>5}{'pos':>5}{'local':>7}{'LLM':>7} {'interval':11}{'all':>7} {'interval':11}"
    f"{'bacc LLM':>9}{'F1 LLM':>8}{'unsure':>7}{'unread':>8}{'no verdict':>11}{'s/item':>8}"
)
LINE = (
    "{set:25}{label:29}{n:5}{positive:5.2f}{local_auroc:7.3f}{llm_auroc:7.3f} {llm_auroc_low:.3f}-{llm_auroc_high:.3f}"
    "{all_auroc:7.3f} {all_auroc_low:.3f}-{all_auroc_high:.3f}{llm_balanced_accuracy:9.3f}{llm_f1:8.3f}"
    "{llm_unsure:7}{unread:8.0%}{llm_none:11}{seconds_per_item:8.1f}"
)
COLUMNS = {
    "set": "{set}", "label": "{label}", "n": "{n}", "positive": "{positive:.2f}",
    "AUROC local": "{local_auroc:.3f}", "AUROC LLM": "{llm_auroc:.3f} ({llm_auroc_low:.2f}-{llm_auroc_high:.2f})",
    "AUROC all": "{all_auroc:.3f} ({all_auroc_low:.2f}-{all_auroc_high:.2f})",
    "balanced accuracy LLM": "{llm_balanced_accuracy:.3f}", "F1 LLM": "{llm_f1:.3f}",
    "LLM unsure": "{llm_unsure}", "unreadable": "{unread:.0%}", "no verdict": "{llm_none}",
    "s/item": "{seconds_per_item:.1f}",
}  # fmt: skip


@dataclass(slots=True)
class Judged:
    """A set's examinations with the LLM's findings added, and what that took."""

    seen: list[Examination]
    usage: JudgeUsage
    seconds: float


def judge_set(plan: Plan, items: Sequence[Item], settings: Settings) -> Judged:
    """Every item asked; replies are kept where the settings say."""
    started = time.perf_counter()
    with open_judging(settings, mode="always") as judging:
        if judging is None:
            raise ValueError("no judge was opened")
        examined = (plan.examine(item, index) for index, item in enumerate(items))
        seen = list(judge_items(plan, examined, judging))
        usage = judging.usage()
    return Judged(seen, usage, time.perf_counter() - started)


def measure_llm(rows: Sequence[dict[str, Any]], label: str, subs: Sequence[str], judged: Judged) -> dict[str, Any]:
    """The figures of one label on the rows that carry it, by the local checks, the LLM alone, and all together.

    unread: the share of the LLM's verdicts on this label's subcategories that could not be read, also when asked again.
    """
    chosen = [index for index, row in enumerate(rows) if row["labels"].get(label) is not None]
    truth = np.array([bool(rows[index]["labels"][label]) for index in chosen])
    groups = [str(rows[index]["meta"].get("group", index)) for index in chosen]
    figures: dict[str, Any] = {"label": label, "n": len(chosen), "positive": float(truth.mean())}
    for way, belongs in WAYS.items():
        told = [_worst(judged.seen[index], subs, belongs) for index in chosen]
        score = np.array([probability for _, probability in told])
        failed = np.array([decision == "fail" for decision, _ in told])
        drawn = group_bootstrap({"auroc": lambda at, score=score: auroc(truth[at], score[at])}, groups, 200)
        figures |= {
            f"{way}_auroc": auroc(truth, score),
            f"{way}_auroc_low": drawn["auroc"][0],
            f"{way}_auroc_high": drawn["auroc"][1],
            f"{way}_balanced_accuracy": balanced_accuracy(truth, failed),
            f"{way}_f1": f1(truth, failed),
            f"{way}_unsure": sum(decision == "unsure" for decision, _ in told),
            f"{way}_none": sum(decision == "none" for decision, _ in told),
        }
    asked, unread = _unread((judged.seen[index] for index in chosen), subs)
    usage = judged.usage
    return figures | {
        "unread": unread / asked if asked else float("nan"),
        "seconds_per_item": judged.seconds / len(rows),
        "calls": usage.calls,
        "cached": usage.cached,
        "tokens_in": usage.tokens_in,
        "tokens_out": usage.tokens_out,
        "cost_usd": usage.cost_usd,
        "stopped": usage.stopped,
    }


def _worst(seen: Examination, subs: Iterable[str], belongs: Callable[[SourcedFinding], bool]) -> tuple[str, float]:
    """The worst decision over the subcategories, and the highest probability of failure; ``none`` without a finding."""
    found = [[one.finding for one in seen.findings.get(sub, ()) if belongs(one)] for sub in subs]
    each = [merge(findings) for findings in found if findings]
    if not each:
        return "none", 0.5
    decisions = [decision for decision, _ in each]
    worst = next(name for name in ("fail", "unsure", "pass") if name in decisions)
    return worst, max(lead.probability for _, lead in each)


def _unread(seen: Iterable[Examination], subs: Sequence[str]) -> tuple[int, int]:
    """How many verdicts on these subcategories the LLM gave or tried to give, and how many of them make no sense."""
    given = unread = 0
    for one in seen:
        for sub in subs:
            own = [found.finding for found in one.findings.get(sub, ()) if found.finding.family == "judge"]
            lost = UNREAD in (one.skipped.get(sub), one.skipped.get(f"judge:{sub}"))
            given += bool(own) or lost
            unread += lost or any("judge_unreadable" in finding.signals for finding in own)
    return given, unread
