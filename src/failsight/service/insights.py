"""Insights, security insights and trends over completed runs. Every figure is defined here.

failure_rate of a period: failing items / analysed items. average_severity: mean severity of its failing tags.
trend_percent of a subcategory: change of its failures per item from the first to the second half of the period, in
percent; 100 when it is new in the second half. failure_rate of a day: failing tags / (failing + passing tags).
percentage of a bucket: its share of all failing tags, 0 to 100. Periods end now and are ``days`` times 24 hours long.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from failsight.errors import InvalidInput
from failsight.model.insight import (
    FABucketDistribution,
    FAInsightsSummary,
    FARecurringFailure,
    FASecurityCategoryIssue,
    FASecurityInsightsSummary,
    FATrendDataPoint,
    FATrends,
)
from failsight.model.period import RunCounts, SubcategoryCounts
from failsight.model.taxonomy import Taxonomy
from failsight.service.ports import Clock, Insights

DAY = 86_400.0
MAX_DAYS = 3_660
TOP = 10


class InsightService:
    """Reads counts of one organization and says what they mean."""

    def __init__(self, insights: Insights, taxonomy: Taxonomy, clock: Clock) -> None:
        self._insights = insights
        self._known = taxonomy.subcategories()
        self._buckets = {bucket.bucket_id: bucket.bucket_name for bucket in taxonomy.buckets}
        self._categories = {category.code: category for category in taxonomy.security_categories}
        self._clock = clock

    def insights(self, organization_id: str, days: int, project_name: str | None) -> FAInsightsSummary:
        start, end = self._period(days)
        middle = self._clock.later_iso(-DAY * days / 2)
        runs = self._insights.runs(organization_id, project_name, start, end)
        counts = self._insights.recurring(organization_id, project_name, start, end)
        late = self._insights.runs(organization_id, project_name, middle, end)
        items, failures = sum(run.items for run in runs), sum(count.failures for count in counts)
        severity = sum(count.severity_sum for count in counts)
        return FAInsightsSummary(
            total_runs=len(runs),
            total_items_analyzed=items,
            overall_failure_rate=_share(sum(run.failed_items for run in runs), items),
            average_severity=round(severity / failures, 4) if failures else 0.0,
            period_days=days,
            period_start=start,
            period_end=end,
            project_name=project_name,
            top_recurring_failures=self._recurring(counts, runs, {run.run_id for run in late})[:TOP],
            bucket_distribution=self._distribution(counts, failures),
        )

    def security(self, organization_id: str, days: int, project_name: str | None) -> FASecurityInsightsSummary:
        start, end = self._period(days)
        counts = self._insights.flags(organization_id, project_name, start, end)
        by_code: Counter[str] = Counter()
        for count in counts:
            by_code[count.code] += count.failed_items
        issues = [
            FASecurityCategoryIssue(
                category_id=code,
                category_name=self._categories[code].name if code in self._categories else code,
                issue_count=found,
                severity=self._categories[code].severity if code in self._categories else "medium",
            )
            for code, found in sorted(by_code.items(), key=lambda pair: (-pair[1], int(pair[0][1:])))
            if found
        ]
        return FASecurityInsightsSummary(
            total_runs_with_security=len({count.run_id for count in counts}),
            runs_with_issues=len({count.run_id for count in counts if count.failed_items}),
            total_issues_found=sum(by_code.values()),
            issues_by_category=issues,
            top_categories=issues[:5],
            period_days=days,
            period_start=start,
            period_end=end,
            project_name=project_name,
        )

    def trends(self, organization_id: str, days: int, project_name: str | None) -> FATrends:
        start, end = self._period(days)
        by_day: dict[str, list[RunCounts]] = defaultdict(list)
        for run in self._insights.runs(organization_id, project_name, start, end):
            by_day[run.day].append(run)
        points = []
        for day, runs in sorted(by_day.items()):
            failures, passes = sum(run.failures for run in runs), sum(run.passes for run in runs)
            points.append(
                FATrendDataPoint(
                    date=day,
                    failure_count=failures,
                    pass_count=passes,
                    total_runs=len(runs),
                    failure_rate=_share(failures, failures + passes),
                )
            )
        return FATrends(period_days=days, project_name=project_name, trend_data=points)

    def _period(self, days: int) -> tuple[str, str]:
        if not 1 <= days <= MAX_DAYS:
            raise InvalidInput(problem=f"days is {days}", fix=f"Use 1 to {MAX_DAYS}.")
        return self._clock.later_iso(-DAY * days), self._clock.later_iso(1)

    def _recurring(
        self, counts: Sequence[SubcategoryCounts], runs: Sequence[RunCounts], late: set[str]
    ) -> list[FARecurringFailure]:
        late_items = sum(run.items for run in runs if run.run_id in late)
        early_items = sum(run.items for run in runs) - late_items
        by_sub: dict[str, list[SubcategoryCounts]] = defaultdict(list)
        for count in counts:
            by_sub[count.subcategory_id].append(count)
        found = []
        for sub, own in by_sub.items():
            new = sum(count.failures for count in own if count.run_id in late)
            total = sum(count.failures for count in own)
            bucket = own[0].bucket_id
            found.append(
                FARecurringFailure(
                    subcategory_id=sub,
                    subcategory_name=self._known[sub][1].subcategory_name if sub in self._known else sub,
                    bucket_id=bucket,
                    bucket_name=self._buckets.get(bucket, bucket),
                    occurrence_count=total,
                    affected_runs=len({count.run_id for count in own}),
                    trend_percent=trend_percent(_share(total - new, early_items), _share(new, late_items)),
                )
            )
        return sorted(found, key=lambda failure: (-failure.occurrence_count, failure.subcategory_id))

    def _distribution(self, counts: Sequence[SubcategoryCounts], failures: int) -> list[FABucketDistribution]:
        by_bucket: Counter[str] = Counter()
        for count in counts:
            by_bucket[count.bucket_id] += count.failures
        return [
            FABucketDistribution(
                bucket_id=bucket,
                bucket_name=self._buckets.get(bucket, bucket),
                failure_count=found,
                percentage=round(100.0 * found / failures, 2),
            )
            for bucket, found in sorted(by_bucket.items(), key=lambda pair: (-pair[1], pair[0]))
        ]


def trend_percent(before: float, after: float) -> float:
    """Change from ``before`` to ``after`` in percent; 100.0 for something new, 0.0 for nothing at all."""
    if before == 0.0:
        return 100.0 if after > 0.0 else 0.0
    return round((after - before) / before * 100.0, 2)


def _share(part: float, whole: float) -> float:
    return round(part / whole, 6) if whole else 0.0
