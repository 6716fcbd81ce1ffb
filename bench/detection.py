"""Measures detection on labelled sets: ``python bench/detection.py FOLDER [--sets a b] [--limit N]``, and with
``--llm-model NAME [--llm-url URL]`` what an LLM says too (its key comes from OPENAI_API_KEY, its replies are kept).

A line of ``<set>.dev.jsonl`` is ``{input, output, context, tool_calls, expected_tools, labels, meta}``. A label is
answered by the tags that ``labels.yaml`` names. Abstentions (``unsure``, no tag) are counted apart and count as
"not predicted" in precision, recall, F1 and balanced accuracy; AUROC ranks by probability of failure, an abstention
without a tag at 0.5. Beside them stand what a constant guess, the length of a text and the overlap of two texts reach
(AUROC in their better direction). Where the local judge takes part, ``rules`` is the AUROC without it and ``local``
that of its own probability; it was trained on these development parts, so ``training/fit_hybrid.py`` has the honest
figures. Intervals are 95 %, by drawing whole groups (``meta.group``).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import baselines
import llm_judge
import numpy as np
import yaml
from measures import auroc, balanced_accuracy, f1, group_bootstrap, precision, recall

from failsight.engine.pipeline import Examination, Plan
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.settings import Settings, read_settings
from failsight.wiring.engine import build_engine

MAPPING = yaml.safe_load(Path(__file__).with_name("labels.yaml").read_text("utf-8"))["sets"]
CLAIMS = "unsupported_factual_claim"
HEADER = (
    f"{'set':25}{'label':29}{'n':>6}{'pos':>6}{'prec':>6}{'rec':>6}{'F1':>6} {'interval':11}{'bacc':>6} {'interval':11}"
    f"{'AUROC':>6} {'interval':11}{'rules':>6}{'local':>6}"
    f"{'all':>6}{'len':>6}{'ovl':>6}{'unsure':>7}{'none':>6}{'items/s':>8}"
)
LINE = (
    "{set:25}{label:29}{n:6}{positive:6.3f}{precision:6.3f}{recall:6.3f}{f1:6.3f} {f1_low:.3f}-{f1_high:.3f}"
    "{balanced_accuracy:6.3f} {balanced_accuracy_low:.3f}-{balanced_accuracy_high:.3f}{auroc:6.3f} "
    "{auroc_low:.3f}-{auroc_high:.3f}{rules_auroc:6.3f}{local_auroc:6.3f}{all_positive_f1:6.3f}{length_auroc:6.3f}"
    "{overlap_auroc:6.3f}{unsure:7}{none:6}"
    "{items_per_cpu_second:8.0f}"
)
COLUMNS = {
    "set": "{set}", "label": "{label}", "n": "{n}", "positive": "{positive:.2f}", "precision": "{precision:.3f}",
    "recall": "{recall:.3f}", "F1": "{f1:.3f} ({f1_low:.2f}-{f1_high:.2f})",
    "balanced accuracy": "{balanced_accuracy:.3f} ({balanced_accuracy_low:.2f}-{balanced_accuracy_high:.2f})",
    "AUROC": "{auroc:.3f} ({auroc_low:.2f}-{auroc_high:.2f})", "rules": "{rules_auroc:.3f}",
    "local": "{local_auroc:.3f}", "F1 of always": "{all_positive_f1:.3f}",
    "AUROC of length": "{length_auroc:.3f}", "AUROC of overlap": "{overlap_auroc:.3f}", "unsure": "{unsure}",
    "no tag": "{none}", "items/s": "{items_per_cpu_second:.0f}",
}  # fmt: skip


@dataclass(slots=True)
class Answer:
    """What the tags say about one label of one item."""

    probability: float
    decision: str  # fail, pass, unsure or none


def to_item(row: dict[str, Any]) -> Item:
    """The item a user would give: never the labels, and of ``meta`` only the schema and the trace."""
    meta = row.get("meta") or {}
    return Item(
        id=row["id"],
        input=row["input"],
        output=row["output"],
        context=row.get("context") or None,
        tool_calls=row.get("tool_calls") if row.get("expected_tools") or row.get("tool_calls") else None,
        tools=row.get("expected_tools") or None,
        output_schema=meta.get("schema"),
        conversation=meta.get("trace"),
    )


def answer(examination: Examination, rule: dict[str, Any]) -> Answer:
    """``fail`` or the probability of a named signal, over the tags that the rule names."""
    findings = [s.finding for sub in rule["any"] for s in examination.findings.get(sub, ())]
    if "signal" in rule:
        values = [f.signals[rule["signal"]] for f in findings if rule["signal"] in f.signals]
        return Answer(max(values), "fail" if max(values) >= 0.5 else "pass") if values else Answer(0.5, "none")
    if not findings:
        return Answer(0.5, "none")
    decisions = {f.decision for f in findings}
    decision = next(d for d in ("fail", "unsure", "pass") if d in decisions)
    return Answer(max(f.probability for f in findings), decision)


def local_answer(examination: Examination) -> Answer:
    """The local judge's own probability, where it spoke."""
    findings = [s.finding for s in examination.findings.get(CLAIMS, ())]
    values = [f.signals["token_probability"] for f in findings if "token_probability" in f.signals]
    return Answer(values[0], "fail" if values[0] >= 0.5 else "pass") if values else Answer(0.5, "none")


