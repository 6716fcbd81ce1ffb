"""The header ``Retry-After`` (RFC 9110, section 10.2.3), and what to wait without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 30.0


def read_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from seconds or from a date (against the answer's own ``date`` where it has one, so that clocks
    may differ); None where there is none or it makes no sense. headers: names in lower case."""
    text = headers.get("retry-after", "").strip()
    if text.replace(".", "", 1).isascii() and text.replace(".", "", 1).isdecimal():
        return float(text)
    then = _date(text)
    if then is None:
        return None
    return max(0.0, (then - (_date(headers.get("date", "")) or now or datetime.now(UTC))).total_seconds())


def back_off(attempt: int, first_pause: float) -> float:
    """Seconds before the next try: doubled each time, without chance, at most 30. attempt: from 0."""
    return float(min(first_pause * 2 ** min(attempt, 30), LONGEST_PAUSE))


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
