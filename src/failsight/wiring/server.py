"""Puts a server together: database, use cases, the application, and worker processes beside it."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from failsight import __version__
from failsight.http.app import create_app
from failsight.http.logs import log_as_json
from failsight.http.services import Services
from failsight.service.accounts import AccountService
from failsight.service.audits import AuditService
from failsight.service.browse import BrowseService
from failsight.service.browse_results import ResultBrowseService
from failsight.service.evaluations import EvaluationService
from failsight.service.insights import InsightService
from failsight.service.metrics import MetricService
from failsight.service.playground import PlaygroundService
from failsight.service.submit import SubmitService
from failsight.service.traces import TraceService
from failsight.service.usage import UsageService
from failsight.service.vulnerabilities import VulnerabilityService
from failsight.settings import Settings
from failsight.storage.insights import SqlInsights, SqlPlayground
from failsight.storage.records import SqlRecords
from failsight.storage.traces import SqlProjectSettings, SqlTraces
from failsight.wiring.accounts import AccountParts, build_accounts
from failsight.wiring.clock import new_id
from failsight.wiring.database import check_database
from failsight.wiring.ending import Ending
from failsight.wiring.garbage import frozen_start
from failsight.wiring.results import build_results
from failsight.wiring.workers import WorkerProcesses, give_back
from failsight.wiring.workplace import Workplace, build_workplace

GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Backend:
    """The use cases on an open, migrated database, and the server's own worker, which examines what is answered at
    once."""

    services: Services
    place: Workplace


def build_backend(database: sa.Engine, settings: Settings) -> Backend:
    """Puts the use cases on a database."""
    place = build_workplace(database, settings)
    return Backend(_services(database, settings, place, build_accounts(database)), place)


def _services(database: sa.Engine, settings: Settings, place: Workplace, known: AccountParts) -> Services:
    engine, clock, runs, jobs, account = place.engine, place.clock, place.runs, place.jobs, known.service
    records, traces, project_settings = SqlRecords(database), SqlTraces(database), SqlProjectSettings(database)
    vulnerabilities = VulnerabilityService(engine.taxonomy, project_settings, account, known.accounts)
    metrics = MetricService(engine, engine.judged_metrics, project_settings, account, known.accounts)
    submit = _submit(settings, place, account, traces, vulnerabilities)
    audits = AuditService(
        submit=submit,
        vulnerabilities=vulnerabilities,
        taxonomy=engine.taxonomy,
        runs=runs,
        records=records,
        accounts=account,
    )
    play = PlaygroundService(engine, SqlPlayground(database), place.judges, clock, new_id, settings.item_seconds)
    results = build_results(database, settings)
    return Services(
        account=account,
        accounts=known.accounts,
        audits=audits,
        browse=BrowseService(runs, jobs, engine.taxonomy, clock),
        evaluations=_evaluations(place, submit, metrics, records, account),
        insights=InsightService(SqlInsights(database), engine.taxonomy, clock),
        jobs=jobs,
        metrics=metrics,
        playground=play,
        submit=submit,
        traces=TraceService(traces, runs, records, account, clock),
        usage=UsageService(records, clock),
        vulnerabilities=vulnerabilities,
        results_browse=ResultBrowseService(results.results, clock),
        results_import=results.importing,
        statistics=results.statistics,
        ready=lambda: check_database(database),
    )


def _evaluations(
    place: Workplace, submit: SubmitService, metrics: MetricService, records: SqlRecords, account: AccountService
) -> EvaluationService:
    return EvaluationService(
        submit=submit,
        metrics=metrics,
        engine=place.engine,
        runs=place.runs,
        records=records,
        jobs=place.jobs,
        accounts=account,
        clock=place.clock,
    )


def _submit(
    settings: Settings,
    place: Workplace,
    account: AccountService,
    traces: SqlTraces,
    vulnerabilities: VulnerabilityService,
) -> SubmitService:
    return SubmitService(
        engine=place.engine,
        runs=place.runs,
        traces=traces,
        accounts=account,
        worker=place.worker,
        judges=place.judges,
        vulnerabilities=vulnerabilities,
        clock=place.clock,
        new_id=new_id,
        sync_items=settings.sync_items,
        sync_seconds=settings.sync_seconds,
        max_items=settings.max_items,
    )


def build_app(backend: Backend, settings: Settings) -> FastAPI:
    """The application that answers for this backend."""
    return create_app(backend.services, version=__version__, max_body=settings.max_body_bytes)


def run_server(backend: Backend, settings: Settings, at: socket.socket, ending: Ending, *, workers: int) -> None:
    """Serves until SIGTERM or SIGINT, with worker processes beside it; all give their jobs back at the end, and workers
    end also when the server is killed."""
    log_as_json()
    configuration = uvicorn.Config(
        build_app(backend, settings),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(configuration)
    ending.also_of(server)
    try:
        with WorkerProcesses(settings, workers), frozen_start():
            server.run(sockets=[at])
    finally:
        backend.place.stop.end()
        give_back(backend.place.worker)
