"""Test results on an open database: taking them in, and their statistics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from failsight.service.import_results import ImportService
from failsight.service.query_statistics import StatisticsService
from failsight.service.result_ports import Tallies
from failsight.settings import Settings
from failsight.storage.projection import Projection
from failsight.storage.results import SqlResults
from failsight.storage.tallies import SqlTallies
from failsight.wiring.clock import SystemClock


@dataclass(frozen=True, slots=True)
class ResultParts:
    """The use cases of test results."""

    results: SqlResults
    importing: ImportService
    statistics: StatisticsService


def build_results(database: sa.Engine, settings: Settings) -> ResultParts:
    """The use cases of test results on a database; the projection stands in the data folder."""
    clock, results, tallies = SystemClock(), SqlResults(database), _tallies(database, settings)
    return ResultParts(results, ImportService(results, tallies, clock), StatisticsService(tallies, clock))


def _tallies(database: sa.Engine, settings: Settings) -> Tallies:
    """The columnar projection in the data folder, unless it is switched off."""
    if not settings.projection:
        return SqlTallies(database)
    folder = Path(settings.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return Projection(database, folder / "statistics.duckdb")
