"""What the commands of ``failsight runs`` do with a server's answers."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from failsight.cli.fetched_run import FetchedRun, server_taxonomy
from failsight.cli.guard import CANNOT_EVALUATE, say
from failsight.cli.progress import JobMeter
from failsight.cli.report import build_console
from failsight.cli.results import ReportOptions, exit_code, print_run
from failsight.cli.sink import Sink
from failsight.client import FailureAnalysisClient
from failsight.errors import FailsightError
from failsight.formats.exporters.quoting import one_line
from failsight.model.counted import counted
from failsight.model.job import FAJobStatus
from failsight.model.run import FARunListItem, FARunListPage
from failsight.model.tag import FATag
from failsight.service.fail_on import parse_fail_on

POLL_SECONDS = 0.5


def show_list(page: FARunListPage, *, json: bool) -> None:
    """A row for each run, or one JSON list."""
    if json:
        return _print_json(page.items)
    table = _table("run", "made", "status", "items", "failures", "worst failure", "project")
    for run in page:
        table.add_row(*map(_cell, _run_cells(run)))
    _print_table(table, f"{len(page)} of {counted(page.total, 'run')}")
    return None


def show_tags(tags: Sequence[FATag], *, json: bool) -> None:
    """A row for each tag, or one JSON list."""
    if json:
        return _print_json(tags)
    table = _table("item", "check", "decision", "severity", "confidence", "why")
    for tag in tags:
        numbers = f"{tag.severity:.1f}", f"{tag.confidence:.2f}"
        why = one_line(tag.judge_rationale or "", 60)
        table.add_row(*map(_cell, (str(tag.item_index), tag.subcategory_id, tag.decision, *numbers, why)))
    _print_table(table, counted(len(tags), "tag"))
    return None


def show(client: FailureAnalysisClient, run_id: str, request: ReportOptions) -> int:
    """The report of a finished run; its exit code."""
    request.check()
    status = client.get_status(run_id)
    if not status.is_completed:
        raise FailsightError.saying(_unfinished(run_id, status))
    taxonomy = server_taxonomy(client)
    fail_on = parse_fail_on(request.fail_on, taxonomy)
    fetched = FetchedRun(client.get_run(run_id), taxonomy)
    digest = fetched.digest(request.top)
    print_run(request, fetched.items, digest, title=f"run {run_id}", next_step=fetched.explain_command)
    return exit_code(request, fail_on, digest)


def watch(client: FailureAnalysisClient, run_id: str, rules: Sequence[str], *, quiet: bool) -> int:
    """Progress until the run ends; the exit code by its result."""
    fail_on = parse_fail_on(rules, server_taxonomy(client)) if rules else None
    try:
        with JobMeter(quiet=quiet, lines=True) as meter:
            status = client.wait_until_ended(run_id, on_progress=meter.show, poll_seconds=POLL_SECONDS)
    except KeyboardInterrupt:
        say(f"Not watching any longer; the run goes on. To end it: failsight runs cancel {run_id}")
        raise
    if not status.is_completed:
        say(f"failsight: the run was {status.status}: {status.error or 'on request'}")
        return CANNOT_EVALUATE
    say(f"completed: {counted(status.total_items, 'item')}. The report: failsight runs show {run_id}")
    if fail_on is None:
        return 0
    digest = FetchedRun(client.get_run(run_id), server_taxonomy(client)).digest(0)
    return exit_code(ReportOptions(skip_broken=True), fail_on, digest)


def _unfinished(run_id: str, status: FAJobStatus) -> str:
    if status.is_running:
        return f"The run {run_id} is {status.status} ({status.progress_percent:.0f} %): failsight runs watch {run_id}"
    return (
        f"The run {run_id} was {status.status}: {status.error or 'on request'}. Its tags: failsight runs tags {run_id}"
    )


def _run_cells(run: FARunListItem) -> tuple[str, ...]:
    failures = "" if run.total_failures_detected is None else f"{run.total_failures_detected:,}"
    made = run.created_at[:16].replace("T", " ")
    items = f"{run.dataset_item_count:,}"
    return run.run_id, made, run.status, items, failures, run.primary_failure or "", run.project_name or ""


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    numbers = {"items", "failures", "severity", "confidence", "item"}
    for name in names:
        whole = 36 if name == "run" else None  # ids are copied from the table, so they are never cut
        side: Literal["left", "right"] = "right" if name in numbers else "left"
        table.add_column(name, justify=side, no_wrap=True, overflow="ellipsis", min_width=whole)
    return table


def _cell(text: str) -> Text:
    return Text(one_line(text, 200))


def _print_table(table: Table, total: str) -> None:
    console: Console = build_console(Sink(sys.stdout, terminal=sys.stdout.isatty()))
    if not sys.stdout.isatty():
        console.width = 200
    if table.rows:
        console.print(table)
    say(total)


def _print_json(nouns: Sequence[BaseModel]) -> None:
    rows = [noun.model_dump(mode="json") for noun in nouns]
    sys.stdout.write(json_text.dumps(rows, ensure_ascii=False, indent=2) + "\n")
