"""What counts, what passes: the table of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from failsight.stats.interval import wilson
from failsight.stats.verdict import UnreadableVerdict, passes, read_verdict


def verdict(**metrics: Any) -> tuple[tuple[str, bool], ...]:
    return read_verdict({"metrics": metrics})


@pytest.mark.parametrize("metrics", [None, {}, {"metrics": None}, {"metrics": {}}, {"metrics": {"a": {}, "b": None}}])
def test_without_a_decided_metric_a_result_is_pending(metrics: Any) -> None:
    assert passes(read_verdict(metrics)) is None


def test_one_failed_metric_fails_the_result_and_undecided_ones_do_not_count() -> None:
    yes, no, open_ = {"is_successful": True}, {"is_successful": False}, {"is_successful": None}
    assert passes(verdict(a=yes, b=open_, c="odd")) is True
    assert passes(verdict(a=yes, b=no)) is False
    assert verdict(b=no, a=yes, c=open_) == (("a", True), ("b", False))


@pytest.mark.parametrize("success", ["false", "true", 1, 0, 0.5, []])
def test_a_text_or_number_is_refused(success: Any) -> None:
    with pytest.raises(UnreadableVerdict, match="'a'"):
        verdict(a={"is_successful": success})


@pytest.mark.parametrize("metrics", [[], "x", {"metrics": []}])
def test_metrics_of_another_shape_are_refused(metrics: Any) -> None:
    with pytest.raises(UnreadableVerdict):
        read_verdict(metrics)


@pytest.mark.parametrize(
    ("passed", "total", "interval"),
    [(0, 0, (0.0, 100.0)), (50, 100, (40.38, 59.62)), (0, 10, (0.0, 27.75)), (10, 10, (72.25, 100.0))],
)
def test_wilson(passed: int, total: int, interval: tuple[float, float]) -> None:
    low, high = wilson([passed, 1], [total, 2])
    assert (low[0], high[0]) == interval
