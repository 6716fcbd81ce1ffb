"""Reading, extending and replacing taxonomies, and the built-in one's promises."""

from __future__ import annotations

import pytest

from failsight.engine.detectors import DETECTORS
from failsight.engine.heads import HEADS
from failsight.engine.pipeline import NO_JUDGE, Engine
from failsight.engine.taxonomy import applies, parse_taxonomy, select
from failsight.errors import InvalidTaxonomy, UnknownName
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.taxonomy import FASubcategory
from failsight.wiring.taxonomy import load_taxonomy

BUILT_IN = load_taxonomy()
PUBLISHED = {
    "instruction_compliance": {
        "task_not_followed", "partial_task_completion", "wrong_intent_resolution", "output_format_non_compliance",
    },
    "hallucination_grounding": {
        "unsupported_factual_claim", "factual_contradiction", "fabricated_citation", "wrong_entity_or_number",
    },
    "retrieval_failures": {"irrelevant_context", "insufficient_context", "context_ignored", "conflicting_context"},
    "tool_failures": {
        "wrong_tool_selected", "invalid_tool_arguments", "missing_tool_call", "unnecessary_tool_call",
        "tool_output_misused", "tool_error_unhandled",
    },
    "agent_failures": {"step_repetition", "premature_termination", "goal_drift"},
    "response_quality": {"over_refusal", "truncated_output", "degenerate_repetition"},
    "security": {
        "prompt_injection", "jailbreak_attempt", "pii_leak", "secret_leak", "toxic_output", "harmful_compliance",
    },
}  # fmt: skip


def extended(text: str):  # type: ignore[no-untyped-def]
    return parse_taxonomy("extends: default\n" + text, "mine.yaml", parent=BUILT_IN)


def test_the_published_ids_stand() -> None:
    got = {b.bucket_id: {s.subcategory_id for s in b.subcategories} for b in BUILT_IN.buckets}
    for bucket, subcategories in PUBLISHED.items():
        assert subcategories <= got[bucket]


@pytest.mark.parametrize("name", BUILT_IN.subcategories())
def test_every_field_of_a_subcategory_is_filled(name: str) -> None:
    _, sub = BUILT_IN.subcategories()[name]
    assert set(FASubcategory.model_fields) <= sub.model_fields_set
    assert len(sub.description) > 60
    assert sub.description.endswith(".")
    assert sub.required_inputs
    assert set(sub.required_inputs) <= set(Item.model_fields)
    codes = {category.code for category in BUILT_IN.security_categories}
    assert set(sub.related_security_categories) <= codes


def test_every_foreign_code_is_mapped_or_declared_unmapped() -> None:
    assert {"mast", "trail", "owasp_llm", "owasp_agentic", "mlcommons"} <= set(BUILT_IN.vocabularies)
    for name, vocabulary in BUILT_IN.vocabularies.items():
        assert vocabulary.title
        assert vocabulary.version
        assert vocabulary.url.startswith("https://")
        mapped = {c for _, sub in BUILT_IN.subcategories().values() for c in sub.crosswalks.get(name, ())}
        unmapped = BUILT_IN.unmapped.get(name, [])
        assert mapped.isdisjoint(unmapped), name
        assert mapped | set(unmapped) == set(vocabulary.codes), name


def test_vocabularies_have_their_published_sizes() -> None:
    sizes = {name: len(vocabulary.codes) for name, vocabulary in BUILT_IN.vocabularies.items()}
    assert sizes == {"mast": 14, "trail": 20, "owasp_llm": 10, "owasp_agentic": 10, "mlcommons": 12}


def test_security_table_is_complete_and_names_what_exists() -> None:
    assert [category.code for category in BUILT_IN.security_categories] == [f"S{number}" for number in range(1, 24)]
    heads = {head.name for head in HEADS}
    for category in BUILT_IN.security_categories:
        assert set(category.heads) <= heads


def test_detectors_serve_existing_subcategories() -> None:
    known = set(BUILT_IN.subcategories())
    for detector in DETECTORS:
        assert set(detector.subcategories) <= known, detector.name


def test_an_extension_adds_changes_and_removes() -> None:
    mine = extended(
        """
version: "1+shop"
buckets:
  - bucket_id: shop_rules
    bucket_name: Shop rules
    subcategories:
      - {subcategory_id: wrong_currency, subcategory_name: Wrong currency, impact_score: 5}
  - bucket_id: response_quality
    subcategories:
      - {subcategory_id: truncated_output, impact_score: 5}
      - {subcategory_id: too_polite, subcategory_name: Too polite}
remove: [goal_drift, pii_leak]
"""
    )
    subs = mine.subcategories()
    assert mine.version == "1+shop"
    assert subs["wrong_currency"][0].bucket_name == "Shop rules"
    assert subs["truncated_output"][1].impact_score == 5
    assert subs["truncated_output"][1].description == BUILT_IN.subcategories()["truncated_output"][1].description
    assert subs["too_polite"][0].bucket_id == "response_quality"
    assert "goal_drift" not in subs
    assert "pii_leak" not in subs
    assert all("pii_leak" not in category.tags for category in mine.security_categories)
    assert len(subs) == len(BUILT_IN.subcategories()) + 2 - 2


def test_an_extension_removes_a_bucket_and_a_security_category() -> None:
    mine = extended("remove: [security, S9]")
    assert "security" not in {bucket.bucket_id for bucket in mine.buckets}
    assert "secret_leak" not in mine.subcategories()
    assert "S9" not in {category.code for category in mine.security_categories}
    assert all("secret_leak" not in category.tags for category in mine.security_categories)


