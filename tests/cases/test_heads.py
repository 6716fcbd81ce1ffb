"""Every category head against its case file: what fails, what passes, and what stays open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.head import Head
from failsight.engine.heads import HEADS
from failsight.engine.subject import Subject
from failsight.model.item import Item
from failsight.settings import Settings
from failsight.wiring.taxonomy import load_taxonomy

FOLDER = Path(__file__).parent / "heads"
CASES = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in HEADS.names()}


@pytest.mark.parametrize(
    ("head", "case"),
    [pytest.param(HEADS[name], case, id=f"{name}: {case['name']}") for name, cases in CASES.items() for case in cases],
)
def test_case(head: Head, case: dict[str, Any]) -> None:
    """``expect``: code to fail, pass or silent."""
    subject = Subject(Item.model_validate(case["item"]))
    found = list(head.check(subject))
    decisions = {finding.code: finding.decision for finding in found}
    for code, expected in case["expect"].items():
        assert decisions.get(code, "silent") == expected, found
    for finding in found:
        assert finding.code in head.codes
        assert finding.rationale
        assert finding.decision != "fail" or (finding.probability >= 0.5 and finding.evidence)
        for piece in finding.evidence:
            assert getattr(subject.item, piece.source)[piece.start : piece.end] == piece.snippet


@pytest.mark.parametrize("name", HEADS.names())
def test_every_head_has_all_kinds_of_cases(name: str) -> None:
    expected = {decision for case in CASES[name] for decision in case["expect"].values()}
    assert expected == {"fail", "pass", "silent"}


def test_the_table_names_every_head_and_says_what_is_checked() -> None:
    table = load_taxonomy(Settings().taxonomy).security_categories
    for category in table:
        assert category.note
        for head in category.heads:
            assert category.code in HEADS[head].codes
    for head in HEADS:
        assert set(head.codes) == {category.code for category in table if head.name in category.heads}
    assert [category.code for category in table] == [f"S{number}" for number in range(1, 24)]
