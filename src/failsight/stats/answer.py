"""A tally as the answer of a mode, in the shape of the published contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add
from typing import Any, Final

from failsight.model.statistics import Count, RunCount, StatisticsMode, Tally
from failsight.stats.interval import wilson
from failsight.stats.window import from_ms

Section = Callable[[Tally], Any]


def rates(counts: Sequence[Count], *, pending: bool = True) -> list[dict[str, Any]]:
    """For each count its totals and the pass rate in percent (0.0 of nothing), then the additions of Failsight."""
    found = _rates([count.passed for count in counts], [count.failed for count in counts])
    if pending:
        for one, count in zip(found, counts, strict=True):
            one["pending"] = count.pending
    return found


def _rates(passed: Sequence[int], failed: Sequence[int]) -> list[dict[str, Any]]:
    totals = list(map(add, passed, failed))
    low, high = wilson(passed, totals)
    return [
        {
            "total": total,
            "passed": good,
            "failed": bad,
            "pass_rate": round(good / total * 100, 2) if total else 0.0,
            "ci_low": lower,
            "ci_high": upper,
        }
        for good, bad, total, lower, upper in zip(passed, failed, totals, low.tolist(), high.tolist(), strict=True)
    ]


def overall(tally: Tally) -> dict[str, Any]:
    """Rates of all results."""
    return rates([_sum(tally.months.values())])[0]


def metrics(tally: Tally) -> dict[str, Any]:
    """Rates by metric over all months."""
    summed: dict[str, Count] = {}
    for by_name in tally.month_metrics.values():
        for name, count in by_name.items():
            summed.setdefault(name, Count()).add(count)
    return _by_name(summed, pending=False)


def behaviors(tally: Tally) -> dict[str, Any]:
    """Rates by behavior."""
    return _by_name(tally.behaviors)


def categories(tally: Tally) -> dict[str, Any]:
    """Rates by category."""
    return _by_name(tally.categories)


def topics(tally: Tally) -> dict[str, Any]:
    """Rates by topic."""
    return _by_name(tally.topics)


def timeline(tally: Tally) -> list[dict[str, Any]]:
    """Months with results, ascending."""
    return [
        {
            "date": f"{month // 100:04d}-{month % 100:02d}",
            "overall": rates([count])[0],
            "metrics": _by_name(tally.month_metrics.get(month, {}), pending=False),
        }
        for month, count in sorted(tally.months.items())
    ]


def test_runs(tally: Tally) -> list[dict[str, Any]]:
    """Runs, newest first; those without a time last."""
    newest = sorted(tally.runs or (), key=lambda run: (run.created_ms is None, -(run.created_ms or 0), run.id))
    whole = rates([run.overall for run in newest])
    names = [sorted(run.metrics) for run in newest]
    pairs = [run.metrics[name] for run, some in zip(newest, names, strict=True) for name in some]
    each = iter(_rates([good for good, _ in pairs], [bad for _, bad in pairs]))
    return [
        {
            "id": run.id,
            "name": _run_name(run),
            "created_at": None if run.created_ms is None else from_ms(run.created_ms),
            "total_tests": run.overall.total,
            "overall": overall_rates,
            "metrics": dict(zip(some, each, strict=False)),
        }
        for run, some, overall_rates in zip(newest, names, whole, strict=True)
    ]


SECTIONS: Final[Mapping[str, Section]] = {
    "metric_pass_rates": metrics,
    "behavior_pass_rates": behaviors,
    "category_pass_rates": categories,
    "topic_pass_rates": topics,
    "overall_pass_rates": overall,
    "timeline": timeline,
    "test_run_summary": test_runs,
}
MODES: Final[Mapping[StatisticsMode, tuple[str, ...]]] = {
    "all": tuple(SECTIONS),
    "summary": ("overall_pass_rates",),
    "metrics": ("metric_pass_rates",),
    "behavior": ("behavior_pass_rates",),
    "category": ("category_pass_rates",),
    "topic": ("topic_pass_rates",),
    "overall": ("overall_pass_rates",),
    "timeline": ("timeline",),
    "test_runs": ("test_run_summary",),
}


def needs_runs(mode: StatisticsMode) -> bool:
    """Whether the mode lists runs; the others only need their number."""
    return "test_run_summary" in MODES[mode]


def build_answer(tally: Tally, mode: StatisticsMode, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The mode's sections, then the metadata: what was given, and what the whole filtered set holds."""
    answer: dict[str, Any] = {section: SECTIONS[section](tally) for section in MODES[mode]}
    whole = _sum(tally.months.values())
    names = {name for by_name in tally.month_metrics.values() for name in by_name}
    answer["metadata"] = {
        **metadata,
        "total_test_runs": tally.total_test_runs,
        "total_test_results": whole.total,
        "mode": mode,
        "available_metrics": sorted(names),
        "available_behaviors": sorted(tally.behaviors),
        "available_categories": sorted(tally.categories),
        "available_topics": sorted(tally.topics),
        "pending": whole.pending,
    }
    return answer


def _sum(counts: Iterable[Count]) -> Count:
    whole = Count()
    for count in counts:
        whole.add(count)
    return whole


def _by_name(counts: Mapping[str, Count], *, pending: bool = True) -> dict[str, Any]:
    names = sorted(counts)
    return dict(zip(names, rates([counts[name] for name in names], pending=pending), strict=True))


def _run_name(run: RunCount) -> str:
    return run.name or f"Test Run {run.id[:8]}"
