"""Windows of time: calendar months back, or dates. All times are UTC; a time without a zone is taken for UTC."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

MAX_MONTHS = 1200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE_ONLY = re.compile(r"\d{4}-?\d{2}-?\d{2}\Z|\d{4}-?W\d{2}(-?\d)?\Z")
_MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class Window(NamedTuple):
    """Both ends inclusive, in milliseconds since 1970."""

    start_ms: int
    end_ms: int


def read_window(now: datetime, months: int, start_date: str | None, end_date: str | None) -> Window:
    """The last ``months`` calendar months up to ``now``; each date replaces its own end. A date alone as the end means
    the whole day. Raises ValueError for a text that is no date."""
    start = to_ms(months_before(now, months)) if start_date is None else to_ms(read_moment(start_date))
    if end_date is None:
        return Window(start, to_ms(now))
    end = to_ms(read_moment(end_date))
    whole_day = _DAY // _MILLISECOND - 1 if _DATE_ONLY.match(end_date.strip()) else 0
    return Window(start, end + whole_day)


class Split(NamedTuple):
    """A window as whole months (YYYYMM, first and last; None for none), the windows to count besides them, and those
    to take away again."""

    months: tuple[int, int] | None
    more: tuple[Window, ...] = ()
    less: tuple[Window, ...] = ()


def split_months(window: Window, oldest_ms: int, newest_ms: int) -> Split:
    """Of a month at an end of the window either what is inside is counted, or what is outside is taken away,
    whichever is shorter. oldest_ms, newest_ms: of all results; what is beyond them counts for nothing."""
    start, end = max(window.start_ms, oldest_ms), min(window.end_ms, newest_ms)
    if start > end:
        return Split(None)
    first, last = _month_index(start), _month_index(end)
    begin, finish = max(_begin_ms(first), oldest_ms), min(_end_ms(last), newest_ms)
    if first == last and 2 * (end - start) < finish - begin:
        return Split(None, (Window(start, end),))
    more, less = [], []
    if 2 * (start - begin) > _end_ms(first) - begin and first != last:
        more.append(Window(start, _end_ms(first)))
        first += 1
    elif start > begin:
        less.append(Window(begin, start - 1))
    if 2 * (finish - end) > finish - _begin_ms(last) and first != last:
        more.append(Window(_begin_ms(last), end))
        last -= 1
    elif end < finish:
        less.append(Window(end + 1, finish))
    return Split((_as_number(first), _as_number(last)), tuple(more), tuple(less))


def read_moment(text: str) -> datetime:
    """An ISO date or datetime in UTC. Raises ValueError, also outside the years 1 to 9999."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as broken:
        raise ValueError("the moment is outside the years 1 to 9999") from broken


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time that many months ago, or the last day of that month where it is shorter."""
    index = now.year * 12 + now.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    day = min(now.day, calendar.monthrange(year, month)[1])
    return now.replace(year=year, month=month, day=day)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, cut off."""
    return (moment - _EPOCH) // _MILLISECOND


def _month_index(milliseconds: int) -> int:
    moment = _EPOCH + milliseconds * _MILLISECOND
    return moment.year * 12 + moment.month - 1


def _begin_ms(index: int) -> int:
    return to_ms(datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC))


def _end_ms(index: int) -> int:
    """The last millisecond of the month."""
    year, month = index // 12, index % 12 + 1
    days = calendar.monthrange(year, month)[1]
    return _begin_ms(index) + days * (_DAY // _MILLISECOND) - 1


def _as_number(index: int) -> int:
    return index // 12 * 100 + index % 12 + 1


def from_ms(milliseconds: int) -> str:
    """ISO text without a zone, UTC, as answers carry it."""
    seconds, rest = divmod(milliseconds, 1000)
    moment = (_EPOCH + seconds * _SECOND).replace(tzinfo=None, microsecond=rest * 1000)
    return moment.isoformat(timespec="milliseconds" if rest else "seconds")


def month_of(moment: datetime) -> int:
    """YYYYMM of a UTC moment."""
    return moment.year * 100 + moment.month
