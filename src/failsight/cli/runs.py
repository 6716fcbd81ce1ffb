"""``failsight runs``: its commands and options; ``runs_run.py`` does the work."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from failsight.cli.analyze import (
    DocumentOption,
    FailOnOption,
    LinesOption,
    MarkdownOption,
    OutputOption,
    QuietOption,
    TopOption,
)
from failsight.cli.connection import KeyOption, ServerOption
from failsight.cli.guard import guarded
from failsight.cli.options import JsonOption

runs = typer.Typer(help="Runs of a server: list, show, tags, watch, cancel.", no_args_is_help=True)
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")]


class Status(StrEnum):
    """States of a run."""

    queued = "queued"
    running = "running"
    completed = "completed"
    failed = "failed"
    cancelled = "cancelled"


class Decision(StrEnum):
    """Decisions of a tag."""

    fail = "fail"
    unsure = "unsure"
    passed = "pass"


@runs.command("list")
@guarded
def list_runs(
    project: Annotated[str | None, typer.Option(help="Only of this project.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, newest first.")] = 20,
    json: JsonOption = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """List runs, newest first."""
    from failsight.cli.connection import connect  # noqa: PLC0415
    from failsight.cli.runs_run import show_list  # noqa: PLC0415

    with connect(server, api_key) as client:
        page = client.list_runs(project_name=project, status=status, page_size=limit)
    show_list(page, json=json)


@runs.command("show")
@guarded
def show_run(
    run: RunArgument,
    *,
    fail_on: FailOnOption = [],  # noqa: B006
    json: DocumentOption = False,
    jsonl: LinesOption = False,
    markdown: MarkdownOption = False,
    output: OutputOption = "-",
    top: TopOption = 5,
    quiet: QuietOption = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> int:
    """Show the report of a finished run, as ``failsight analyze`` shows it.

    Exit code: 0 fine; 1 a --fail-on rule was hit; 2 there is no such run; 3 the run is not finished, or failed.
    """
    from failsight.cli.connection import connect  # noqa: PLC0415
    from failsight.cli.results import ReportOptions  # noqa: PLC0415
    from failsight.cli.runs_run import show  # noqa: PLC0415

    request = ReportOptions(
        fail_on=fail_on, json=json, jsonl=jsonl, markdown=markdown, output=output, top=top, quiet=quiet
    )
    with connect(server, api_key) as client:
        return show(client, run, request)


@runs.command("tags")
@guarded
def list_tags(
    run: RunArgument,
    *,
    decision: Annotated[Decision | None, typer.Option(help="Only with this decision.")] = None,
    bucket: Annotated[str | None, typer.Option(help="Only of this bucket.")] = None,
    min_severity: Annotated[float | None, typer.Option(min=0, max=5, help="Only this severe or more.")] = None,
    json: JsonOption = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> None:
    """List the tags of a run; while it runs, those of the items that are done."""
    from failsight.cli.connection import connect  # noqa: PLC0415
    from failsight.cli.runs_run import show_tags  # noqa: PLC0415

    with connect(server, api_key) as client:
        tags = client.get_tags(run, decision=decision, bucket_id=bucket, min_severity=min_severity)
    show_tags(tags, json=json)


@runs.command("watch")
@guarded
def watch_run(
    run: RunArgument,
    fail_on: FailOnOption = [],  # noqa: B006
    quiet: QuietOption = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
) -> int:
    """Watch a run until it ends. Ctrl-C stops the watching, not the run.

    Exit code: 0 completed; 1 a --fail-on rule was hit; 2 there is no such run; 3 it failed or was cancelled.
    """
    from failsight.cli.connection import connect  # noqa: PLC0415
    from failsight.cli.runs_run import watch  # noqa: PLC0415

    with connect(server, api_key) as client:
        return watch(client, run, fail_on, quiet=quiet)


@runs.command("cancel")
@guarded
def cancel_run(run: RunArgument, server: ServerOption = None, api_key: KeyOption = None) -> None:
    """Cancel a run; one that has ended stays as it is. Items that are done are kept."""
    from failsight.cli.connection import connect  # noqa: PLC0415

    with connect(server, api_key) as client:
        typer.echo(f"{run} is {client.cancel_run(run).status}")
