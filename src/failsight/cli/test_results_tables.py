"""Statistics of test results as tables in the terminal."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

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
        if section in answer:
            console.print(_table(title, answer[section]))
    about = answer["metadata"]
    console.print(
        f"{about['total_test_results']} results of {about['total_test_runs']} runs, {about['pending']} pending, "
        f"{about['start_date'][:10]} to {about['end_date'][:10]}"
    )
    return out.getvalue().rstrip("\n")


def _table(title: str, section: Any) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for name in ("total", "passed", "failed", "pass rate", "95 %"):
        table.add_column(name, justify="right")
    for name, rates in _rows(section):
        interval = f"{rates['ci_low']:.1f}-{rates['ci_high']:.1f}" if rates["total"] else ""
        share = f"{rates['pass_rate']:.2f} %" if rates["total"] else "none"
        table.add_row(name, str(rates["total"]), str(rates["passed"]), str(rates["failed"]), share, interval)
    return table


def _rows(section: Any) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(section, list):
        return [(str(entry.get("date") or entry.get("name")), entry["overall"]) for entry in section]
    return (
        [("all results", section)] if "total" in section and isinstance(section["total"], int) else [*section.items()]
    )
