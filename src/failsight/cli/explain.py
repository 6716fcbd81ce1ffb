"""``failsight explain``: its options; ``explain_run.py`` does the work."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded
from failsight.cli.judge_options import CacheOption, ItemCharsOption, JudgeOption, ModelOption, RejudgeOption
from failsight.cli.options import (
    Format,
    FormatOption,
    JsonOption,
    KindOption,
    LimitOption,
    MapOption,
    ModeOption,
    NoEncoderOption,
    NoLocalJudgeOption,
    RunMode,
    TaxonomyOption,
)


@guarded
def explain(
    source: Annotated[str, typer.Argument(help="A data file, or a saved --json or --jsonl result; - is stdin.")],
    tag: Annotated[str, typer.Argument(help="ITEM:SUBCATEGORY such as 7:secret_leak, or a whole tag id.")],
    *,
    format: FormatOption = Format.auto,  # noqa: A002
    map: MapOption = [],  # noqa: A002, B006
    feature_kind: KindOption = None,
    mode: ModeOption = RunMode.minimal,
    limit: LimitOption = None,
    no_encoder: NoEncoderOption = False,
    no_local_judge: NoLocalJudgeOption = False,
    taxonomy: TaxonomyOption = None,
    judge: JudgeOption = None,
    judge_model: ModelOption = None,
    judge_cache: CacheOption = None,
    judge_item_chars: ItemCharsOption = None,
    rejudge: RejudgeOption = 0,
    json: JsonOption = False,
) -> int:
    """Show one verdict's receipt: evidence, numbers, detector.

    A data file is analysed again, with the same answer; give the options that 'analyze' was given. A judge is not asked
    again: its kept replies are read.
    """
    options = dict(locals())
    from failsight.cli.explain_run import ExplainRequest, run  # noqa: PLC0415  (loads the engine)

    return run(ExplainRequest(**options, judge_replay=True))
