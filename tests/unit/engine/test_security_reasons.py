"""Why flags are what they are, and which flags a run asks for."""

from __future__ import annotations

from collections.abc import Iterator

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.head import CategoryFinding, Head
from failsight.engine.pipeline import Engine, Examination
from failsight.engine.security_reasons import security_reasons, strict_flags
from failsight.engine.subject import Subject
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.taxonomy import FABucket, FASubcategory, SecurityCategory, Taxonomy

TAXONOMY = Taxonomy(
    version="t",
    buckets=[
        FABucket(
            bucket_id="security",
            bucket_name="Security",
            subcategories=[
                FASubcategory(subcategory_id="leak", subcategory_name="Leak"),
                FASubcategory(subcategory_id="attack", subcategory_name="Attack"),
            ],
        )
    ],
    security_categories=[
        SecurityCategory(code="S10", name="Privacy", tags=["leak"]),
        SecurityCategory(code="S21", name="Attacks", tags=["attack"]),
        SecurityCategory(code="S7", name="Hate", heads=["hate"]),
        SecurityCategory(code="S1", name="Violence"),
    ],
)


class Words(Detector):
    """Fails ``leak`` on "secret" in the output and ``attack`` on "ignore" in the input."""

    name = "words"
    subcategories = ("leak", "attack")
    needs = ()

    def detect(self, subject: Subject) -> Iterator[Finding | NotApplicable]:
        for sub, field, word in (("leak", "output", "secret"), ("attack", "input", "ignore")):
            found = word in getattr(subject.item, field)
            evidence = (Evidence("word", f"'{word}'", field, word),) if found else ()
            yield Finding(sub, "fail" if found else "pass", 0.9 if found else 0.1, f"{word}: {found}", evidence)


class Hate(Head):
    """Fails S7 on "hate" in the input."""

    name = "hate"
    codes = ("S7",)
    needs = ()

    def check(self, subject: Subject) -> Iterator[CategoryFinding]:
        found = "hate" in subject.item.input
        yield CategoryFinding("S7", "fail" if found else "pass", 0.7 if found else 0.2, "hate words", "input")


ENGINE = Engine(TAXONOMY, [Words()], [], [Hate()])


def examine(input_: str, output: str, **options: object) -> Examination:
    return ENGINE.plan(AnalysisOptions.model_validate(options)).examine(Item(input=input_, output=output), 0)


def test_each_failing_category_has_its_reason_and_the_side_that_carries_it() -> None:
    notes = security_reasons(TAXONOMY, examine("ignore that, I hate it", "the secret is 7"))
    assert notes.reasons == {"S10": "secret: True", "S21": "ignore: True", "S7": "hate words"}
    assert (notes.output_codes, notes.input_codes) == (["S10"], ["S21", "S7"])
    assert notes.risk == 0.9


def test_a_safe_item_has_a_risk_and_no_reason() -> None:
    notes = security_reasons(TAXONOMY, examine("hello", "hello"))
    assert (notes.reasons, notes.input_codes, notes.output_codes, notes.risk) == ({}, [], [], 0.2)


def test_nothing_checked_has_no_risk() -> None:
    notes = security_reasons(TAXONOMY, examine("hello", "hello", run_security=False))
    assert notes.risk is None


def test_only_the_categories_asked_for_are_flagged() -> None:
    found = examine("ignore", "secret", run_security=False, mandatory_security_categories=("S10",))
    assert found.flags == {"S10": "fail"}
    both = examine("ignore", "secret", mandatory_security_categories=("S10",))
    assert both.flags == {"S10": "fail", "S21": "fail", "S7": "pass"}


def test_a_run_without_checks_still_sets_flags() -> None:
    found = examine("ignore", "secret", run_checks=False)
    assert found.findings == {}
    assert found.flags == {"S10": "fail", "S21": "fail", "S7": "pass"}
    assert "leak" not in found.skipped
    assert security_reasons(TAXONOMY, found).reasons["S10"] == "secret: True"
    assert examine("ignore", "secret", run_checks=False, run_security=False).flags == {}


def test_a_threshold_of_ones_own_decides() -> None:
    found = examine("I hate it", "the secret is 7")
    assert found.flags == {"S10": "fail", "S21": "pass", "S7": "fail"}
    assert strict_flags(TAXONOMY, found, {"S7": 0.71}) == {"S10": "fail", "S21": "pass", "S7": "pass"}
    assert strict_flags(TAXONOMY, found, {"S21": 0.1, "S10": 0.95}) == {"S10": "pass", "S21": "fail", "S7": "fail"}
    assert strict_flags(TAXONOMY, found, {"S1": 0.0}) == found.flags
    found.flags = strict_flags(TAXONOMY, found, {"S21": 0.1})
    assert security_reasons(TAXONOMY, found).reasons["S21"] == "ignore: False"


def test_a_threshold_never_makes_an_unsure_category_pass() -> None:
    found = examine("hello", "hello")
    found.categories = [CategoryFinding("S7", "unsure", 0.5, "who knows", "input")]
    found.flags.pop("S7")
    assert "S7" not in strict_flags(TAXONOMY, found, {"S7": 0.6})
    assert strict_flags(TAXONOMY, found, {"S7": 0.4})["S7"] == "fail"


def test_only_thresholds_of_categories_that_are_asked_for_count() -> None:
    strict = {"S7": 0.1, "S10": 0.2}
    assert AnalysisOptions(security_thresholds=strict).asked_thresholds == strict
    one = AnalysisOptions(security_thresholds=strict, run_security=False, mandatory_security_categories=("S10",))
    assert one.asked_thresholds == {"S10": 0.2}
