"""What an organization used this month."""

from __future__ import annotations

from datetime import date
from typing import get_args

from failsight.model.account import UsageInfo
from failsight.model.stored_run import RunKind
from failsight.service.ports import Clock, Records

CEILING = 1_000_000_000


class UsageService:
    """Counts runs of the current calendar month (UTC); nothing is limited."""

    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    def usage(self, organization_id: str) -> UsageInfo:
        month = date.fromisoformat(self._clock.now_iso()[:10]).replace(day=1)
        counts = self._records.counts(organization_id, f"{month.isoformat()}T00:00:00.000Z")
        used = sum(counts.values())
        left = max(CEILING - used, 0)
        return UsageInfo(
            evaluations_used=used,
            evaluations_limit=CEILING,
            evaluations_remaining=left,
            total_api_usage=used,
            api_quota_limit=CEILING,
            api_quota_remaining=left,
            reset_date=f"{next_month(month).isoformat()}T00:00:00Z",
            services={kind: counts.get(kind, 0) for kind in get_args(RunKind)},
            token_quota_limit=CEILING,
        )


def next_month(month: date) -> date:
    """The first day of the month after this one."""
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
