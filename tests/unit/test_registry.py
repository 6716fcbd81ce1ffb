"""Collections of named members."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from failsight.errors import UnknownName
from failsight.registry import Registry


@dataclass(frozen=True)
class Member:
    name: str


A, B = Member("alpha"), Member("beta")
BOTH = Registry("letter", (A, B))


def test_order_and_lookup() -> None:
    assert list(BOTH) == [A, B]
    assert BOTH.names() == ("alpha", "beta")
    assert len(BOTH) == 2
    assert BOTH["beta"] is B


def test_an_unknown_name_is_told_with_the_closest_match() -> None:
    with pytest.raises(UnknownName, match=r"There is no letter 'alpa'\. Did you mean 'alpha'\? Known: alpha, beta\."):
        BOTH["alpa"]


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match="two letters are named 'alpha'"):
        Registry("letter", (A, B, A))