def test_an_extension_adds_a_vocabulary_and_a_crosswalk() -> None:
    mine = extended(
        """
vocabularies: {house: {title: Our incident classes, codes: {I-1: Outage}}}
buckets:
  - {bucket_id: tool_failures, subcategories: [{subcategory_id: tool_error_unhandled, crosswalks: {house: [I-1]}}]}
"""
    )
    assert set(mine.vocabularies) == {*BUILT_IN.vocabularies, "house"}
    assert mine.subcategories()["tool_error_unhandled"][1].crosswalks == {"house": ["I-1"]}


def test_an_extension_that_moves_nothing_is_the_parent() -> None:
    assert extended("").model_dump() == BUILT_IN.model_dump()


def test_the_parent_is_not_changed_by_an_extension() -> None:
    before = BUILT_IN.model_dump()
    extended("buckets: [{bucket_id: security, subcategories: [{subcategory_id: pii_leak, impact_score: 1}]}]")
    assert BUILT_IN.model_dump() == before


REPLACEMENT = """
version: tiny
buckets:
  - bucket_id: mine
    bucket_name: Mine
    subcategories:
      - {subcategory_id: degenerate_repetition, subcategory_name: Loops, impact_score: 2, risk_category: low}
      - {subcategory_id: off_brand, subcategory_name: Off brand}
"""


def test_a_replacement_without_security_categories_works_end_to_end() -> None:
    tiny = parse_taxonomy(REPLACEMENT, "tiny.yaml", parent=BUILT_IN)
    engine = Engine(tiny, DETECTORS, (), HEADS)
    item = Item(input="help", output="Press the button. " * 12)
    seen = engine.plan(AnalysisOptions()).examine(item, 0)
    assert set(seen.findings) == {"degenerate_repetition"}
    assert seen.skipped["off_brand"] == NO_JUDGE
    assert seen.flags == {}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("buckets: [", "mine.yaml"),
        ("just words", "not a mapping"),
        ("", "not a mapping"),
        ("version: '1'", "mine.yaml at buckets"),
        ("version: '1'\nbuckets: 3", "mine.yaml at buckets"),
        ("version: '1'\nbuckets: [{bucket_id: Bad Id, bucket_name: x}]", "mine.yaml at buckets.0.bucket_id"),
        (REPLACEMENT.replace("impact_score: 2", "impact_score: 9"), "subcategories.0.impact_score"),
        (REPLACEMENT.replace("risk_category: low", "risk_category: huge"), "subcategories.0.risk_category"),
        (REPLACEMENT.replace("off_brand", "degenerate_repetition"), "'degenerate_repetition' stands twice"),
        (
            "version: '1'\nbuckets: [{bucket_id: a, bucket_name: A}, {bucket_id: a, bucket_name: B}]",
            "'a' stands twice",
        ),
        (REPLACEMENT + "security_categories: [{code: S1, name: x, tags: [nothing]}]", "security_categories.S1"),
        ("extends: somebody\nbuckets: []", "there is no 'somebody' to extend"),
        ("extends: default\nremove: [nothing]", "'nothing' is not there to remove"),
        ("extends: default\nremove: goal_drift", "mine.yaml at remove"),
        ("extends: default\nbuckets: {a: 1}", "mine.yaml at buckets"),
        ("extends: default\nbuckets: [words]", "mine.yaml at buckets"),
        (
            "extends: default\nbuckets: [{bucket_id: security, subcategories: [{impact_score: 2}]}]",
            "at security at subcategories",
        ),
        ("extends: default\nbuckets: [{bucket_id: fresh}]", "bucket_name"),
        ("extends: default\nvocabularies: [mast]", "mine.yaml at vocabularies"),
        (
            "extends: default\nbuckets: [{bucket_id: security, subcategories: "
            "[{subcategory_id: pii_leak, crosswalks: {mast: [FM-9.9]}}]}]",
            "pii_leak.crosswalks.mast",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, place: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=r"mine\.yaml") as raised:
        parse_taxonomy(text, "mine.yaml", parent=BUILT_IN)
    assert place in str(raised.value)
    assert raised.value.exit_code == 2


def test_nothing_to_extend() -> None:
    with pytest.raises(InvalidTaxonomy, match="to extend"):
        parse_taxonomy("extends: default", "taxonomy.yaml")


def test_select_by_bucket_and_subcategory() -> None:
    assert set(select(BUILT_IN, [], [])) == set(BUILT_IN.subcategories())
    assert set(select(BUILT_IN, ["agent_failures"], ["pii_leak"])) == PUBLISHED["agent_failures"] | {"pii_leak"}
    with pytest.raises(UnknownName, match="Did you mean 'agent_failures'"):
        select(BUILT_IN, ["agent_failure"], [])
    with pytest.raises(UnknownName, match="Did you mean 'pii_leak'"):
        select(BUILT_IN, [], ["pii_leek"])


@pytest.mark.parametrize(
    ("audience", "kinds"),
    [
        (["all"], {"rag", "agent", "agentic_rag", "generic_llm"}),
        (["rag"], {"rag"}),
        (["tool_agent"], {"agent", "agentic_rag"}),
        (["rag", "agentic_rag"], {"rag", "agentic_rag"}),
        (["multimodal"], set()),
    ],
)
def test_applies_to_kinds(audience: list[str], kinds: set[str]) -> None:
    sub = FASubcategory(subcategory_id="x", subcategory_name="X", applies_to=audience)
    assert {kind for kind in ("rag", "agent", "agentic_rag", "generic_llm") if applies(sub, kind)} == kinds
