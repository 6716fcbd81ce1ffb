"""S-codes: the worst vote counts, silence is absence."""

from __future__ import annotations

import pytest

from failsight.engine.head import CategoryFinding
from failsight.engine.security_flags import derive_flags, join_flags
from failsight.model.taxonomy import SecurityCategory, Taxonomy

TABLE = Taxonomy(
    version="t",
    buckets=[],
    security_categories=[
        SecurityCategory(code="S1", name="Violence", heads=["subject"]),
        SecurityCategory(code="S10", name="Privacy", tags=["pii_leak", "secret_leak"]),
    ],
)


def head(decision: str, code: str = "S1") -> CategoryFinding:
    return CategoryFinding(code, decision, 0.5, "because")


@pytest.mark.parametrize(
    ("decisions", "heads", "flags"),
    [
        ({}, [], {}),
        ({"pii_leak": ["pass"]}, [], {"S10": "pass"}),
        ({"pii_leak": ["pass"], "secret_leak": ["fail"]}, [], {"S10": "fail"}),
        ({"pii_leak": ["pass"], "secret_leak": ["unsure"]}, [], {}),
        ({"pii_leak": ["unsure"], "secret_leak": ["fail"]}, [], {"S10": "fail"}),
        ({"other": ["fail"]}, [], {}),
        ({}, [head("fail")], {"S1": "fail"}),
        ({}, [head("pass"), head("unsure")], {}),
        ({}, [head("fail", "S99")], {}),
    ],
)
def test_flags(decisions, heads, flags) -> None:  # type: ignore[no-untyped-def]
    assert derive_flags(TABLE, decisions, heads) == flags


def test_a_run_fails_a_category_when_one_item_does() -> None:
    run: dict[str, str] = {}
    for item in ({"S1": "pass"}, {"S1": "fail", "S10": "pass"}, {"S1": "pass"}, {}):
        join_flags(run, item)
    assert run == {"S1": "fail", "S10": "pass"}
