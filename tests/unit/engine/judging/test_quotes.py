"""Quotes are found where they stand, or not at all."""

from __future__ import annotations

import pytest

from failsight.engine.judging.quotes import locate

TEXTS = {
    "input": "What is the fee?",
    "output": 'The fee is 40 euros,\nso she said: "No refunds" — <|odd|> and that is all.',
    "context[0]": "The fee is 45 euros for adults and children alike.",
    "context[1]": "The fee is 40 euros, as always.",
}


@pytest.mark.parametrize(
    ("quote", "named", "source", "words", "exact"),
    [
        ("The fee is 40 euros", "output", "output", "The fee is 40 euros", True),
        ("The fee is 40 euros", "context[1]", "context[1]", "The fee is 40 euros", True),
        ("The fee is 40 euros", "context", "context[1]", "The fee is 40 euros", True),
        ("45 euros", "output", "context[0]", "45 euros", True),
        ('"45 euros for adults"', "context[0]", "context[0]", "45 euros for adults", True),
        ("the fee is 40 EUROS, so she said", "output", "output", "The fee is 40 euros,\nso she said", False),
        ("euros,\\nso she", "output", "output", "euros,\nso she", True),
        ("\\u003c|odd|>", "output", "output", "<|odd|>", True),
        ("The fee is 45 euros for adult and children alike", "x", "context[0]", "The fee is 45 euros for ad", False),
        ("The fee ... for adults and children", "context[0]", "context[0]", "for adults and children", True),
    ],
)  # fmt: skip
def test_a_quote_is_located(quote: str, named: str, source: str, words: str, exact: bool) -> None:
    place = locate(quote, named, TEXTS)
    assert place is not None
    assert (place.source, place.exact) == (source, exact)
    assert TEXTS[source][place.start : place.end].startswith(words)


@pytest.mark.parametrize("quote", ["", "  ", "...", "the fee was waived for all of them", "$$", "zzz"])
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert locate(quote, "output", TEXTS) is None


def test_long_texts_are_searched_in_time() -> None:
    texts = {f"context[{n}]": "a b c d e f g " * 8_000 for n in range(3)}
    assert locate("x y z " * 60, "context[0]", texts) is None
    assert locate("a " * 200, "output", texts) is None
