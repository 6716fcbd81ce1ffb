"""What ``failsight analyze`` does: read, analyse, print, decide the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from failsight.cli.commands import explain_command, source_name
from failsight.cli.examples import source_path
from failsight.cli.guard import CANNOT_EVALUATE, say
from failsight.cli.options import chosen_settings, split
from failsight.cli.progress import Meter
from failsight.cli.report import render
from failsight.cli.sink import open_sink
from failsight.errors import InvalidInput
from failsight.formats.exporters.markdown import markdown
from failsight.formats.exporters.quoting import counted
from failsight.formats.exporters.run_json import json_document, json_lines
from failsight.formats.record import parse_mapping
from failsight.model.digest import RunDigest
from failsight.model.item import Item
from failsight.model.run import FARunResult, Mode, RecordError
from failsight.model.taxonomy import FeatureKind
from failsight.service.analyze import Analysis
from failsight.service.digest import DigestTally
from failsight.service.fail_on import parse_fail_on
from failsight.storage.item_files import ItemFiles
from failsight.storage.spool import FileSpool
from failsight.wiring import build_engine, read_options, start_analysis

FAILED = 1
SHOWN_ERRORS = 5


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
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
    fail_on: Sequence[str] = ()
    json: bool = False
    jsonl: bool = False
    markdown: bool = False
    output: str = "-"
    limit: int | None = None
    top: int = 5
    quiet: bool = False
    no_encoder: bool = False
    taxonomy: str | None = None
    skip_broken: bool = False

    @property
    def shapes(self) -> list[str]:
        """The machine-readable outputs asked for; at most one may be."""
        return [name for name in ("json", "jsonl", "markdown") if getattr(self, name)]


def run(request: AnalyzeRequest) -> int:
    """The command; its exit code."""
    _check(request)
    engine = build_engine(chosen_settings(request.no_encoder, request.taxonomy))
    fail_on = parse_fail_on(request.fail_on, engine.taxonomy)
    with closing(FileSpool()) as spool, closing(_files(request)) as files:
        analysis = _analyze(request, files, spool)
        tally = DigestTally(analysis, request.top)
        digest = tally.digest(analysis.result(with_items=False, visit=tally.add))
        if not request.quiet:
            _notes(files, digest.result)
        if not len(analysis):
            say(f"failsight: {', '.join(request.files)}: no record could be read, so nothing was analysed.")
            return CANNOT_EVALUATE
        _print(request, analysis, digest)
    hits = fail_on.hits(digest)
    for hit in hits:
        say(f"--fail-on {hit}")
    if hits:
        return FAILED
    return CANNOT_EVALUATE if digest.result.records_skipped and not request.skip_broken else 0


def first_items(items: Iterable[Item | RecordError], limit: int | None) -> Iterator[Item | RecordError]:
    """At most ``limit`` items, and the record errors before the last of them."""
    taken = 0
    for item in items:
        yield item
        taken += isinstance(item, Item)
        if limit is not None and taken >= limit:
            return


def _check(request: AnalyzeRequest) -> None:
    if len(request.shapes) > 1:
        asked = " and ".join(f"--{shape}" for shape in request.shapes)
        raise InvalidInput(problem=f"{asked} ask for two outputs at once", fix="Choose one of them.")
    if request.output != "-" and any(
        Path(request.output).resolve() == Path(path).resolve() for path in request.files if path != "-"
    ):
        raise InvalidInput(problem=f"--output {request.output} is one of the input files", fix="Name another file.")


def _files(request: AnalyzeRequest) -> ItemFiles:
    return ItemFiles(
        [source_path(path) for path in request.files], format=request.format, mapping=parse_mapping(list(request.map))
    )


def _analyze(request: AnalyzeRequest, files: ItemFiles, spool: FileSpool) -> Analysis:
    options = read_options(
        feature_kind=request.feature_kind,
        mode=request.mode,
        buckets=split(request.bucket),
        subcategories=split(request.subcategory),
        run_eval=not request.no_eval,
        run_security=not request.no_security,
        input_type=files.input_type,
    )
    settings = chosen_settings(request.no_encoder, request.taxonomy)
    with Meter(files, quiet=request.quiet) as meter:
        items = first_items(files, request.limit)
        return start_analysis(items, options, settings=settings, spool=spool, progress=meter.move)


def _notes(files: ItemFiles, result: FARunResult) -> None:
    for note in files.notes:
        say(f"note: {note}")
    for error in result.record_errors[:SHOWN_ERRORS]:
        say(f"skipped: {error.message}")
    if result.records_skipped > SHOWN_ERRORS:
        say(f"skipped: {counted(result.records_skipped - SHOWN_ERRORS, 'more record')}")


def _print(request: AnalyzeRequest, analysis: Analysis, digest: RunDigest) -> None:
    shape = request.shapes[0] if request.shapes else "report"
    with open_sink(request.output) as sink:
        if shape == "json":
            sink.write_all(json_document(digest.result, analysis.items))
        elif shape == "jsonl":
            sink.write_all(json_lines(digest.result, analysis.items))
        elif shape == "markdown":
            sink.write_all([markdown(digest)])
        else:
            render(digest, sink, title=", ".join(map(source_name, request.files)), next_step=explain_command(request))
    if request.output != "-" and not request.quiet:
        say(f"written to {request.output}")
