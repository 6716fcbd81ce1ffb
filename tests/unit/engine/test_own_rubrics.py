"""Rubrics of a user's own: whole ones are taken, broken ones are refused with file, place and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.own_rubrics import parse_own_rubrics, with_own
from failsight.errors import FailsightError, InvalidTaxonomy
from failsight.settings import Settings
from failsight.wiring.engine import build_engine
from failsight.wiring.taxonomy import load_judge_only, load_rubrics, load_taxonomy

SUB = {"subcategory_id": "wrong_currency", "subcategory_name": "Wrong currency", "impact_score": 4}
BUCKET = {"bucket_id": "shop", "bucket_name": "Shop", "subcategories": [SUB | {"risk_category": "high"}]}
RUBRIC: dict[str, Any] = {
    "name": "wrong_currency",
    "version": 2,
    "subcategory": "wrong_currency",
    "needs": ["input", "output"],
    "question": "Is it another currency?",
    "fail_when": ["it is"],
    "pass_when": ["it is not"],
    "unsure_when": "one cannot tell",
    "evidence": "the price",
    "examples": [{"item": "x", "verdict": "fail", "why": "y"}],
}
SCORE: dict[str, Any] = {
    "name": "shop_voice",
    "version": 1,
    "metric": "shop_voice",
    "needs": ["output"],
    "question": "Is it our voice?",
    "scale": {5: "yes", 3: "half", 1: "no"},
    "evidence": "the words",
    "examples": [{"item": "x", "score": 3, "why": "y"}],
}


def written(folder: Path, *rubrics: dict[str, Any]) -> str:
    path = folder / "shop.yaml"
    path.write_text(yaml.safe_dump({"extends": "default", "buckets": [BUCKET], "rubrics": list(rubrics)}))
    return str(path)


def test_they_stand_behind_the_built_in_ones_and_make_their_metrics_known(tmp_path: Path) -> None:
    path = written(tmp_path, RUBRIC, SCORE)
    assert [rubric.receipt for rubric in load_rubrics(path)[-2:]] == ["wrong_currency@2", "shop_voice@1"]
    assert load_rubrics(path)[:-2] == load_rubrics()
    engine = build_engine(Settings(taxonomy=path, encoder=False))
    assert "shop_voice" in engine.judge_only
    assert load_judge_only(path)[-1].display_name == "Shop voice"
    assert len(load_judge_only(None)) == len(load_judge_only(path)) - 1


def test_one_of_the_same_name_is_asked_instead(tmp_path: Path) -> None:
    own = RUBRIC | {"name": "over_refusal", "subcategory": "over_refusal", "version": 100}
    rubrics = load_rubrics(written(tmp_path, own))
    assert [rubric.name for rubric in rubrics] == [rubric.name for rubric in load_rubrics()]
    [changed] = [rubric for rubric in rubrics if rubric.name == "over_refusal"]
    assert changed.receipt == "over_refusal@100"
    assert with_own(load_rubrics(), ()) == load_rubrics()


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in RUBRIC.items() if name not in names}


@pytest.mark.parametrize(
    ("rubrics", "told"),
    [
        ([without("question")], ("rubrics.0 (wrong_currency).question", "Add 'question'")),
        ([RUBRIC | {"quesiton": "x"}], (".quesiton", "correct its name", "question")),
        ([RUBRIC | {"version": 0}], ("rubrics.0 (wrong_currency).version", "Correct it")),
        ([RUBRIC | {"examples": [{"item": "x"}]}], ("rubrics.0 (wrong_currency).examples.0.why", "Add")),
        ([without("name")], ("rubrics.0 (without a name).name", "Add 'name'")),
        ([without("fail_when")], ("it says when to fail",)),
        ([RUBRIC | {"needs": ["price"]}], ("'price' is no field of an item",)),
        ([SCORE | {"scale": {5: "yes"}}], ("anchors at 1, 3 and 5",)),
        ([RUBRIC, RUBRIC], ("rubrics.1 (wrong_currency)", "another rubric of this name")),
        (
            [RUBRIC | {"name": "gone", "subcategory": "gone"}],
            ("no subcategory of this taxonomy", "Add the subcategory"),
        ),
        ([SCORE | {"name": "rouge_l", "metric": "rouge_l"}], ("computed exactly", "another name")),
        ([SCORE | {"name": "Shop-Voice", "metric": "Shop-Voice"}], ("lower case",)),
        (["wrong_currency"], ("not a list of rubrics", "- name")),
    ],
)
def test_a_broken_one_is_refused_before_anything_runs(
    tmp_path: Path, rubrics: list[dict[str, Any]], told: tuple[str, ...]
) -> None:
    path = written(tmp_path, *rubrics)
    with pytest.raises(InvalidTaxonomy) as raised:
        build_engine(Settings(taxonomy=path, encoder=False))
    assert isinstance(raised.value, FailsightError)
    assert raised.value.exit_code == 2
    for part in (path, *told):
        assert part in str(raised.value)


@pytest.mark.parametrize("text", ["", "extends: default", "[]", "rubrics:"])
def test_a_file_without_rubrics_has_none(text: str) -> None:
    assert parse_own_rubrics(text, "x", load_taxonomy(), ()) == ()
