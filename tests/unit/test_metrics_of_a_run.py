"""Evaluation metrics on the level of a run: means, values of items, what is skipped and why."""

from __future__ import annotations

import pytest

import failsight
from failsight import Settings, UnknownName
from failsight.engine.metrics import JUDGE_ONLY

OFF = Settings(encoder=False)
ITEMS = [
    {"input": "Capital of Norway?", "output": "Oslo", "expected": "Oslo"},
    {"input": "Capital of Norway?", "output": "Bergen", "expected": "Oslo"},
    {"input": "Capital of Norway?", "output": "Oslo"},
]


def test_means_are_over_the_measured_items_only() -> None:
    result = failsight.analyze(ITEMS, settings=OFF)
    assert result.eval_metrics is not None
    assert result.eval_metrics["equals"] == 0.5
    assert [item.eval_metrics.get("equals") for item in result.inputs] == [1.0, 0.0, None]
    assert "metric:equals: the item has no expected (1 of 3 items)" in result.detectors_skipped


def test_without_evaluation_only_mandatory_metrics_run() -> None:
    result = failsight.analyze(ITEMS, settings=OFF, run_eval=False, mandatory_eval_metrics=["equals", "coherence"])
    assert result.eval_metrics == {"equals": 0.5}
    skipped = [line for line in result.detectors_skipped if line.startswith("metric:coherence")]
    assert skipped == ["metric:coherence: only a judge can tell, and none is configured"]
    assert not any(line.startswith("metric:fluency") for line in result.detectors_skipped)


@pytest.mark.parametrize("name", [metric.name for metric in JUDGE_ONLY])
def test_a_metric_that_needs_a_judge_is_known_and_skipped(name: str) -> None:
    result = failsight.analyze(ITEMS, settings=OFF, mandatory_eval_metrics=[name])
    assert f"metric:{name}: only a judge can tell, and none is configured" in result.detectors_skipped
    assert name not in (result.eval_metrics or {})


def test_an_unknown_metric_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'coherence'"):
        failsight.analyze(ITEMS, settings=OFF, mandatory_eval_metrics=["coherenc"])


def test_no_metric_is_measured_when_switched_off() -> None:
    assert failsight.analyze(ITEMS, settings=OFF, run_eval=False).eval_metrics is None