def plan_of(name: str, settings: Settings) -> Plan:
    """The analysis of the subcategories that a set's labels name."""
    wanted = tuple(dict.fromkeys(sub for rule in MAPPING[name].values() for sub in rule["any"]))
    options = AnalysisOptions(mode="full", subcategories=wanted, run_eval=False, run_security=False)
    return build_engine(settings).plan(options)


def examine(name: str, rows: list[dict[str, Any]], settings: Settings) -> tuple[list[Examination], float]:
    """Every row of a set through the engine, and items per second of processor time."""
    plan = plan_of(name, settings)
    items = [to_item(row) for row in rows]
    started = time.process_time()
    seen = [plan.examine(item, index) for index, item in enumerate(items)]
    return seen, len(items) / (time.process_time() - started)


def measure(rows: list[dict[str, Any]], label: str, answers: list[Answer], rounds: int) -> dict[str, Any]:
    """All figures of one label on the rows that carry it."""
    truth = np.array([bool(row["labels"][label]) for row in rows])
    score = np.array([a.probability for a in answers])
    predicted = np.array([a.decision == "fail" for a in answers])
    statistics = {
        "f1": lambda at: f1(truth[at], predicted[at]),
        "balanced_accuracy": lambda at: balanced_accuracy(truth[at], predicted[at]),
        "auroc": lambda at: auroc(truth[at], score[at]),
    }
    everything = np.arange(len(rows))
    figures: dict[str, Any] = {name: statistic(everything) for name, statistic in statistics.items()}
    groups = [str(row["meta"].get("group", i)) for i, row in enumerate(rows)]
    for name, (low, high) in group_bootstrap(statistics, groups, rounds).items():
        figures |= {f"{name}_low": low, f"{name}_high": high}
    for name, baseline in (("length", baselines.length), ("overlap", baselines.overlap)):
        value = auroc(truth, np.array([baseline(row, label) for row in rows], dtype=float))
        figures[f"{name}_auroc"] = max(value, 1 - value)
    return figures | {
        "n": len(rows),
        "positive": float(truth.mean()),
        "precision": precision(truth, predicted),
        "recall": recall(truth, predicted),
        "all_positive_f1": f1(truth, np.ones_like(truth)),
        "majority_accuracy": float(max(truth.mean(), 1 - truth.mean())),
        "unsure": sum(a.decision == "unsure" for a in answers),
        "none": sum(a.decision == "none" for a in answers),
    }


def measure_set(name: str, rows: list[dict[str, Any]], settings: Settings, rounds: int) -> list[dict[str, Any]]:
    """One result a label."""
    seen, speed = examine(name, rows, settings)
    local = [local_answer(one) for one in seen]
    judged = any(one.decision != "none" for one in local)
    ruled = examine(name, rows, replace(settings, local_judge=False))[0] if judged else []
    results = []
    for label, rule in MAPPING[name].items():
        chosen = [i for i, row in enumerate(rows) if row["labels"].get(label) is not None]
        if chosen:
            answers = [answer(seen[i], rule) for i in chosen]
            figures = measure([rows[i] for i in chosen], label, answers, rounds)
            truth = np.array([bool(rows[i]["labels"][label]) for i in chosen])
            parts = {
                "rules_auroc": [answer(ruled[i], rule).probability for i in chosen] if judged else [],
                "local_auroc": [local[i].probability for i in chosen] if judged and CLAIMS in rule["any"] else [],
            }
            figures |= {part: auroc(truth, np.array(given)) if given else np.nan for part, given in parts.items()}
            results.append({"set": name, "label": label, **figures, "items_per_cpu_second": speed})
    return results


