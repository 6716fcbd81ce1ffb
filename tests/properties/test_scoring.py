"""Severity and confidence never move against what feeds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from failsight.engine.detector import Finding
from failsight.engine.scoring import Recurrence, confidence, severity

SHARE = st.floats(0, 1)
IMPACT = st.integers(1, 5)
RISK = st.integers(1, 4)
COUNT = st.integers(0, 200)
FAMILY = st.sampled_from(["rule", "model", "judge", "security"])


def weight(failing: int, others: int) -> float:
    return Recurrence(failing, max(1, failing + others)).weight


@given(IMPACT, IMPACT, RISK, RISK, SHARE, SHARE, COUNT, COUNT, COUNT, st.booleans())
def test_severity_never_falls(a, b, c, d, e, f, more, failing, others, override) -> None:  # type: ignore[no-untyped-def]
    items = max(1, failing + more + others)
    less, most = Recurrence(failing, items).weight, Recurrence(failing + more, items).weight
    low = severity(min(a, b), min(c, d), min(e, f), less, override)
    high = severity(max(a, b), max(c, d), max(e, f), most, override)
    assert 0.0 <= low <= high <= 5.0


@given(IMPACT, RISK, SHARE, COUNT, COUNT)
def test_an_override_never_lowers(impact: int, risk: int, extent: float, failing: int, others: int) -> None:
    factor = weight(failing, others)
    assert severity(impact, risk, extent, factor, True) >= max(4.5, severity(impact, risk, extent, factor, False))


@given(COUNT, COUNT)
def test_recurrence_stays_in_its_range(failing: int, others: int) -> None:
    assert 1.0 <= weight(failing, others) < 1.5


@given(st.lists(st.tuples(st.floats(0.5, 1), FAMILY), min_size=1, max_size=4), st.integers(0, 3), SHARE, st.booleans())
def test_confidence_of_a_fail_grows_with_probability(spoken, place, more, metric) -> None:  # type: ignore[no-untyped-def]
    before = [Finding("x", "fail", probability, "r", family=family) for probability, family in spoken]
    after = list(before)
    one = before[place % len(before)]
    higher = one.probability + (1 - one.probability) * more
    after[place % len(before)] = Finding("x", "fail", higher, "r", family=one.family)
    assert 0.0 <= confidence("fail", before, metric)[0] <= confidence("fail", after, metric)[0] <= 1.0
    assert confidence("fail", before, False)[0] <= confidence("fail", before, True)[0]


@given(st.floats(0, 0.5), st.floats(0, 0.5), FAMILY)
def test_confidence_of_a_pass_falls_with_probability(a: float, b: float, family: str) -> None:
    sure, less = (confidence("pass", [Finding("x", "pass", p, "r", family=family)])[0] for p in sorted((a, b)))
    assert sure >= less
