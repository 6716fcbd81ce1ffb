"""What the local judge alone makes of contradictions and wrong names: the words of these items are in no conflict."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from failsight.engine.detector import Finding
from failsight.engine.detectors.factual_contradiction import FactualContradiction
from failsight.engine.detectors.wrong_entity_or_number import WrongEntityOrNumber
from failsight.engine.local_judge import TokenScores
from failsight.engine.subject import Subject
from failsight.model.item import Item
from failsight.testing.local_judge import WordJudge

ITEM = Item(
    input="Describe the table.",
    context=["Visitors of the museum by year: 210 in 2018, 224 in 2019, 71 in 2020, 88 in 2021 and 167 in 2022."],
    output="Year after year the museum saw growing crowds. A record was set during the third year of the period.",
)


class DenyingJudge(WordJudge):
    """Log odds ``denied`` for a contradiction of the whole, ``place`` for the word "record", ``named`` for a name."""

    def __init__(self, denied: float, place: float, named: float) -> None:
        self.denied, self.place, self.named = denied, place, named

    def read(self, question: str, support: Sequence[str], output: str) -> TokenScores:
        found = super().read(question, support, output)
        words = [output[a:b] for a, b in zip(found.starts, found.ends, strict=True)]
        conflict = tuple(self.place if word == "record" else -6.0 for word in words)
        unsupported = tuple(2.0 if word == "record" else -4.0 for word in words)
        return TokenScores(found.starts, found.ends, unsupported, conflict, 2.0, self.denied, self.named)


def verdict(detector: FactualContradiction | WrongEntityOrNumber, judge: DenyingJudge) -> Finding:
    (found,) = detector.detect(Subject(ITEM, None, judge))
    assert isinstance(found, Finding)
    return found


def test_a_marked_contradiction_fails_where_it_stands() -> None:
    found = verdict(FactualContradiction(), DenyingJudge(30.0, 3.0, -6.0))
    assert found.decision == "fail"
    (piece,) = found.evidence
    assert piece.snippet == "record" == ITEM.output[piece.start : piece.end]
    assert found.signals["contradiction_probability"] == pytest.approx(found.probability, abs=1e-4)


def test_without_a_place_it_is_unsure() -> None:
    found = verdict(FactualContradiction(), DenyingJudge(30.0, -6.0, -6.0))
    assert (found.decision, found.evidence) == ("unsure", ())


def test_what_is_not_denied_passes() -> None:
    assert verdict(FactualContradiction(), DenyingJudge(-9.0, -6.0, -6.0)).decision == "pass"


@pytest.mark.parametrize(("named", "decision"), [(-9.0, "pass"), (200.0, "unsure")])
def test_a_wrong_name_is_unsure_at_most(named: float, decision: str) -> None:
    found = verdict(WrongEntityOrNumber(), DenyingJudge(-9.0, -6.0, named))
    assert found.decision == decision
    assert found.signals["wrong_entity_probability"] == pytest.approx(found.probability, abs=1e-4)
