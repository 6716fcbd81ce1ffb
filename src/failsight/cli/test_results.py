"""``failsight results``: take in test results, and show their statistics."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from failsight.cli.guard import CANNOT_EVALUATE, guarded, say
from failsight.cli.options import JsonOption
from failsight.cli.server import DatabaseUrl, DataDir, Organization, open_known
from failsight.model.counted import counted

if TYPE_CHECKING:
    from failsight.wiring.results import ResultParts

SHOWN_ERRORS = 10

results = typer.Typer(help="Test results: import, statistics.", no_args_is_help=True)


class Mode(StrEnum):
    """Modes of statistics."""

    all = "all"
    summary = "summary"
    metrics = "metrics"
    behavior = "behavior"
    category = "category"
    topic = "topic"
    overall = "overall"
    timeline = "timeline"
    test_runs = "test_runs"


@results.command("import")
@guarded
def import_results(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON or JSON Lines, also .gz; - is stdin.")],
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> int:
    """Take in test runs, tests and results; exit code 3 when records were rejected."""
    from failsight.formats.test_records import read_test_records  # noqa: PLC0415
    from failsight.storage.source import Source  # noqa: PLC0415

    source = Source(file)
    known, organization_id = _known(organization, data_dir, database_url)
    report = known.importing.take(organization_id, read_test_records(source.chunks(), file))
    for kind, count in (("test run", report.test_runs), ("test", report.tests), ("result", report.test_results)):
        typer.echo(f"{counted(count.created, kind)} created, {count.existing:,} known already")
    for error in report.errors[:SHOWN_ERRORS]:
        say(error.message)
    if report.rejected:
        say(f"{counted(report.rejected, 'record')} rejected.")
    return CANNOT_EVALUATE if report.rejected else 0


@results.command("stats")
@guarded
def show_statistics(
    *,
    mode: Annotated[Mode, typer.Option(help="What to show.")] = Mode.summary,
    months: Annotated[int, typer.Option(min=0, max=1200, help="The last N calendar months.")] = 6,
    start_date: Annotated[str | None, typer.Option(help="ISO date or time instead of the first month.")] = None,
    end_date: Annotated[str | None, typer.Option(help="ISO date or time instead of now.")] = None,
    tag: Annotated[list[str], typer.Option(help="Only tests that carry this tag; repeatable.")] = [],  # noqa: B006
    json: JsonOption = False,
    organization: Organization = "default",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Pass rates of test results, with their 95 % confidence intervals."""
    from failsight.cli.test_results_tables import as_json, as_tables  # noqa: PLC0415
    from failsight.errors import InvalidInput  # noqa: PLC0415
    from failsight.model.statistics import StatisticsQuestion  # noqa: PLC0415

    question = StatisticsQuestion(
        mode=mode.value, months=months, start_date=start_date, end_date=end_date, filters={"tags": tuple(tag)}
    )
    known, organization_id = _known(organization, data_dir, database_url)
    try:
        answer = known.statistics.answer(organization_id, question)
    except ValueError as bad:
        raise InvalidInput(problem=f"A date cannot be read ({bad})", fix="Use ISO, such as 2024-06-30.") from bad
    typer.echo(as_json(answer) if json else as_tables(answer))


def _known(organization: str, data_dir: str | None, database_url: str | None) -> tuple[ResultParts, str]:
    from failsight.wiring.accounts import build_accounts  # noqa: PLC0415
    from failsight.wiring.results import build_results  # noqa: PLC0415

    opened, settings = open_known(data_dir, database_url)
    accounts = build_accounts(opened.database).service
    if organization == "default":
        accounts.bootstrap()
    return build_results(opened.database, settings), accounts.organization_id(organization)
