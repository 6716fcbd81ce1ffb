"""What ``failsight explain`` does: find the tag, in a data file or a saved result, and print its receipt."""

from __future__ import annotations

import json as json_text
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from pydantic import ValidationError

from failsight.cli.analyze_request import first_items
from failsight.cli.analyze_run import open_judging
from failsight.cli.examples import source_path
from failsight.cli.guard import say
from failsight.cli.judge_options import JudgeOptions
from failsight.cli.options import chosen_settings
from failsight.cli.receipt_page import facts, render
from failsight.cli.sink import open_sink
from failsight.errors import InvalidInput, UnknownName, UnreadableFile
from failsight.formats.record import parse_mapping
from failsight.formats.results import find_in_result, is_result
from failsight.model.counted import counted
from failsight.model.run import FARunInput, Mode
from failsight.model.tag import FATag
from failsight.model.taxonomy import FeatureKind
from failsight.storage.item_files import ItemFiles
from failsight.storage.source import Source
from failsight.storage.spool import FileSpool
from failsight.wiring.analysis import read_options, start_analysis
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy

Found = tuple[FARunInput, list[FATag]]


@dataclass(frozen=True, kw_only=True)
class ExplainRequest(JudgeOptions):
    """The arguments and options of the command, under their names."""

    source: str
    tag: str
    format: str = "auto"
    map: Sequence[str] = ()
    feature_kind: FeatureKind | None = None
    mode: Mode = "minimal"
    limit: int | None = None
    no_encoder: bool = False
    no_local_judge: bool = False
    taxonomy: str | None = None
    json: bool = False


def run(request: ExplainRequest) -> int:
    """The command; its exit code."""
    index, subcategory = parse_tag(request.tag)
    source = Source(source_path(request.source))
    if is_result(source.peek(), request.source):
        record, tags = _in_result(source, index)
    else:
        record, tags = _in_data(request, source, index)
    by_name = {tag.subcategory_id: tag for tag in tags}
    if subcategory not in by_name:
        raise UnknownName(f"verdict on item {index} for", subcategory, by_name)
    path = chosen_settings(request.no_encoder, request.taxonomy).taxonomy
    receipt = facts(by_name[subcategory], record, load_taxonomy(path), lambda: load_rubrics(path))
    with open_sink("-") as sink:
        if request.json:
            sink.write_all([json_text.dumps(receipt, ensure_ascii=False, indent=2), "\n"])
        else:
            render(receipt, sink)
    return 0


def parse_tag(text: str) -> tuple[int, str]:
    """Item index and subcategory id from ``7:secret_leak`` or from a tag id that ends in ``.7.secret_leak``."""
    before, _, subcategory = text.rpartition(":") if ":" in text else text.rpartition(".")
    number = before.rpartition(".")[2]
    if not number.isdigit() or not subcategory:
        raise InvalidInput(problem=f"'{text}' names no tag", fix="Write ITEM:SUBCATEGORY, such as 7:secret_leak.")
    return int(number), subcategory


def _in_result(source: Source, index: int) -> Found:
    try:
        record, tags = find_in_result(source.chunks(), index, source.path)
    except ValidationError as broken:
        fix = "Save it again with failsight analyze --json --output FILE."
        raise UnreadableFile(path=source.path, problem="it is no result of this version", fix=fix) from broken
    if record is None:
        raise InvalidInput(problem=f"{source.path} holds no item {index}", fix="Take the number from the report.")
    return record, tags


def _in_data(request: ExplainRequest, source: Source, index: int) -> Found:
    mapping = parse_mapping(list(request.map))
    known = chosen_settings(request.no_encoder, request.taxonomy, no_local_judge=request.no_local_judge)
    settings = request.over(known)
    with (
        closing(FileSpool()) as spool,
        closing(ItemFiles([source], format=request.format, mapping=mapping)) as files,
        open_judging(request, settings) as judging,
    ):
        options = read_options(feature_kind=request.feature_kind, mode=request.mode, input_type=files.input_type)
        items = first_items(files, request.limit)
        analysis = start_analysis(items, options, settings=settings, spool=spool, judging=judging)
        if analysis.records_skipped:
            unread = counted(analysis.records_skipped, "record")
            say(f"note: {unread} could not be read; such records have no item number.")
        if index >= len(analysis):
            fix = f"Its items are 0 to {len(analysis) - 1}." if len(analysis) else "No record of it could be read."
            raise InvalidInput(problem=f"{request.source} has no item {index}", fix=fix)
        return next(found for place, found in enumerate(analysis.items()) if place == index)
