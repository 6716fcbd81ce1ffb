"""The words of a receipt agree with its numbers."""

from __future__ import annotations

import re

import pytest

import failsight
from failsight import FATag, Settings
from failsight.engine.receipt import explain_confidence, explain_severity

ITEMS = [
    {"input": "Say hello", "output": "I can help. " * 8},
    {"input": "Say hello", "output": "I can help you. " * 8},
    {"input": "Write at most 3 words about bells.", "output": "Bells ring loudly over the whole valley. Safe travels."},
    {"input": "Which card?", "output": "It is 4111 1111 1111 1111, and the key is sk_live_9aQ2mZ7xT4bV1cN8kE5rW3yU."},
]
TAGS = failsight.analyze(ITEMS, settings=Settings(encoder=False)).failure_tags


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag.decision == "fail"], ids=lambda tag: tag.subcategory_id)
def test_severity_is_what_the_steps_come_to(tag: FATag) -> None:
    *steps, last = explain_severity(tag)
    assert last == f"severity {tag.severity:.2f} of 5"
    product = next(float(found[1]) for step in steps if (found := re.search(r"= (\d+\.\d\d)(, at most 5)?$", step)))
    lifted = 4.5 if any("lifted" in step for step in steps) else 0.0
    assert min(5.0, max(product, lifted)) == pytest.approx(tag.severity, abs=0.006)


@pytest.mark.parametrize("tag", TAGS[:8], ids=lambda tag: f"{tag.subcategory_id} {tag.decision}")
def test_confidence_ends_with_the_tag_s(tag: FATag) -> None:
    assert explain_confidence(tag)[-1] == f"confidence {tag.confidence:.2f} in the decision '{tag.decision}'"


def test_no_failure_has_no_severity() -> None:
    assert explain_severity(FATag(decision="unsure")) == ["0: only a failure has a severity"]
