"""Hostile patterns are priced as such; ordinary ones stay affordable, and what is affordable is quick."""

from __future__ import annotations

import re
import time

import pytest

from failsight.engine.metrics.regex_match import MOST_STEPS
from failsight.engine.pattern_cost import cost

TEXT = "Order A12 ships on 2024-05-01 to Berlin, please wait. " * 20
HOSTILE = [
    (r"(a+)+$", "a" * 40 + "!"),
    (r"(a|aa)+$", "a" * 60 + "!"),
    (r"(\w+\s?)*$", "a" * 60 + "!"),
    (r".*.*.*x", "a" * 5_000),
    (r"(.*?,){11}P", "a," * 2_000),
    (r"(?:a?){30}a{30}", "a" * 30),
]
ORDINARY = [
    r"\d{4}-\d{2}-\d{2}",
    r"Order \w+ ships on [\d-]+",
    r"^\s*\{.*\}\s*$",
    r"(?i)\b(?:berlin|bonn)\b",
    r"(\d+,)*\d+",
    r"\b\w+@\w+\.\w+",
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
def test_hostile_patterns_are_not_affordable(pattern: str, text: str) -> None:
    assert cost(pattern, text) > MOST_STEPS


@pytest.mark.parametrize("pattern", ORDINARY)
def test_ordinary_patterns_are_affordable_and_quick(pattern: str) -> None:
    assert cost(pattern, TEXT) <= MOST_STEPS
    started = time.process_time()
    re.search(pattern, TEXT)
    assert time.process_time() - started < 1.0


def test_an_invalid_pattern_is_refused() -> None:
    with pytest.raises(re.error):
        cost("(", "text")
