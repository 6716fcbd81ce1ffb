"""Windows of time at their edges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from failsight.stats.window import from_ms, months_before, read_moment, read_window

NOW = datetime(2024, 3, 31, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "start"),
    [(0, "2024-03-31"), (1, "2024-02-29"), (13, "2023-02-28"), (1200, "1924-03-31"), (6, "2023-09-30")],
)
def test_months_are_calendar_months(months: int, start: str) -> None:
    assert months_before(NOW, months).isoformat() == f"{start}T12:30:00+00:00"


def test_each_date_replaces_its_own_end() -> None:
    start, end = read_window(NOW, 1, "2024-01-01", None)
    assert (from_ms(start), from_ms(end)) == ("2024-01-01T00:00:00", "2024-03-31T12:30:00")
    start, end = read_window(NOW, 1, None, "2024-03-01")
    assert (from_ms(start), from_ms(end)) == ("2024-02-29T12:30:00", "2024-03-01T23:59:59.999")


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2024-01-01", "2024-01-01T00:00:00"), ("2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00"), ("20240101", None)],
)
def test_times_are_utc(text: str, moment: str | None) -> None:
    assert read_moment(text) == datetime.fromisoformat(f"{moment or '2024-01-01T00:00:00'}+00:00")


@pytest.mark.parametrize("text", ["soon", "", "2024-13-01", "9999-12-31T23:59:59-10:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_moment(text)
