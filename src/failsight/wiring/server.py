"""Puts a server together: database, use cases, the application, and worker processes beside it."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from failsight import __version__
from failsight.engine.pipeline import Engine
from failsight.errors import DatabaseNotReady, InvalidSetting
from failsight.http.app import create_app
from failsight.http.logs import log_as_json
from failsight.http.services import Services
from failsight.model.account import NewKey
from failsight.model.counted import counted
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
from failsight.service.record_run import RunRecorder
from failsight.service.result_ports import Tallies
from failsight.service.run_judges import RunJudges
from failsight.service.submit import SubmitService
from failsight.service.traces import TraceService
from failsight.service.usage import UsageService
from failsight.service.vulnerabilities import VulnerabilityService
from failsight.service.work import Conditions, Worker
from failsight.settings import Settings
from failsight.storage.accounts import SqlAccounts
from failsight.storage.database import open_database, read
from failsight.storage.insights import SqlInsights, SqlPlayground
from failsight.storage.jobs import SqlJobs
from failsight.storage.outage import outages, outages_at_start
from failsight.storage.projection import Projection
from failsight.storage.records import SqlRecords
from failsight.storage.results import SqlResults
from failsight.storage.runs import SqlRuns
from failsight.storage.schema import exclusive, migrate, pending
from failsight.storage.tallies import SqlTallies
from failsight.storage.traces import SqlProjectSettings, SqlTraces
from failsight.wiring import SystemClock, build_engine
from failsight.wiring.garbage import rare_collections
from failsight.wiring.run_judges import build_run_judges
from failsight.wiring.workers import Stop, Watchdog, WorkerProcesses, give_back

GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Backend:
    """An open, migrated database and the use cases on it. ``stop`` ends the worker, ``watchdog`` watches over it;
    ``backup`` is the copy of an SQLite file that was made before its schema was changed."""

    database: sa.Engine
    services: Services
    worker: Worker
    stop: Stop
    watchdog: Watchdog
    backup: Path | None


def database_url(settings: Settings) -> str:
    """The configured URL, else an SQLite file in the data folder, which is made. Raises InvalidSetting."""
    if settings.database_url:
        return settings.database_url
    folder = Path(settings.data_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "failsight.db.lock").touch()
    except OSError as broken:
        problem, fix = f"nothing can be written there ({broken.strerror})", "Name another folder with --data-dir."
        raise InvalidSetting(name="FAILSIGHT_DATA_DIR", value=str(folder), problem=problem, fix=fix) from broken
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
    judges: RunJudges
    vulnerabilities: VulnerabilityService
    worker: Worker
    submit: SubmitService
    results: SqlResults
    tallies: Tallies
    item_seconds: float


def open_backend(settings: Settings, *, may_migrate: bool = True, worker_name: str | None = None) -> Backend:
    """Opens and migrates the database and puts the use cases on it. worker_name: of a worker that ended and is followed
    by this one, which goes on at once with what that one had."""
    database, stop, watchdog = _open(settings), Stop(), Watchdog(settings.item_seconds)
    backup = migrate(database, allowed=may_migrate)
    conditions = Conditions(settings.lease_seconds, settings.item_seconds, stop, watchdog)
    name = worker_name or f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
    parts = _parts(database, settings, conditions, name)
    return Backend(database, _services(parts), parts.worker, stop, watchdog, backup)


def _parts(database: sa.Engine, settings: Settings, conditions: Conditions, name: str) -> _Parts:
    clock, engine, accounts = SystemClock(), build_engine(settings), SqlAccounts(database)
    runs, jobs, results, traces = SqlRuns(database), SqlJobs(database), SqlResults(database), SqlTraces(database)
    account = AccountService(accounts, clock, new_id, lambda: secrets.token_urlsafe(32))
    judges, project_settings = build_run_judges(settings), SqlProjectSettings(database)
    vulnerabilities = VulnerabilityService(engine.taxonomy, project_settings, account, accounts)
    worker = Worker(engine, runs, jobs, clock, name, _recorder(results, clock, engine), judges, conditions)
    submit = SubmitService(
        engine=engine,
        runs=runs,
        traces=traces,
        accounts=account,
        worker=worker,
        judges=judges,
        vulnerabilities=vulnerabilities,
        clock=clock,
        new_id=new_id,
        sync_items=settings.sync_items,
        sync_seconds=settings.sync_seconds,
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
        project_settings=project_settings,
        account=account,
        judges=judges,
        vulnerabilities=vulnerabilities,
        worker=worker,
        submit=submit,
        results=results,
        tallies=_tallies(database, settings),
        item_seconds=settings.item_seconds,
    )


def _recorder(results: SqlResults, clock: SystemClock, engine: Engine) -> RunRecorder:
    return RunRecorder(results, clock, {one.code: one.name for one in engine.taxonomy.security_categories})


def _services(parts: _Parts) -> Services:
    database, engine, clock = parts.database, parts.engine, parts.clock
    metrics = MetricService(engine, engine.judged_metrics, parts.project_settings, parts.account, parts.accounts)
    return Services(
        account=parts.account,
        accounts=parts.accounts,
        audits=AuditService(
            submit=parts.submit,
            vulnerabilities=parts.vulnerabilities,
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
        playground=PlaygroundService(engine, SqlPlayground(database), parts.judges, clock, new_id, parts.item_seconds),
        submit=parts.submit,
        traces=TraceService(parts.traces, parts.runs, parts.records, parts.account, clock),
        usage=UsageService(parts.records, clock),
        vulnerabilities=parts.vulnerabilities,
        results_browse=ResultBrowseService(parts.results, clock),
        results_import=ImportService(parts.results, parts.tallies, clock),
        statistics=StatisticsService(parts.tallies, clock),
        ready=lambda: _check(database),
    )


def _tallies(database: sa.Engine, settings: Settings) -> Tallies:
    """The columnar projection in the data folder, unless it is switched off."""
    if not settings.projection:
        return SqlTallies(database)
    folder = Path(settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return Projection(database, folder / "statistics.duckdb")


def first_start(backend: Backend) -> NewKey | None:
    """The first organization and its key; None when there is one already, also when another process was first."""
    with outages_at_start(str(backend.database.url)), exclusive(backend.database):
        return backend.services.account.bootstrap()


def pending_migrations(settings: Settings) -> list[str]:
    """What ``migrate`` would do, oldest first; nothing is changed."""
    return pending(_open(settings))


def build_app(backend: Backend, settings: Settings) -> FastAPI:
    """The application that answers for this backend."""
    return create_app(backend.services, version=__version__, max_body=settings.max_body_bytes)


def run_server(backend: Backend, settings: Settings, at: socket.socket, *, workers: int) -> None:
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
    try:
        with WorkerProcesses(settings, workers), rare_collections():
            uvicorn.Server(configuration).run(sockets=[at])
    finally:
        backend.stop.end()
        give_back(backend.worker)


def end_on_sigterm() -> None:
    """From now on SIGTERM ends this process with 0 and everything that it started; uvicorn, which takes the signal
    while it serves, sends it once more when it has closed its connections."""
    signal.signal(signal.SIGTERM, _end)


def _end(*_signal: object) -> None:
    raise SystemExit(0)


def database_place(settings: Settings) -> str:
    """Where the data is, for people: a file, or a URL without its password."""
    return sa.make_url(database_url(settings)).render_as_string(hide_password=True).removeprefix("sqlite:///")


def new_id() -> str:
    """A random id."""
    return str(uuid.uuid4())


def _open(settings: Settings) -> sa.Engine:
    return open_database(database_url(settings), busy_seconds=settings.busy_seconds)


def _check(database: sa.Engine) -> None:
    """Raises Unavailable or DatabaseNotReady unless the database answers and its schema is this program's."""
    with read(database) as connection:
        connection.execute(sa.select(1))
    with outages():
        steps = pending(database)
    if steps:
        raise DatabaseNotReady(problem=f"{counted(len(steps), 'migration')} to do", fix="Run `failsight db upgrade`.")
