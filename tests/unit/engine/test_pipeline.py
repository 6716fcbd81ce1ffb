"""One item through everything: what breaks is reported, what is left out says why."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from failsight.engine.detector import Detector, Finding, NotApplicable
from failsight.engine.head import CategoryFinding, Head
from failsight.engine.metric import Metric, Score
from failsight.engine.pipeline import NO_JUDGE, Engine, Examination
from failsight.engine.subject import Subject
from failsight.errors import UnknownName
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.wiring.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
ITEM = Item(input="a question", output="an answer")


class Broken(Detector):
    name = "broken"
    version = 3
    subcategories = ("over_refusal", "truncated_output")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        yield Finding("over_refusal", "pass", 0.1, "fine so far")
        raise KeyError("odd data")


class Steady(Detector):
    name = "steady"
    subcategories = ("degenerate_repetition", "pii_leak", "task_not_followed")
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        yield Finding("degenerate_repetition", "pass", 0.1, "no repetition")
        yield Finding("pii_leak", "fail", 0.9, "an address")
        yield NotApplicable("task_not_followed", "no instruction in the prompt")
        yield Finding("goal_drift", "fail", 0.9, "none of its business")


class Ratio(Metric):
    name = "ratio"
    display_name = "Ratio"
    definition = "half"
    kind = "heuristic"

    def score(self, subject: Subject) -> Score | None:
        return Score(0.5, "half of it")


class BrokenMetric(Ratio):
    name = "broken_ratio"

    def score(self, subject: Subject) -> Score | None:
        raise ZeroDivisionError("nothing to divide by")


class ContextMetric(Ratio):
    name = "context_ratio"
    needs = ("context",)


class BrokenHead(Head):
    name = "broken_head"
    codes = ("S1",)

    def check(self, subject: Subject) -> Iterable[CategoryFinding]:
        raise ValueError("no idea")


def examine(*detectors: Detector, item: Item = ITEM, metrics=(), heads=(), **options) -> Examination:  # type: ignore[no-untyped-def]
    engine = Engine(TAXONOMY, detectors, metrics, heads)
    return engine.plan(AnalysisOptions(**options)).examine(item, 0)


def test_a_detector_that_raises_is_unsure_with_the_reason_and_others_go_on() -> None:
    seen = examine(Broken(), Steady())
    for sub in ("over_refusal", "truncated_output"):
        (sourced,) = seen.findings[sub]
        assert sourced.finding.decision == "unsure"
        assert "broken@3 broke on this item: KeyError" in sourced.finding.rationale
    assert seen.findings["degenerate_repetition"][0].finding.decision == "pass"


def test_every_subcategory_is_found_or_skipped_with_a_reason() -> None:
    seen = examine(Broken(), Steady())
    assert set(seen.findings) | set(seen.skipped) == set(TAXONOMY.subcategories())
    assert set(seen.findings).isdisjoint(seen.skipped)
    assert seen.skipped["task_not_followed"] == "no instruction in the prompt"
    assert seen.skipped["irrelevant_context"] == "does not apply to feature kind generic_llm"
    assert seen.skipped["wrong_intent_resolution"] == NO_JUDGE


def test_a_detector_speaks_only_for_its_own_subcategories() -> None:
    assert "goal_drift" not in examine(Steady(), feature_kind="agent", mode="full").findings


def test_what_is_missing_is_named() -> None:
    seen = examine(Steady(), item=Item(input="a question", output=" "))
    assert seen.findings == {}
    assert seen.skipped["pii_leak"] == "the item has no output"
    assert seen.ran == set()


def test_minimal_mode_leaves_out_what_needs_a_trace() -> None:
    assert examine(Steady(), feature_kind="agent").skipped["goal_drift"] == "needs a trace (mode full)"
    assert examine(Steady(), feature_kind="agent", mode="full").skipped["goal_drift"] == NO_JUDGE


def test_filters_restrict_findings_and_hide_what_only_flags_need() -> None:
    seen = examine(Steady(), buckets=("response_quality",))
    assert set(seen.findings) == {"degenerate_repetition"}
    assert set(seen.hidden) == {"pii_leak"}
    assert seen.flags["S10"] == "fail"
    assert set(seen.skipped) == {"over_refusal", "truncated_output"}


def test_security_switched_off() -> None:
    seen = examine(Steady(), run_security=False)
    assert seen.flags == {}
    assert "pii_leak" not in seen.findings
    assert seen.skipped["pii_leak"] == "security checks are switched off for this run"
    named = examine(Steady(), run_security=False, subcategories=("pii_leak",))
    assert set(named.findings) == {"pii_leak"}
    assert named.flags == {}


def test_metrics_measure_or_say_why_not() -> None:
    seen = examine(Steady(), metrics=(Ratio(), BrokenMetric(), ContextMetric()))
    assert {name: score.value for name, score in seen.scores.items()} == {"ratio": 0.5}
    assert "ZeroDivisionError" in seen.skipped["metric:broken_ratio"]
    assert seen.skipped["metric:context_ratio"] == "the item has no context"


def test_mandatory_metrics_run_although_evaluation_is_off() -> None:
    metrics = (Ratio(), ContextMetric())
    assert examine(Steady(), metrics=metrics, run_eval=False).scores == {}
    assert set(examine(Steady(), metrics=metrics, run_eval=False, mandatory_eval_metrics=("ratio",)).scores) == {
        "ratio"
    }


def test_a_broken_head_leaves_its_category_absent() -> None:
    seen = examine(Steady(), heads=(BrokenHead(),))
    assert "S1" not in seen.flags
    assert "ValueError" in seen.skipped["head:broken_head"]


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"buckets": ("quality",)}, "bucket"),
        ({"subcategories": ("pii",)}, "subcategory"),
        ({"mandatory_eval_metrics": ("bleu",)}, "metric"),
        ({"mandatory_security_categories": ("S99",)}, "security category"),
    ],
)
def test_unknown_names_are_refused_before_the_first_item(options: dict[str, tuple[str, ...]], kind: str) -> None:
    with pytest.raises(UnknownName, match=f"There is no {kind} '"):
        Engine(TAXONOMY, (Steady(),), (Ratio(),), ()).plan(AnalysisOptions(**options))
