"""A finished run, printed in the shape that was asked for, and the exit code that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from failsight.cli.guard import CANNOT_EVALUATE, say
from failsight.cli.report import render
from failsight.cli.sink import open_sink
from failsight.errors import InvalidInput
from failsight.formats.exporters.judge_usage import describe_usage
from failsight.formats.exporters.markdown import markdown
from failsight.formats.exporters.run_json import Items, json_document, json_lines
from failsight.model.counted import counted
from failsight.model.digest import RunDigest
from failsight.model.run import FARunResult
from failsight.service.fail_on import FailOn

FAILED = 1
SHOWN_ERRORS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """How a run is to be shown, under the names of the options."""

    fail_on: Sequence[str] = ()
    json: bool = False
    jsonl: bool = False
    markdown: bool = False
    output: str = "-"
    top: int = 5
    quiet: bool = False
    skip_broken: bool = False

    @property
    def shapes(self) -> list[str]:
        """The machine-readable outputs asked for; at most one may be."""
        return [name for name in ("json", "jsonl", "markdown") if getattr(self, name)]

    def check(self) -> None:
        """Raises InvalidInput for two shapes at once."""
        if len(self.shapes) > 1:
            asked = " and ".join(f"--{shape}" for shape in self.shapes)
            raise InvalidInput(problem=f"{asked} ask for two outputs at once", fix="Choose one of them.")


def print_run(
    request: ReportOptions, items: Items, digest: RunDigest, *, title: str, next_step: Callable[[str], str]
) -> None:
    """Writes the report to its place. ``items`` gives each item's record and tags, as often as asked."""
    shape = request.shapes[0] if request.shapes else "report"
    with open_sink(request.output) as sink:
        if shape == "json":
            sink.write_all(json_document(digest.result, items))
        elif shape == "jsonl":
            sink.write_all(json_lines(digest.result, items))
        elif shape == "markdown":
            sink.write_all([markdown(digest)])
        else:
            render(digest, sink, title=title, next_step=next_step)
    say_judging(request, digest.result)
    if request.output != "-" and not request.quiet:
        say(f"written to {request.output}")


def say_judging(request: ReportOptions, result: FARunResult) -> None:
    """What the judge was asked, where the output has no room for it."""
    if result.judge is not None and (request.json or request.jsonl or request.output != "-") and not request.quiet:
        for line in describe_usage(result.judge, result.summary.total_items):
            say(f"judge: {line}")


def say_notes(notes: Iterable[str], result: FARunResult) -> None:
    """What was read as what, and the first records that could not be read."""
    for note in notes:
        say(f"note: {note}")
    for error in result.record_errors[:SHOWN_ERRORS]:
        say(f"skipped: {error.message}")
    if result.records_skipped > SHOWN_ERRORS:
        say(f"skipped: {counted(result.records_skipped - SHOWN_ERRORS, 'more record')}")


def exit_code(request: ReportOptions, fail_on: FailOn, digest: RunDigest) -> int:
    """1 when a rule is hit, which is said; 3 when records were skipped or the judge was not asked to the end; else
    0."""
    hits = fail_on.hits(digest)
    for hit in hits:
        say(f"--fail-on {hit}")
    if hits:
        return FAILED
    incomplete = digest.result.records_skipped or _lacks_judge(digest.result)
    return CANNOT_EVALUATE if incomplete and not request.skip_broken else 0


def _lacks_judge(result: FARunResult) -> bool:
    """Whether a judge was to be asked and was not to the end, or never gave a usable reply."""
    usage = result.judge
    return usage is not None and (usage.stopped is not None or 0 < usage.calls + usage.cached <= usage.failed)
