"""What ``failsight analyze`` was asked, and the items it names: shared by the run here and the run on a server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from failsight.cli.commands import source_name
from failsight.cli.examples import source_path
from failsight.cli.guard import CANNOT_EVALUATE, say
from failsight.cli.judge_options import JudgeOptions
from failsight.cli.options import chosen_settings, split
from failsight.cli.results import ReportOptions
from failsight.errors import InvalidInput
from failsight.formats.record import parse_mapping
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import InputType, Mode, RecordError
from failsight.model.taxonomy import FeatureKind
from failsight.settings import Settings
from failsight.storage.item_files import ItemFiles
from failsight.wiring.analysis import read_options


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


def nothing_read(request: AnalyzeRequest) -> int:
    """Says that there was no item at all; the exit code."""
    say(f"failsight: {', '.join(request.files)}: no record could be read, so nothing was analysed.")
    return CANNOT_EVALUATE
