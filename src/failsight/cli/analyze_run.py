"""What ``failsight analyze`` does: read, analyse, print, decide the exit code."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, closing, nullcontext

from failsight.cli.analyze_request import AnalyzeRequest, first_items, nothing_read, open_files
from failsight.cli.commands import explain_command
from failsight.cli.connection import chosen_server
from failsight.cli.guard import INTERRUPTED, say
from failsight.cli.interrupt import judge_interrupts
from failsight.cli.judge_options import JudgeOptions
from failsight.cli.progress import Meter
from failsight.cli.results import exit_code, print_run, say_notes
from failsight.errors import InvalidInput
from failsight.model.counted import counted
from failsight.service.analyze import Analysis
from failsight.service.digest import DigestTally
from failsight.service.fail_on import parse_fail_on
from failsight.service.judge_items import JudgePlan
from failsight.settings import Settings
from failsight.storage.item_files import ItemFiles
from failsight.storage.spool import FileSpool
from failsight.wiring.analysis import start_analysis
from failsight.wiring.engine import build_engine

_KEEPS_NOTHING = (
    "A report needs the whole file: --limit N reads less of it, and a server (--server) keeps what is done."
)


def start(request: AnalyzeRequest) -> int:
    """The command, here or on a server; its exit code."""
    url = chosen_server(request.server)
    if url is None:
        return run(request)
    from failsight.cli import analyze_remote  # noqa: PLC0415  (loads the client)

    return analyze_remote.run(request, url)


def run(request: AnalyzeRequest) -> int:
    """The command, done here; its exit code."""
    request.check()
    if request.project is not None:
        raise InvalidInput(problem="--project needs a server", fix="Add --server, or leave --project out.")
    settings = request.settings
    if request.dry_run:
        return _estimate(request, settings)
    fail_on = parse_fail_on(request.fail_on, build_engine(settings).taxonomy)
    with ExitStack() as stack:
        spool, files = stack.enter_context(closing(FileSpool())), stack.enter_context(closing(open_files(request)))
        judging = stack.enter_context(open_judging(request, settings))
        with judge_interrupts(judging) as interruption:
            analysis = _analyze(request, files, spool, judging)
        tally = DigestTally(analysis, request.top)
        digest = tally.digest(analysis.result(with_items=False, visit=tally.add))
        if not request.quiet:
            say_notes(files.notes, digest.result)
        if not len(analysis):
            return nothing_read(request)
        print_run(request, analysis.items, digest, title=request.title, next_step=explain_command(request))
    code = exit_code(request, fail_on, digest)
    return INTERRUPTED if interruption.happened else code


def open_judging(request: JudgeOptions, settings: Settings) -> AbstractContextManager[JudgePlan | None]:
    """The judging that the options ask for."""
    if settings.judge == "never":
        return nullcontext()
    from failsight.wiring.judge import open_judging as opened  # noqa: PLC0415  (the network, where it is asked for)

    return opened(settings, rejudge=request.rejudge, replay=request.judge_replay)


def _analyze(request: AnalyzeRequest, files: ItemFiles, spool: FileSpool, judging: JudgePlan | None) -> Analysis:
    try:
        with Meter(files, quiet=request.quiet) as meter:
            return start_analysis(
                first_items(files, request.limit),
                request.options(files.input_type),
                settings=request.settings,
                spool=spool,
                progress=meter.move,
                judging=judging,
            )
    except KeyboardInterrupt:
        say(f"failsight: {counted(len(spool), 'item')} examined, nothing kept. {_KEEPS_NOTHING}")
        raise


def _estimate(request: AnalyzeRequest, settings: Settings) -> int:
    """The dry run; its exit code."""
    from failsight.cli.dry_run import estimate, print_estimates  # noqa: PLC0415

    with closing(open_files(request)) as files:
        items, options = first_items(files, request.limit), request.options(files.input_type)
        estimates = estimate(build_engine(settings), items, options, settings)
    if not any(one.items for one in estimates.values()):
        return nothing_read(request)
    print_estimates(estimates, settings, request.output, request.json)
    return 0
