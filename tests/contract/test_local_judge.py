"""What every local judge promises, real or not."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from failsight.engine.local_judge import LocalJudge
from failsight.judge.local_judge import OnnxLocalJudge
from failsight.testing.local_judge import WordJudge

CONTEXT = ["The mill on the Aire closed in 1931 and burned down two years later.", "It had employed 240 people."]
ODD = [
    "", "  \n", ".", "The mill closed in 1931 🎉👩‍👩‍👧 and burned.", "The mill closed e\u0301ve\u0301ry winter.",
    "half \ud83d pair of mills", "日本語のテキスト。The mill closed.", "x" * 3_000, "İstanbul ﬁnal ß Ǆ",
    "The mill closed in 1931. " * 300,
]  # fmt: skip


@pytest.fixture(params=[WordJudge, OnnxLocalJudge], scope="module")
def judge(request: pytest.FixtureRequest) -> LocalJudge:
    made: LocalJudge = request.param()
    return made


def check_places(judge: LocalJudge, output: str) -> None:
    found = judge.read("What about the mill?", CONTEXT, output)
    assert len(found.starts) == len(found.ends) == len(found.unsupported) == len(found.conflict)
    assert all(0 <= start < end <= len(output) for start, end in zip(found.starts, found.ends, strict=True))
    assert all(end <= start for end, start in zip(found.ends, found.starts[1:], strict=False))
    assert all(map(math.isfinite, (*found.unsupported, *found.conflict, found.response)))


@pytest.mark.parametrize("output", ODD)
def test_tokens_stand_in_the_output_one_after_the_other(judge: LocalJudge, output: str) -> None:
    check_places(judge, output)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(output=st.text(max_size=120))
def test_tokens_of_any_text_stand_in_it(judge: LocalJudge, output: str) -> None:
    check_places(judge, output)


def test_an_output_without_a_token_has_no_scores(judge: LocalJudge) -> None:
    assert judge.read("Why?", CONTEXT, " \n ").starts == ()


def test_the_scores_depend_on_the_texts_alone(judge: LocalJudge) -> None:
    items = [("When?", CONTEXT, text) for text in ODD]
    first = [judge.read(*item) for item in items]
    again = [judge.read(*item) for item in reversed(items)][::-1]
    assert first == again == [type(judge)().read(*item) for item in items]


def test_what_the_context_lacks_is_less_supported(judge: LocalJudge) -> None:
    output = "The mill closed in 1931. Its owner was called Ottilie Brandt."
    found = judge.read("What about the mill?", CONTEXT, output)
    known = [o for s, o in zip(found.starts, found.unsupported, strict=True) if s < output.index("Its")]
    made_up = [o for s, o in zip(found.starts, found.unsupported, strict=True) if s >= output.index("Ottilie")]
    assert max(made_up) > max(known)


def test_the_name_carries_a_version(judge: LocalJudge) -> None:
    assert "@" in judge.name
