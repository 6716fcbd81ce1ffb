"""Puts a server together: database, use cases, the application, and worker processes beside it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from failsight import __version__
from failsight.engine.metrics import JUDGE_ONLY
from failsight.engine.pipeline import Engine
from failsight.http.app import create_app
from failsight.http.logs import log_as_json
from failsight.http.services import Services
from failsight.service.accounts import AccountService
from failsight.service.audits import AuditService
from failsight.service.browse import BrowseService
from failsight.service.browse_results import ResultBrowseService
from failsight.service.evaluations import EvaluationService
from failsight.service.import_results import ImportService
from failsight.service.insights import InsightService
from failsight.service.metrics import MetricService
from failsight.service.playground import PlaygroundService
from failsight.service.query_statistics import StatisticsService
from failsight.service.result_ports import Tallies
from failsight.service.submit import SubmitService
from failsight.service.traces import TraceService
from failsight.service.usage import UsageService
from failsight.service.vulnerabilities import VulnerabilityService
from failsight.service.work import Worker
from failsight.settings import Settings, child_environment
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import migrate, open_database
from failsight.storage.insights import SqlInsights, SqlPlayground
from failsight.storage.jobs import SqlJobs
from failsight.storage.projection import Projection
from failsight.storage.records import SqlRecords
from failsight.storage.results import SqlResults
from failsight.storage.runs import SqlRuns
from failsight.storage.tallies import SqlTallies
from failsight.storage.traces import SqlProjectSettings, SqlTraces
from failsight.wiring import SystemClock, build_engine

IDLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Backend:
    """An open, migrated database and the use cases on it."""

    database: sa.Engine
    services: Services
    worker: Worker


def database_url(settings: Settings) -> str:
    """The configured URL, else an SQLite file in the data folder, which is made."""
    if settings.database_url:
        return settings.database_url
    folder = Path(settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder.resolve() / 'failsight.db'}"


@dataclass(frozen=True, slots=True)
class _Parts:
    """What several use cases share."""

    database: sa.Engine
    engine: Engine
    clock: SystemClock
    runs: SqlRuns
    jobs: SqlJobs
    records: SqlRecords
    traces: SqlTraces
    accounts: SqlAccounts
    project_settings: SqlProjectSettings
    account: AccountService
    worker: Worker
    submit: SubmitService
    results: SqlResults
    tallies: Tallies


def open_backend(settings: Settings, *, may_migrate: bool = True) -> Backend:
    """Opens and migrates the database and puts the use cases on it."""
    database = open_database(database_url(settings))
    migrate(database, allowed=may_migrate)
    parts = _parts(database, settings)
    return Backend(database, _services(parts), parts.worker)


def _parts(database: sa.Engine, settings: Settings) -> _Parts:
    clock, engine = SystemClock(), build_engine(settings)
    results = SqlResults(database)
    runs, jobs, accounts = SqlRuns(database), SqlJobs(database), SqlAccounts(database)
    traces = SqlTraces(database)
    account = AccountService(accounts, clock, new_id, lambda: secrets.token_urlsafe(32))
    worker = Worker(engine, runs, jobs, clock, f"{os.getpid()}-{uuid.uuid4().hex[:8]}")
    submit = SubmitService(
        engine=engine,
        runs=runs,
        traces=traces,
        accounts=account,
        worker=worker,
        clock=clock,
        new_id=new_id,
        sync_items=settings.sync_items,
        max_items=settings.max_items,
    )
    return _Parts(
        database=database,
        engine=engine,
        clock=clock,
        runs=runs,
        jobs=jobs,
        records=SqlRecords(database),
        traces=traces,
        accounts=accounts,
        project_settings=SqlProjectSettings(database),
        account=account,
        worker=worker,
        submit=submit,
        results=results,
        tallies=_tallies(database, settings),
    )


def _services(parts: _Parts) -> Services:
    database, engine, clock = parts.database, parts.engine, parts.clock
    metrics = MetricService(engine, JUDGE_ONLY, parts.project_settings, parts.account, parts.accounts)
    vulnerabilities = VulnerabilityService(engine.taxonomy, parts.project_settings, parts.account, parts.accounts)
    return Services(
        account=parts.account,
        accounts=parts.accounts,
        audits=AuditService(
            submit=parts.submit,
            vulnerabilities=vulnerabilities,
            taxonomy=engine.taxonomy,
            runs=parts.runs,
            records=parts.records,
            accounts=parts.account,
        ),
        browse=BrowseService(parts.runs, parts.jobs, engine.taxonomy, clock),
        evaluations=EvaluationService(
            submit=parts.submit,
            metrics=metrics,
            engine=engine,
            runs=parts.runs,
            records=parts.records,
            jobs=parts.jobs,
            accounts=parts.account,
            clock=clock,
        ),
        insights=InsightService(SqlInsights(database), engine.taxonomy, clock),
        jobs=parts.jobs,
        metrics=metrics,
        playground=PlaygroundService(engine, SqlPlayground(database), clock, new_id),
        submit=parts.submit,
        traces=TraceService(parts.traces, parts.runs, parts.records, parts.account, clock),
        usage=UsageService(parts.records, clock),
        vulnerabilities=vulnerabilities,
        results_browse=ResultBrowseService(parts.results, clock),
        results_import=ImportService(parts.results, clock),
        statistics=StatisticsService(parts.tallies, clock),
        ready=lambda: _ping(database),
    )


def _tallies(database: sa.Engine, settings: Settings) -> Tallies:
    """The columnar projection in the data folder, unless it is switched off."""
    if not settings.projection:
        return SqlTallies(database)
    folder = Path(settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return Projection(database, folder / "statistics.duckdb")


def build_app(backend: Backend, settings: Settings) -> FastAPI:
    """The application that answers for this backend."""
    return create_app(backend.services, version=__version__, max_body=settings.max_body_bytes)


def work_forever(worker: Worker, parent: int | None = None) -> None:
    """Works on jobs until the process is stopped, or until its parent process is gone."""
    while parent is None or os.getppid() == parent:
        if not worker.work_once():
            time.sleep(IDLE_SECONDS)


def run_server(backend: Backend, settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serves until stopped, with worker processes beside it; they end with the server, even when it is killed."""
    log_as_json()
    beside = [_start_worker(settings) for _ in range(workers)]
    try:
        configuration = uvicorn.Config(
            build_app(backend, settings), host=host, port=port, log_config=None, access_log=False, lifespan="off"
        )
        uvicorn.Server(configuration).run()
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait(timeout=10)


def database_place(settings: Settings) -> str:
    """Where the data is, for people: a file, or a URL without its password."""
    return sa.make_url(database_url(settings)).render_as_string(hide_password=True).removeprefix("sqlite:///")


def _start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    """The database's address goes through the environment: it may hold a password, and arguments are public."""
    command = [sys.executable, "-m", "failsight", "worker", "--parent", str(os.getpid())]
    return subprocess.Popen(command, env=child_environment(settings))  # noqa: S603  (our own program)


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())


def _ping(database: sa.Engine) -> None:
    with database.connect() as connection:
        connection.execute(sa.select(1))
