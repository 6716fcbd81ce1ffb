"""An analysis in this process: ``failsight.analyze`` and ``failsight.analyze_file``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack, get_args

from pydantic import ValidationError

from failsight.errors import InvalidInput, InvalidItem
from failsight.formats.reader import AUTO
from failsight.formats.record import RecordReader
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.judge import JudgeMode
from failsight.model.run import FARunResult, InputType, Mode, RecordError
from failsight.model.taxonomy import FeatureKind
from failsight.service.analyze import Analysis
from failsight.service.analyze import analyze as run_analysis
from failsight.service.judge_items import JudgePlan
from failsight.service.ports import Progress, Spool
from failsight.settings import Settings, read_settings
from failsight.storage.item_files import ItemFiles
from failsight.storage.spool import MemorySpool
from failsight.wiring.clock import SystemClock, new_id
from failsight.wiring.engine import build_engine
from failsight.wiring.garbage import rare_collections


class OptionNames(TypedDict, total=False):
    """What ``analyze`` can be asked, by name."""

    feature_kind: FeatureKind | None
    buckets: Sequence[str]
    subcategories: Sequence[str]
    run_eval: bool
    run_security: bool
    mandatory_eval_metrics: Sequence[str]
    mandatory_security_categories: Sequence[str]
    mode: Mode


def analyze(  # noqa: PLR0913  (the names of the wire body, by name)
    items: Iterable[Item | Mapping[str, Any]],
    *,
    feature_kind: FeatureKind | None = None,
    buckets: Sequence[str] = (),
    subcategories: Sequence[str] = (),
    run_eval: bool = True,
    run_security: bool = True,
    mandatory_eval_metrics: Sequence[str] = (),
    mandatory_security_categories: Sequence[str] = (),
    mode: Mode = "minimal",
    on_invalid: Literal["raise", "skip"] = "raise",
    judge: JudgeMode | None = None,
    rejudge: int = 0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> FARunResult:
    """Find why items failed. Synchronous, safe inside a running event loop, and offline unless a judge is asked.

    items: dicts with at least ``input`` and ``output`` (see ``failsight.Item`` for the rest), or Item objects.
    feature_kind: rag, agent, agentic_rag or generic_llm; detected from the items when None.
    buckets, subcategories: restrict the checks to these ids. run_eval, run_security: add metrics and S1-S23 flags.
    mode: ``minimal`` for items, ``full`` adds the checks that need a trace.
    on_invalid: ``raise`` InvalidItem at the first bad item, before anything is analysed, or ``skip`` it and list it in
    ``record_errors``. Raises UnknownName for ids that do not exist.
    judge: whether an LLM is asked: ``always``, ``uncertain`` (where the local checks cannot tell) or ``never``; as the
    settings say when None. They also name the model, the address, the budget. rejudge: how often a borderline verdict
    is asked again. Raises InvalidSetting where the judge's settings make no sense.
    """
    reader = RecordReader()
    read = [_read(reader, record, index, on_invalid) for index, record in enumerate(items)]
    options = read_options(
        feature_kind=feature_kind,
        mode=mode,
        buckets=buckets,
        subcategories=subcategories,
        run_eval=run_eval,
        run_security=run_security,
        mandatory_eval_metrics=mandatory_eval_metrics,
        mandatory_security_categories=mandatory_security_categories,
    )
    with rare_collections():
        return _analysed(read, options, settings, progress, (judge, rejudge))


def analyze_file(  # noqa: PLR0913  (the names of the options, by name)
    path: str | Path | Sequence[str | Path],
    *,
    format: str = AUTO,  # noqa: A002  (the name of the option)
    mapping: Mapping[str, str] | None = None,
    judge: JudgeMode | None = None,
    rejudge: int = 0,
    settings: Settings | None = None,
    progress: Progress | None = None,
    **options: Unpack[OptionNames],
) -> FARunResult:
    """Find why the items of a JSON, JSON Lines or CSV file (plain or gzip, ``-`` for stdin) or of several failed.

    format: ``auto``, ``json``, ``jsonl`` or ``csv``. mapping: item field to a dotted path in the records. Records that
    cannot be read are skipped and listed in ``record_errors``. The rest as in ``analyze``. Raises UnreadableFile.
    """
    paths = [path] if isinstance(path, (str, Path)) else path
    with closing(ItemFiles([str(one) for one in paths], format=format, mapping=mapping)) as files:
        chosen = read_options(**options, input_type=files.input_type)
        with rare_collections():
            return _analysed(files, chosen, settings, progress, (judge, rejudge))


def _analysed(
    items: Iterable[Item | RecordError],
    options: AnalysisOptions,
    settings: Settings | None,
    progress: Progress | None,
    asking: tuple[JudgeMode | None, int],
) -> FARunResult:
    """The result of an analysis, with a judge if one is to be asked."""
    known = settings or read_settings()
    if (asking[0] or known.judge) == "never":
        return start_analysis(items, options, settings=known, progress=progress).result()
    from failsight.wiring.judge import open_judging  # noqa: PLC0415  (the network, only where it is asked for)

    if asking[0] not in (None, *get_args(JudgeMode)):
        raise InvalidInput(problem=f"judge cannot be {asking[0]!r}", fix="Use always, uncertain or never.")
    with open_judging(known, mode=asking[0], rejudge=asking[1]) as judging:
        return start_analysis(items, options, settings=known, progress=progress, judging=judging).result()


def read_options(*, input_type: InputType = "json", **options: Unpack[OptionNames]) -> AnalysisOptions:
    """The options of an analysis; raises InvalidInput for a bad value, TypeError for an unknown name."""
    unknown = sorted(set(options) - set(OptionNames.__annotations__))
    if unknown:
        raise TypeError(f"'{unknown[0]}' is no option; known: {', '.join(OptionNames.__annotations__)}")
    try:
        return AnalysisOptions.model_validate({**options, "input_type": input_type})
    except ValidationError as broken:
        error = broken.errors()[0]
        field, given = str(error["loc"][0]), error["input"]
        allowed = error.get("ctx", {}).get("expected")
        fix = (
            f"Use {allowed}." if allowed else "Give a list of names." if isinstance(given, str) else f"{error['msg']}."
        )
        raise InvalidInput(problem=f"{field} cannot be {given!r}", fix=fix) from broken


def start_analysis(
    items: Iterable[Item | RecordError],
    options: AnalysisOptions,
    *,
    settings: Settings | None = None,
    spool: Spool | None = None,
    progress: Progress | None = None,
    judging: JudgePlan | None = None,
) -> Analysis:
    """The first pass over items, with the real clock and the built-in engine; in memory unless another spool is
    given."""
    return run_analysis(
        build_engine(settings or read_settings()),
        items,
        options,
        run_id=new_id(),
        spool=MemorySpool() if spool is None else spool,
        clock=SystemClock(),
        progress=progress,
        judging=judging,
    )


def _read(reader: RecordReader, record: Item | Mapping[str, Any], index: int, on_invalid: str) -> Item | RecordError:
    if isinstance(record, Item):
        return record
    try:
        return reader.read(record, f"item {index}")
    except InvalidItem as bad:
        if on_invalid == "raise":
            raise
        return RecordError(field=str(bad.known["field"]), message=str(bad))
