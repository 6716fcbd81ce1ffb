"""Numbers with their nouns."""

from __future__ import annotations

from failsight.model.counted import counted


def test_one_is_singular_and_thousands_are_grouped() -> None:
    assert [counted(number, "record") for number in (0, 1, 2, 12_000)] == [
        "0 records", "1 record", "2 records", "12,000 records",
    ]  # fmt: skip
    assert [counted(number, "reply", "replies") for number in (1, 2)] == ["1 reply", "2 replies"]
