"""Rubrics: every one is whole, serves something that exists, and changes its version with its text."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml

from failsight.engine.judging import prompt
from failsight.engine.metrics import JUDGE_ONLY, METRICS
from failsight.engine.rubric import Rubric, parse_rubric, parse_rubrics
from failsight.errors import InvalidInput
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy

LOCK = Path(__file__).with_name("rubrics.lock.yaml")
TAXONOMY = load_taxonomy()
RUBRICS = load_rubrics()
LEFT_TO_RULES = {"degenerate_repetition", "secret_leak"}
NOT_JUDGED = {"contains", "equals", "regex_match", "levenshtein", "exact_match", "token_f1", "rouge_l", "non_refusal"}
WHOLE = """
name: over_refusal
version: 3
subcategory: over_refusal
needs: [input, output]
question: Is it refused?
fail_when: [it is]
pass_when: [it is not]
unsure_when: one cannot tell
evidence: the words
examples: [{item: x, verdict: fail, why: y}]
"""
SCORED = """
name: fluency
version: 1
metric: fluency
needs: [output]
question: Is it fluent?
scale: {5: yes it is, 3: half, 1: no it is not}
not_applicable_when: there is no text
ignore: [length]
evidence: the words
examples: [{item: x, score: 3, why: y}]
"""


def test_every_subcategory_and_semantic_metric_has_a_rubric() -> None:
    subs = {rubric.subcategory for rubric in RUBRICS if rubric.subcategory}
    assert subs == set(TAXONOMY.subcategories()) - LEFT_TO_RULES
    metrics = {rubric.metric for rubric in RUBRICS if rubric.metric}
    assert metrics == {*METRICS.names(), *(one.name for one in JUDGE_ONLY)} - NOT_JUDGED


def test_they_come_in_the_order_of_the_taxonomy_metrics_last() -> None:
    subs = [name for name in TAXONOMY.subcategories() if name not in LEFT_TO_RULES]
    assert [rubric.name for rubric in RUBRICS[: len(subs)]] == subs
    assert all(rubric.metric for rubric in RUBRICS[len(subs) :])


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric.name)
def test_a_rubric_agrees_with_the_taxonomy_and_shows_both_sides(rubric: Rubric) -> None:
    if rubric.subcategory:
        _, known = TAXONOMY.subcategories()[rubric.subcategory]
        assert list(rubric.applies_to) == list(known.applies_to)
        assert {example.verdict for example in rubric.examples} == {"fail", "pass"}
        assert set(rubric.needs) >= {"context"} or not known.requires_retrieval
    else:
        assert all(example.score for example in rubric.examples)
    assert rubric.not_applicable_when
    assert rubric.ignore


@pytest.mark.parametrize("rubric", RUBRICS, ids=lambda rubric: rubric.name)
def test_a_changed_text_raises_its_version(rubric: Rubric) -> None:
    locked = yaml.safe_load(LOCK.read_text("utf-8"))
    line = f"{rubric.receipt}: {rubric.digest}"
    assert locked.get(rubric.receipt) == rubric.digest, f"raise the version, then add to {LOCK.name}: {line}"


def test_changed_words_of_the_prompt_raise_its_version() -> None:
    words = [prompt.SYSTEM, prompt.BEFORE, prompt.AFTER, prompt.CUT, prompt.REPAIR]
    made_up = [parse_rubric(WHOLE, "x"), parse_rubric(SCORED, "y")]
    words += [*map(prompt.describe, made_up), json.dumps(prompt.reply_schema(made_up))]
    digest = hashlib.sha256("\n".join(words).encode()).hexdigest()
    locked = yaml.safe_load(LOCK.read_text("utf-8"))
    line = f"prompt@{prompt.PROMPT_VERSION}: {digest}"
    assert locked.get(f"prompt@{prompt.PROMPT_VERSION}") == digest, f"raise the version, then add: {line}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("version: 3", "version: 0"),
        ("fail_when: [it is]\n", ""),
        ("needs: [input, output]", "needs: [answer]"),
        ("subcategory: over_refusal", "metric: over_refusal"),
        ("subcategory: over_refusal", "subcategory: other"),
        ("question: Is it refused?", "question: [broken"),
        ("evidence: the words", "evidence: the words\nweights: 3"),
    ],
)
def test_a_broken_rubric_is_named(change: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=r"my\.yaml"):
        parse_rubric(WHOLE.replace(change, said), "my.yaml")


def test_a_file_is_named_after_its_rubric() -> None:
    assert parse_rubrics({"over_refusal.yaml": WHOLE})[0].receipt == "over_refusal@3"
    with pytest.raises(InvalidInput, match="Name the file"):
        parse_rubrics({"refusal.yaml": WHOLE})


def test_the_digest_is_of_everything_but_the_version() -> None:
    rubric = parse_rubric(WHOLE, "x")
    assert rubric.digest == parse_rubric(WHOLE.replace("version: 3", "version: 4"), "x").digest
    assert rubric.digest != parse_rubric(WHOLE.replace("one cannot tell", "it is open"), "x").digest
