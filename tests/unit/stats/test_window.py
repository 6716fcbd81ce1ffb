"""Windows of time at their edges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from failsight.stats.window import (
    Window,
    from_ms,
    month_of,
    months_before,
    read_moment,
    read_window,
    split_months,
    to_ms,
)

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


DAY = 86_400_000


@given(
    st.lists(st.integers(-800 * DAY, 800 * DAY), min_size=1, max_size=30), st.integers(-900, 900), st.integers(0, 99)
)
def test_months_and_the_rest_hold_every_result_of_the_window_once(moments: list[int], start: int, days: int) -> None:
    window = Window(start * DAY, (start + days) * DAY + DAY // 2)
    months, more, less = split_months(window, min(moments), max(moments))
    low, high = months or (0, -1)
    for moment in moments:
        times = int(low <= month_of(read_moment(from_ms(moment))) <= high)
        times += sum(part.start_ms <= moment <= part.end_ms for part in more)
        times -= sum(part.start_ms <= moment <= part.end_ms for part in less)
        assert times == (window.start_ms <= moment <= window.end_ms)


def test_months_at_their_edges() -> None:
    march = Window(to_ms(datetime(2024, 3, 1, tzinfo=UTC)), to_ms(datetime(2024, 4, 1, tzinfo=UTC)) - 1)
    wide = (march.start_ms - 400 * DAY, march.end_ms + 400 * DAY)
    assert split_months(march, *wide) == ((202403, 202403), (), ())
    later = Window(march.start_ms + 1, march.end_ms)
    assert split_months(later, *wide) == ((202403, 202403), (), (Window(march.start_ms, march.start_ms),))
    assert split_months(later, march.start_ms + 5, march.end_ms - 5) == ((202403, 202403), (), ())
    assert split_months(march, march.end_ms + 1, march.end_ms + 2) == (None, (), ())
    day = Window(march.start_ms, march.start_ms + DAY)
    assert split_months(day, *wide) == (None, (day,), ())
    longer = Window(march.start_ms - DAY, march.end_ms + 20 * DAY)
    before, after = Window(march.start_ms - DAY, march.start_ms - 1), Window(march.end_ms + 20 * DAY + 1, april_end())
    assert split_months(longer, *wide) == ((202403, 202404), (before,), (after,))


def april_end() -> int:
    return to_ms(datetime(2024, 5, 1, tzinfo=UTC)) - 1
