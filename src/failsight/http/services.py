"""The use cases that the routers call; wiring fills this in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from fastapi import Request

from failsight.service.accounts import AccountService
from failsight.service.audits import AuditService
from failsight.service.browse import BrowseService
from failsight.service.browse_results import ResultBrowseService
from failsight.service.evaluations import EvaluationService
from failsight.service.import_results import ImportService
from failsight.service.insights import InsightService
from failsight.service.metrics import MetricService
from failsight.service.playground import PlaygroundService
from failsight.service.ports import Accounts, Jobs
from failsight.service.query_statistics import StatisticsService
from failsight.service.submit import SubmitService
from failsight.service.traces import TraceService
from failsight.service.usage import UsageService
from failsight.service.vulnerabilities import VulnerabilityService


@dataclass(frozen=True, slots=True)
class Services:
    """``ready`` raises when the database cannot be reached."""

    account: AccountService
    accounts: Accounts
    audits: AuditService
    browse: BrowseService
    evaluations: EvaluationService
    insights: InsightService
    jobs: Jobs
    metrics: MetricService
    playground: PlaygroundService
    submit: SubmitService
    traces: TraceService
    usage: UsageService
    vulnerabilities: VulnerabilityService
    results_browse: ResultBrowseService
    results_import: ImportService
    statistics: StatisticsService
    ready: Callable[[], None]


def services(request: Request) -> Services:
    """The services of the application that handles this request."""
    return cast("Services", request.app.state.services)
