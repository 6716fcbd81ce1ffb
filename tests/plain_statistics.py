"""The specification of test-result statistics in plain Python: no database, one loop over all results."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

SECTIONS = {
    "summary": ["overall_pass_rates"],
    "overall": ["overall_pass_rates"],
    "metrics": ["metric_pass_rates"],
    "behavior": ["behavior_pass_rates"],
    "category": ["category_pass_rates"],
    "topic": ["topic_pass_rates"],
    "timeline": ["timeline"],
    "test_runs": ["test_run_summary"],
}
SECTIONS["all"] = [
    "metric_pass_rates", "behavior_pass_rates", "category_pass_rates", "topic_pass_rates", "overall_pass_rates",
    "timeline", "test_run_summary",
]  # fmt: skip


def utc(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def decided(result: dict[str, Any]) -> dict[str, bool]:
    """What counts by metric; ``reviews`` of the result are pairs of a metric (None for the whole) and a verdict."""
    metrics = ((result.get("test_metrics") or {}).get("metrics")) or {}
    found = {
        name: metric["is_successful"]
        for name, metric in metrics.items()
        if isinstance(metric, dict) and metric.get("is_successful") is not None
    }
    return found | {metric: passed for metric, passed in result.get("reviews", ()) if metric is not None}


def verdict(result: dict[str, Any]) -> bool | None:
    whole = [passed for metric, passed in result.get("reviews", ()) if metric is None]
    if whole:
        return bool(whole[-1])
    metrics = decided(result)
    return all(metrics.values()) if metrics else None


def window(asked: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """Both ends inclusive."""
    start, end = asked.get("start_date"), asked.get("end_date")
    last = now if end is None else utc(end)
    if end is not None and len(end) == 10:
        last += timedelta(days=1) - timedelta(milliseconds=1)
    if start is not None:
        return utc(start), last
    years, month = divmod(now.month - 1 - asked.get("months", 6), 12)
    for day in (now.day, 30, 29, 28):  # the last of a shorter month
        with contextlib.suppress(ValueError):
            return now.replace(year=now.year + years, month=month + 1, day=day), last
    raise AssertionError


def rates(verdicts: list[bool | None]) -> dict[str, Any]:
    passed, failed = verdicts.count(True), verdicts.count(False)
    total = passed + failed
    rate = round(passed / total * 100, 2) if total else 0.0
    return {"total": total, "passed": passed, "failed": failed, "pass_rate": rate, "pending": verdicts.count(None)}


def metric_rates(results: list[dict[str, Any]]) -> dict[str, Any]:
    names = sorted({name for result in results for name in decided(result)})
    answer = {name: rates([decided(r)[name] for r in results if name in decided(r)]) for name in names}
    for one in answer.values():
        del one["pending"]
    return answer


def keep(result: dict[str, Any], test: dict[str, Any], ids: dict[str, str], asked: dict[str, Any]) -> bool:
    """Whether a result of the window passes the filters. ids: of every name, as the server gave them."""
    runs = list(asked.get("test_run_ids", ()))
    runs += [asked["test_run_id"]] if "test_run_id" in asked else []
    if runs and result.get("test_run_id") not in runs:
        return False
    for kind in ("behavior", "category", "topic", "status", "test_type", "prompt", "user", "assignee", "owner"):
        wanted = asked.get(f"{kind}_ids")
        if wanted and (test.get(kind) is None or ids[test[kind]] not in wanted):
            return False
    if asked.get("test_ids") and test["id"] not in asked["test_ids"]:
        return False
    if asked.get("test_set_ids") and not {ids[name] for name in test["test_sets"]} & set(asked["test_set_ids"]):
        return False
    if "priority_min" in asked and (test["priority"] is None or test["priority"] < asked["priority_min"]):
        return False
    if "priority_max" in asked and (test["priority"] is None or test["priority"] > asked["priority_max"]):
        return False
    return set(asked.get("tags", ())) <= set(test["tags"])


def statistics(upload: dict[str, Any], ids: dict[str, str], asked: dict[str, Any], now: datetime) -> dict[str, Any]:
    tests = {test["id"]: test for test in upload["tests"]}
    start, end = window(asked, now)
    inside = [r for r in upload["test_results"] if start <= utc(r["created_at"]) <= end]
    found = [r for r in inside if keep(r, tests[r["test_id"]], ids, asked)]
    whole = rates([verdict(r) for r in found])
    by_name: dict[str, Any] = {}
    for kind in ("behavior", "category", "topic"):
        names = sorted({name for r in found if (name := tests[r["test_id"]].get(kind)) is not None})
        by_name[kind] = {
            name or f"Unknown {kind.capitalize()}": rates(
                [verdict(r) for r in found if tests[r["test_id"]].get(kind) == name]
            )
            for name in names
        }
    months = sorted({utc(r["created_at"]).strftime("%Y-%m") for r in found})
    timeline = []
    for month in months:
        inside = [r for r in found if utc(r["created_at"]).strftime("%Y-%m") == month]
        timeline.append(
            {"date": month, "overall": rates([verdict(r) for r in inside]), "metrics": metric_rates(inside)}
        )
    runs = []
    for run in upload["test_runs"]:
        inside = [r for r in found if r.get("test_run_id") == run["id"]]
        if inside:
            overall = rates([verdict(r) for r in inside])
            created = run.get("created_at")
            runs.append(
                {
                    "id": run["id"],
                    "name": run.get("name") or f"Test Run {run['id'][:8]}",
                    "created_at": created,
                    "total_tests": overall["total"],
                    "overall": overall,
                    "metrics": metric_rates(inside),
                }
            )
    runs.sort(key=lambda run: run["id"])
    runs.sort(key=lambda run: run["created_at"] or "", reverse=True)
    everything = {
        "metric_pass_rates": metric_rates(found),
        "behavior_pass_rates": by_name["behavior"],
        "category_pass_rates": by_name["category"],
        "topic_pass_rates": by_name["topic"],
        "overall_pass_rates": whole,
        "timeline": timeline,
        "test_run_summary": runs,
    }
    answer = {section: everything[section] for section in SECTIONS[asked["mode"]]}
    answer["metadata"] = {
        "total_test_runs": len(runs),
        "total_test_results": whole["total"],
        "pending": whole["pending"],
        "mode": asked["mode"],
        "test_run_id": asked.get("test_run_id"),
        "available_metrics": sorted(metric_rates(found)),
        "available_behaviors": sorted(by_name["behavior"]),
        "available_categories": sorted(by_name["category"]),
        "available_topics": sorted(by_name["topic"]),
    }
    return answer
