"""Amounts in words."""

from __future__ import annotations

import pytest

from failsight.engine.instructions.quantity import Bounds, in_words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (1, "1 word in capital letters"),
        (2, "2 words in capital letters"),
        (11, "11 words in capital letters"),
        (Bounds(low=1), "at least 1 word in capital letters"),
        (Bounds(low=1, high=1), "exactly 1 word in capital letters"),
        (Bounds(low=0, high=1), "0 to 1 words in capital letters"),
        (Bounds(high=21), "at most 21 words in capital letters"),
    ],
)
def test_one_is_singular(shown: object, words: str) -> None:
    assert in_words(shown, "words in capital letters") == words
