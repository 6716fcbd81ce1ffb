"""Every detector against its case file: at least one fail, one pass, and one unsure or not applicable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from failsight.engine.detector import Detector, NotApplicable
from failsight.engine.detectors import DETECTORS
from failsight.engine.subject import Subject
from failsight.model.item import Item
from failsight.settings import Settings
from failsight.wiring.engine import build_encoder

FOLDER = Path(__file__).parent / "detectors"
CASES = {name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8")) for name in DETECTORS.names()}


@pytest.mark.parametrize(
    ("detector", "case"),
    [
        pytest.param(DETECTORS[name], case, id=f"{name}: {case['name']}")
        for name, cases in CASES.items()
        for case in cases
    ],
)
def test_case(detector: Detector, case: dict[str, Any]) -> None:
    subject = Subject(Item.model_validate(case["item"]), build_encoder(Settings(encoder=case.get("encoder", False))))
    answers = [] if subject.missing(detector.needs) else list(detector.detect(subject))
    decisions = {a.subcategory_id: "not_applicable" if isinstance(a, NotApplicable) else a.decision for a in answers}
    for subcategory, expected in case["expect"].items():
        assert decisions.get(subcategory, "not_applicable") == expected, answers
    shown = " ".join(
        f"{e.snippet} {e.description}" for a in answers if not isinstance(a, NotApplicable) for e in a.evidence
    )
    for text in case.get("evidence", ()):
        assert text in shown
    for a in answers:
        if not isinstance(a, NotApplicable):
            assert_honest(a, subject.item)


def assert_honest(finding: Any, item: Item) -> None:
    """A probability on the decision's side, a rationale, and offsets that point at the snippet."""
    assert 0.0 <= finding.probability <= 1.0
    if finding.decision == "fail":
        assert finding.probability >= 0.5
        assert finding.evidence, "a fail needs evidence"
    if finding.decision == "pass":
        assert finding.probability <= 0.5
    assert finding.rationale
    for piece in finding.evidence:
        if piece.start is not None and piece.source in {"input", "output", "system_prompt"}:
            text = getattr(item, piece.source)
            assert piece.snippet is not None
            assert text[piece.start : piece.end].startswith(piece.snippet.rstrip("…")[:40])


@pytest.mark.parametrize("name", DETECTORS.names())
def test_every_detector_has_all_kinds_of_cases(name: str) -> None:
    expected = {decision for case in CASES[name] for decision in case["expect"].values()}
    assert "fail" in expected
    assert "pass" in expected
    assert expected & {"unsure", "not_applicable"}


@pytest.mark.parametrize("name", DETECTORS.names())
def test_every_detector_documents_a_failing_and_a_passing_item(name: str) -> None:
    text = DETECTORS[name].__doc__ or ""
    assert "Fails:" in text
    assert "Passes:" in text
