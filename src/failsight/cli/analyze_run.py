"""What ``failsight analyze`` does: read, analyse, print, decide the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from failsight.cli.commands import explain_command, source_name
from failsight.cli.connection import chosen_server
from failsight.cli.examples import source_path
from failsight.cli.guard import CANNOT_EVALUATE, INTERRUPTED, say
from failsight.cli.interrupt import judge_interrupts
from failsight.cli.judge_options import JudgeOptions
from failsight.cli.options import chosen_settings, split
from failsight.cli.progress import Meter
from failsight.cli.results import ReportOptions, exit_code, print_run, say_notes
from failsight.errors import InvalidInput
from failsight.formats.record import parse_mapping
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import InputType, Mode, RecordError
from failsight.model.taxonomy import FeatureKind
from failsight.service.analyze import Analysis
from failsight.service.digest import DigestTally
from failsight.service.fail_on import parse_fail_on
from failsight.service.judge_items import JudgePlan
from failsight.settings import Settings
from failsight.storage.item_files import ItemFiles
from failsight.storage.spool import FileSpool
from failsight.wiring import build_engine, read_options, start_analysis


@dataclass(frozen=True, kw_only=True)
class AnalyzeRequest(JudgeOptions, ReportOptions):
    """The options of the command, under their names."""

    files: Sequence[str]
    format: str = "auto"
    map: Sequence[str] = ()
    feature_kind: FeatureKind | None = None
    mode: Mode = "minimal"
    bucket: Sequence[str] = ()
    subcategory: Sequence[str] = ()
    no_eval: bool = False
    no_security: bool = False
    limit: int | None = None
    no_encoder: bool = False
    no_local_judge: bool = False
    taxonomy: str | None = None
    dry_run: bool = False
    server: str | None = None
    api_key: str | None = None
    project: str | None = None

    @property
    def title(self) -> str:
        """What a report calls the sources."""
        return ", ".join(map(source_name, self.files))

    def check(self) -> None:
        """Raises InvalidInput also for an output that is one of the inputs."""
        ReportOptions.check(self)
        if self.output != "-" and any(
            Path(self.output).resolve() == Path(path).resolve() for path in self.files if path != "-"
        ):
            raise InvalidInput(problem=f"--output {self.output} is one of the input files", fix="Name another file.")

    @property
    def settings(self) -> Settings:
        """The flags over the environment."""
        known = chosen_settings(self.no_encoder, self.taxonomy, no_local_judge=self.no_local_judge)
        return self.over(known)

    def options(self, input_type: InputType) -> AnalysisOptions:
        """What to analyse."""
        return read_options(
            feature_kind=self.feature_kind,
            mode=self.mode,
            buckets=split(self.bucket),
            subcategories=split(self.subcategory),
            run_eval=not self.no_eval,
            run_security=not self.no_security,
            input_type=input_type,
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


def first_items(items: Iterable[Item | RecordError], limit: int | None) -> Iterator[Item | RecordError]:
    """At most ``limit`` items, and the record errors before the last of them."""
    taken = 0
    for item in items:
        yield item
        taken += isinstance(item, Item)
        if limit is not None and taken >= limit:
            return


def open_files(request: AnalyzeRequest) -> ItemFiles:
    """The sources, opened."""
    return ItemFiles(
        [source_path(path) for path in request.files], format=request.format, mapping=parse_mapping(list(request.map))
    )


def open_judging(request: JudgeOptions, settings: Settings) -> AbstractContextManager[JudgePlan | None]:
    """The judging that the options ask for."""
    if settings.judge == "never":
        return nullcontext()
    from failsight.wiring.judge import open_judging as opened  # noqa: PLC0415  (the network, where it is asked for)

    return opened(settings, rejudge=request.rejudge, replay=request.judge_replay)


def nothing_read(request: AnalyzeRequest) -> int:
    """Says that there was no item at all; the exit code."""
    say(f"failsight: {', '.join(request.files)}: no record could be read, so nothing was analysed.")
    return CANNOT_EVALUATE


def _analyze(request: AnalyzeRequest, files: ItemFiles, spool: FileSpool, judging: JudgePlan | None) -> Analysis:
    with Meter(files, quiet=request.quiet) as meter:
        return start_analysis(
            first_items(files, request.limit),
            request.options(files.input_type),
            settings=request.settings,
            spool=spool,
            progress=meter.move,
            judging=judging,
        )


def _estimate(request: AnalyzeRequest, settings: Settings) -> int:
    """The dry run; its exit code."""
    from failsight.cli.dry_run import estimate, print_estimates  # noqa: PLC0415

    with closing(open_files(request)) as files:
        items, options = first_items(files, request.limit), request.options(files.input_type)
        estimates = estimate(build_engine(settings), items, options, settings.judge)
    if not any(one.items for one in estimates.values()):
        return nothing_read(request)
    print_estimates(estimates, settings, request.output, request.json)
    return 0
