"""``failsight analyze``: its options; ``analyze_run.py`` does the work."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.connection import KeyOption, ServerOption
from failsight.cli.guard import guarded
from failsight.cli.judge_options import (
    BudgetOption,
    CacheOption,
    ItemCharsOption,
    JudgeOption,
    ModelOption,
    PriceOption,
    RejudgeOption,
    ReplayOption,
)
from failsight.cli.options import (
    Format,
    FormatOption,
    KindOption,
    LimitOption,
    MapOption,
    ModeOption,
    NoEncoderOption,
    NoLocalJudgeOption,
    RunMode,
    TaxonomyOption,
)

FilesArgument = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="JSON, JSON Lines or CSV, also .gz; - is stdin.")
]
BucketOption = Annotated[list[str], typer.Option(help="Only checks of this bucket; repeatable.")]
SubcategoryOption = Annotated[list[str], typer.Option(help="Only this check; repeatable.")]
NoEvalOption = Annotated[bool, typer.Option("--no-eval", help="No evaluation metrics.")]
NoSecurityOption = Annotated[bool, typer.Option("--no-security", help="No security checks and flags.")]
FailOnOption = Annotated[
    list[str],
    typer.Option(
        metavar="RULE",
        help="Exit with 1 on: any, gate, alert, severity>=N, a bucket or subcategory id; repeatable.",
    ),
]
DocumentOption = Annotated[bool, typer.Option("--json", help="The whole result as one JSON document.")]
LinesOption = Annotated[bool, typer.Option("--jsonl", help="One JSON line for each item, the summary last.")]
MarkdownOption = Annotated[bool, typer.Option("--markdown", help="Markdown for a pull request or job summary.")]
OutputOption = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write the report there.")]
TopOption = Annotated[int, typer.Option(min=0, help="How many of the worst items to show.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")]
SkipBrokenOption = Annotated[
    bool, typer.Option("--skip-broken", help="Records that cannot be read do not make the exit code 3.")
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say what a judge would be asked and what it would cost.")
]
ProjectOption = Annotated[str | None, typer.Option(help="Project of the run on the server.")]


@guarded
def analyze(
    files: FilesArgument,
    *,
    format: FormatOption = Format.auto,  # noqa: A002
    map: MapOption = [],  # noqa: A002, B006
    feature_kind: KindOption = None,
    mode: ModeOption = RunMode.minimal,
    bucket: BucketOption = [],  # noqa: B006
    subcategory: SubcategoryOption = [],  # noqa: B006
    no_eval: NoEvalOption = False,
    no_security: NoSecurityOption = False,
    fail_on: FailOnOption = [],  # noqa: B006
    json: DocumentOption = False,
    jsonl: LinesOption = False,
    markdown: MarkdownOption = False,
    output: OutputOption = "-",
    limit: LimitOption = None,
    top: TopOption = 5,
    quiet: QuietOption = False,
    no_encoder: NoEncoderOption = False,
    no_local_judge: NoLocalJudgeOption = False,
    taxonomy: TaxonomyOption = None,
    skip_broken: SkipBrokenOption = False,
    judge: JudgeOption = None,
    judge_model: ModelOption = None,
    rejudge: RejudgeOption = 0,
    judge_budget: BudgetOption = [],  # noqa: B006
    judge_price: PriceOption = None,
    judge_cache: CacheOption = None,
    judge_item_chars: ItemCharsOption = None,
    judge_replay: ReplayOption = False,
    dry_run: DryRunOption = False,
    server: ServerOption = None,
    api_key: KeyOption = None,
    project: ProjectOption = None,
) -> int:
    """Find why items failed, with the evidence.

    Shows what failed most, the worst items with what was seen and where, and what could not be judged.

    All is local unless --judge asks an LLM: at OPENAI_BASE_URL with OPENAI_API_KEY. Its replies are kept,
    and the first Ctrl-C stops the asking only.

    With --server the files are read here and analysed there, as one run that stays on the server.

    Exit code: 0 fine; 1 a --fail-on rule was hit; 2 wrong usage; 3 a file or some records could not be read, or the
    judge was not asked to the end (1 wins over 3); 130 interrupted.
    """
    options = dict(locals())
    from failsight.cli import analyze_request, analyze_run  # noqa: PLC0415  (loads the engine)

    return analyze_run.start(analyze_request.AnalyzeRequest(**options))
