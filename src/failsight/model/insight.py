"""Insights: what recurs, how failures spread over buckets, and how both move in time."""

from __future__ import annotations

from pydantic import Field

from failsight.model.noun import Noun


class FARecurringFailure(Noun):
    """A failure that comes back across runs."""

    subcategory_id: str = ""
    subcategory_name: str = ""
    bucket_id: str = ""
    bucket_name: str = ""
    occurrence_count: int = 0
    affected_runs: int = 0
    trend_percent: float = 0.0


class FABucketDistribution(Noun):
    """Share of failures in one bucket; ``percentage`` is 0 to 100."""

    bucket_id: str = ""
    bucket_name: str = ""
    failure_count: int = 0
    percentage: float = 0.0


class FAInsightsSummary(Noun):
    """Aggregated failure insights over a period; ``overall_failure_rate`` is 0 to 1."""

    total_runs: int = 0
    total_items_analyzed: int = 0
    overall_failure_rate: float = 0.0
    average_severity: float = 0.0
    period_days: int = 30
    period_start: str | None = None
    period_end: str | None = None
    project_name: str | None = None
    top_recurring_failures: list[FARecurringFailure] = Field(default_factory=list)
    bucket_distribution: list[FABucketDistribution] = Field(default_factory=list)


class FATrendDataPoint(Noun):
    """One day of a trend; ``failure_rate`` is 0 to 1."""

    date: str = ""
    failure_count: int = 0
    pass_count: int = 0
    total_runs: int = 0
    failure_rate: float = 0.0


class FATrends(Noun):
    """Failure trend over a period."""

    period_days: int = 30
    project_name: str | None = None
    trend_data: list[FATrendDataPoint] = Field(default_factory=list)


class FASecurityCategoryIssue(Noun):
    """Issues found in one security category."""

    category_id: str = ""
    category_name: str = ""
    issue_count: int = 0
    severity: str = "medium"


class FASecurityInsightsSummary(Noun):
    """Security issues over a period."""

    total_runs_with_security: int = 0
    runs_with_issues: int = 0
    total_issues_found: int = 0
    issues_by_category: list[FASecurityCategoryIssue] = Field(default_factory=list)
    top_categories: list[FASecurityCategoryIssue] = Field(default_factory=list)
    period_days: int = 30
    period_start: str | None = None
    period_end: str | None = None
    project_name: str | None = None
