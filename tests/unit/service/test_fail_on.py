"""Fail-on rules read and applied."""

from __future__ import annotations

from typing import Any

import pytest

from failsight.errors import InvalidInput, UnknownName
from failsight.model.digest import CheckCount, RunDigest
from failsight.model.run import FARunResult, FASummary
from failsight.service.fail_on import parse_fail_on
from failsight.wiring.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()


def digest(**summary: Any) -> RunDigest:
    count = CheckCount(
        bucket_id="security",
        bucket_name="Security",
        subcategory_id="pii_leak",
        subcategory_name="PII leak",
        items=2,
        worst_severity=3.5,
    )
    failures = [count] if summary.get("total_failures_detected") else []
    return RunDigest(result=FARunResult(summary=FASummary(total_items=9, **summary)), failures=failures)


FAILED = digest(total_failures_detected=2, items_with_failures=2, overall_severity=3.5, should_gate_ci=True)
CLEAN = digest()


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        ("any", "any: 2 of 9 items failed"),
        ("gate", "gate: there is a failure of severity 3 or more"),
        ("alert", None),
        ("severity>=3.5", "the worst failure has severity 3.5"),
        ("severity >= 3", "the worst failure has severity 3.5"),
        ("severity>=3.6", None),
        ("security", "security: 2 failures"),
        ("pii_leak", "pii_leak: 2 failures"),
        ("secret_leak", None),
    ],
)
def test_a_rule_is_hit_or_not(rule: str, hit: str | None) -> None:
    hits = parse_fail_on([rule], TAXONOMY).hits(FAILED)
    assert bool(hits) == (hit is not None)
    assert hit is None or hit in hits[0]
    assert parse_fail_on([rule], TAXONOMY).hits(CLEAN) == []


def test_nothing_failed_hits_no_severity() -> None:
    assert parse_fail_on(["severity>=0"], TAXONOMY).hits(CLEAN) == []


def test_commas_and_repeats() -> None:
    assert parse_fail_on(["any, gate", "any", ""], TAXONOMY).rules == ("any", "gate")


def test_rules_that_make_no_sense() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'pii_leak'"):
        parse_fail_on(["pii_leek"], TAXONOMY)
    for rule in ("severity", "severity>3", "severity>=9", "severity>=x"):
        with pytest.raises(InvalidInput, match="severity>=N"):
            parse_fail_on([rule], TAXONOMY)