def measure_set_by_llm(name: str, rows: list[dict[str, Any]], settings: Settings) -> list[dict[str, Any]]:
    """One result a label that is answered by decisions."""
    judged = llm_judge.judge_set(plan_of(name, settings), [to_item(row) for row in rows], settings)
    labels = [label for label in MAPPING[name] if any(row["labels"].get(label) is not None for row in rows)]
    return [
        {"set": name, **llm_judge.measure_llm(rows, label, MAPPING[name][label]["any"], judged)}
        for label in labels
        if "signal" not in MAPPING[name][label]
    ]


def markdown(results: list[dict[str, Any]], columns: dict[str, str]) -> str:
    """The results as a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for result in results:
        cells = [shape.format(**result).replace("nan (nan-nan)", "-").replace("nan", "-") for shape in columns.values()]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def without_nan(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The results with None where nothing could be measured, as JSON knows no nan."""
    return [{name: None if value != value else value for name, value in result.items()} for result in results]


def write(path: Path | None, text: str) -> None:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def read_rows(folder: Path, name: str, labels: Sequence[str], limit: int | None) -> list[dict[str, Any]]:
    """The first lines of a set, of those that carry one of these labels."""
    lines = (folder / f"{name}.dev.jsonl").read_text("utf-8").strip("\n").split("\n")
    rows = (json.loads(line) for line in lines)
    carrying = (row for row in rows if not labels or any(row["labels"].get(label) is not None for label in labels))
    return list(islice(carrying, limit))


def llm_settings(options: argparse.Namespace, settings: Settings) -> Settings | None:
    """Where an LLM is asked, None where none is named."""
    if options.llm_model is None:
        return None
    known = read_settings()
    url = options.llm_url or known.openai_base_url
    return replace(
        known,
        encoder=settings.encoder,
        local_judge=settings.local_judge,
        judge_model=options.llm_model,
        openai_base_url=url,
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--sets", nargs="*", default=sorted(MAPPING))
    arguments.add_argument("--labels", nargs="*", default=(), help="these alone")
    arguments.add_argument("--limit", type=int, default=None)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--no-encoder", action="store_true")
    arguments.add_argument("--no-local-judge", action="store_true")
    arguments.add_argument("--llm-model", help="ask this model too")
    arguments.add_argument("--llm-url", help="where; OPENAI_BASE_URL when left out")
    arguments.add_argument("--json", type=Path, help="write the results as JSON")
    arguments.add_argument("--markdown", type=Path, help="write the results as a Markdown table")
    options = arguments.parse_args()
    for name in options.sets if options.labels else ():
        MAPPING[name] = {label: rule for label, rule in MAPPING[name].items() if label in options.labels}
    settings = Settings(encoder=not options.no_encoder, local_judge=not options.no_local_judge)
    asking = llm_settings(options, settings)
    print(HEADER)
    results, by_llm = [], []
    for name in options.sets:
        rows = read_rows(options.data, name, options.labels, options.limit)
        for result in measure_set(name, rows, settings, options.rounds):
            print(LINE.format(**result), flush=True)
            results.append(result)
    if asking is not None:
        print(f"\n{llm_judge.HEADER}")
        for name in options.sets:
            rows = read_rows(options.data, name, options.labels, options.limit)
            for result in measure_set_by_llm(name, rows, asking):
                print(llm_judge.LINE.format(**result), flush=True)
                by_llm.append(result)
    found: Any = without_nan(results) if asking is None else {"local": without_nan(results), "llm": without_nan(by_llm)}
    write(options.json, json.dumps(found, indent=2) + "\n")
    tables = [markdown(results, COLUMNS)] + ([markdown(by_llm, llm_judge.COLUMNS)] if by_llm else [])
    write(options.markdown, "\n".join(tables))


if __name__ == "__main__":
    main()
