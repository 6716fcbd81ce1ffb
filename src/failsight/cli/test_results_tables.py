"""Statistics of test results as tables in the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from failsight.model.counted import counted

SHOWN = 50
TITLES = {
    "overall_pass_rates": "Overall",
    "metric_pass_rates": "Metrics",
    "behavior_pass_rates": "Behaviors",
    "category_pass_rates": "Categories",
    "topic_pass_rates": "Topics",
    "timeline": "Months",
    "test_run_summary": "Test runs",
}


def as_json(answer: Mapping[str, Any]) -> str:
    """The answer of the interface, indented."""
    return json.dumps(answer, indent=2, ensure_ascii=False)


def as_tables(answer: Mapping[str, Any]) -> str:
    """A table for each section, and a line about the whole."""
    out = io.StringIO()
    console = Console(file=out, highlight=False)
    for section, title in TITLES.items():
        rows = _rows(answer[section]) if section in answer else []
        if rows:
            console.print(_table(title, rows[:SHOWN]), end="\n\n")
        if len(rows) > SHOWN:
            console.print(f"{len(rows) - SHOWN} more {title.lower()} are in --json.", end="\n\n")
    about = answer["metadata"]
    console.print(
        f"{counted(about['total_test_results'], 'result')} of {counted(about['total_test_runs'], 'run')}, "
        f"{about['pending']:,} pending, "
        f"{about['start_date'][:10]} to {about['end_date'][:10]}"
    )
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip("\n").split("\n"))


def _table(title: str, rows: Sequence[tuple[str, dict[str, Any]]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    some_pending = any(rates.get("pending") for _, rates in rows)
    for name in ("total", "passed", "failed", *(["pending"] if some_pending else []), "pass rate", "95 %"):
        table.add_column(name, justify="right")
    for name, rates in rows:
        counts = [rates["total"], rates["passed"], rates["failed"], *([rates["pending"]] if some_pending else [])]
        interval = f"{rates['ci_low']:.1f}-{rates['ci_high']:.1f}" if rates["total"] else ""
        share = f"{rates['pass_rate']:.2f} %" if rates["total"] else "none"
        table.add_row(Text(name), *map(str, counts), share, interval)
    return table


def _rows(section: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(section, list):
        return [(_label(entry), entry["overall"]) for entry in section]
    is_whole = isinstance(section.get("total"), int)
    return [("all results", section)] if is_whole else [*section.items()]


def _label(entry: Mapping[str, Any]) -> str:
    """A month, or a run with its day."""
    return str(entry.get("date") or f"{entry['name']}  {(entry['created_at'] or '')[:10]}".rstrip())
