"""Every metric against its case file: values, ranges, and silence where nothing can be measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.metric import Metric, Score
from failsight.engine.metrics import JUDGE_ONLY, METRICS
from failsight.engine.subject import Subject
from failsight.model.item import Item
from failsight.settings import Settings
from failsight.wiring.engine import build_encoder

FOLDER = Path(__file__).parent / "metrics"
CASES = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in METRICS.names()}
ODD = ["", " ", "\n", "?", "42", "名前は何ですか", "a" * 3000, "{}", "\x00", "regex:(", "| a | b |\n|---|---|", "😀 ok"]


def measure(metric: Metric, item: dict[str, Any], encoder: bool = False) -> Score | None:
    subject = Subject(Item.model_validate(item), build_encoder(Settings(encoder=encoder)))
    if subject.missing(metric.needs):
        return None
    score = metric.score(subject)
    return score if isinstance(score, Score) else None


@pytest.mark.parametrize(
    ("metric", "case"),
    [
        pytest.param(METRICS[name], case, id=f"{name}: {case['name']}")
        for name, cases in CASES.items()
        for case in cases
    ],
)
def test_case(metric: Metric, case: dict[str, Any]) -> None:
    """``expect``: a number, ``none``, or ``{min, max}``; ``above``: an item that must score lower than this one."""
    score = measure(metric, case["item"], case.get("encoder", False))
    expected = case["expect"]
    if expected == "none":
        assert score is None
        return
    assert score is not None
    assert 0.0 <= score.value <= 1.0
    assert score.explanation
    if isinstance(expected, dict):
        assert expected.get("min", 0.0) <= score.value <= expected.get("max", 1.0), score
    else:
        assert score.value == pytest.approx(expected, abs=0.005), score
    if "above" in case:
        worse = measure(metric, case["above"], case.get("encoder", False))
        assert worse is not None
        assert worse.value < score.value


@pytest.mark.parametrize("name", METRICS.names())
def test_every_metric_has_high_low_and_silent_cases(name: str) -> None:
    expected = [case["expect"] for case in CASES[name]]
    assert "none" in expected
    ranges = [e if isinstance(e, dict) else {"min": e, "max": e} for e in expected if e != "none"]
    assert any(e.get("max", 1.0) < 0.6 for e in ranges)
    assert any(e.get("min", 0.0) >= 0.6 for e in ranges)


@pytest.mark.parametrize("name", METRICS.names())
def test_every_metric_documents_itself(name: str) -> None:
    metric = METRICS[name]
    assert len(metric.__doc__ or "") > 80
    assert metric.definition
    assert metric.display_name
    assert name not in {judged.name for judged in JUDGE_ONLY}


@pytest.mark.parametrize("name", METRICS.names())
def test_odd_texts_stay_in_range(name: str) -> None:
    for text in ODD:
        for other in ODD:
            score = measure(
                METRICS[name], {"input": other, "output": text, "context": [other, text], "expected": [other]}
            )
            assert score is None or 0.0 <= score.value <= 1.0
