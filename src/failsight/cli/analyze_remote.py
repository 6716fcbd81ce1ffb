"""What ``failsight analyze --server`` does: read here, let a server analyse, print as always."""

from __future__ import annotations

from contextlib import closing

from failsight.cli.analyze_request import AnalyzeRequest, first_items, nothing_read, open_files
from failsight.cli.connection import connect
from failsight.cli.fetched_run import FetchedRun, server_taxonomy
from failsight.cli.guard import say
from failsight.cli.progress import JobMeter
from failsight.cli.results import exit_code, print_run, say_notes
from failsight.client import FailureAnalysisClient
from failsight.errors import DatasetTooLarge, InvalidInput
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import FARunResult
from failsight.service.analyze import MAX_RECORD_ERRORS
from failsight.service.fail_on import parse_fail_on


def run(request: AnalyzeRequest, server: str) -> int:
    """The command; its exit code."""
    request.check()
    _check(request)
    with connect(server, request.api_key) as client, closing(open_files(request)) as files:
        taxonomy = server_taxonomy(client)
        fail_on = parse_fail_on(request.fail_on, taxonomy)
        options, items, errors, skipped = request.options(files.input_type), [], [], 0
        for read in first_items(files, request.limit):
            if isinstance(read, Item):
                items.append(read)
                continue
            skipped += 1
            errors += [read] if skipped <= MAX_RECORD_ERRORS else []
        broken = {"record_errors": errors, "records_skipped": skipped}
        if not items:
            say_notes([] if request.quiet else files.notes, FARunResult.model_validate(broken))
            return nothing_read(request)
        result = _analyze(client, request, options, items).model_copy(update=broken)
        fetched = FetchedRun(result, taxonomy)
        if not request.quiet:
            say_notes([*files.notes, f"run {result.run_id} on {server}"], result)
    digest = fetched.digest(request.top)
    print_run(request, fetched.items, digest, title=request.title, next_step=fetched.explain_command)
    return exit_code(request, fail_on, digest)


def _check(request: AnalyzeRequest) -> None:
    """Raises InvalidInput for options that only the server decides."""
    request.check_local()
    asked = {
        "--taxonomy": request.taxonomy,
        "--no-encoder": request.no_encoder,
        "--no-local-judge": request.no_local_judge,
        "--mode full": request.mode == "full",
        "--dry-run": request.dry_run,
    }
    for name, given in asked.items():
        if given:
            fix = "Leave it out, or analyse here without --server."
            raise InvalidInput(problem=f"{name} is not sent to a server: its own settings decide", fix=fix)


def _analyze(
    client: FailureAnalysisClient, request: AnalyzeRequest, options: AnalysisOptions, items: list[Item]
) -> FARunResult:
    """One run of all items; an interrupt leaves it to the server."""
    bodies = [item.model_dump(mode="json", exclude_defaults=True) for item in items]
    items.clear()
    try:
        answer = client.submit(bodies, project_name=request.project, **_body(options))
    except DatasetTooLarge as large:
        advice = "Send fewer at a time (--limit, or several files one by one), or analyse here without --server."
        raise DatasetTooLarge.saying(f"{large} {advice}", **large.known) from large
    bodies.clear()
    if isinstance(answer, FARunResult):
        return answer
    try:
        with JobMeter(quiet=request.quiet) as meter:
            return client.wait(answer.job_id, on_progress=meter.show)
    except KeyboardInterrupt:
        say(f"The run goes on at the server: failsight runs watch {answer.job_id}, or cancel instead of watch.")
        raise


def _body(options: AnalysisOptions) -> dict[str, object]:
    """The options by the names of the wire."""
    known = options.model_dump(mode="json", exclude_defaults=True)
    return {name: value for name, value in known.items() if name != "mode"}
