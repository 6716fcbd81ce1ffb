"""``failsight analyze``: its options; ``analyze_run.py`` does the work."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded
from failsight.cli.options import (
    Format,
    FormatOption,
    KindOption,
    LimitOption,
    MapOption,
    ModeOption,
    NoEncoderOption,
    RunMode,
    TaxonomyOption,
)


@guarded
def analyze(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="JSON, JSON Lines or CSV, also .gz; - is stdin.")
    ],
    *,
    format: FormatOption = Format.auto,  # noqa: A002
    map: MapOption = [],  # noqa: A002, B006
    feature_kind: KindOption = None,
    mode: ModeOption = RunMode.minimal,
    bucket: Annotated[list[str], typer.Option(help="Only checks of this bucket; repeatable.")] = [],  # noqa: B006
    subcategory: Annotated[list[str], typer.Option(help="Only this check; repeatable.")] = [],  # noqa: B006
    no_eval: Annotated[bool, typer.Option("--no-eval", help="No evaluation metrics.")] = False,
    no_security: Annotated[bool, typer.Option("--no-security", help="No security checks and flags.")] = False,
    fail_on: Annotated[
        list[str],
        typer.Option(
            metavar="RULE",
            help="Exit with 1 on: any, gate, alert, severity>=N, a bucket or subcategory id; repeatable.",
        ),
    ] = [],  # noqa: B006
    json: Annotated[bool, typer.Option("--json", help="The whole result as one JSON document.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="One JSON line for each item, the summary last.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown for a pull request or job summary.")] = False,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="Write the report there.")] = "-",
    limit: LimitOption = None,
    top: Annotated[int, typer.Option(min=0, help="How many of the worst items to show.")] = 5,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")] = False,
    no_encoder: NoEncoderOption = False,
    taxonomy: TaxonomyOption = None,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Records that cannot be read do not make the exit code 3.")
    ] = False,
) -> int:
    """Find why items failed, with the evidence.

    Shows what failed most, the worst items with what was seen and where, and what could not be judged.

    Exit code: 0 fine; 1 a --fail-on rule was hit; 2 wrong usage; 3 a file or some records could not be read (1 wins
    over 3).
    """
    from failsight.cli.analyze_run import AnalyzeRequest, run  # noqa: PLC0415  (loads the engine)

    return run(
        AnalyzeRequest(
            files=files,
            format=format.value,
            map=map,
            feature_kind=feature_kind.value if feature_kind else None,
            mode=mode.value,
            bucket=bucket,
            subcategory=subcategory,
            no_eval=no_eval,
            no_security=no_security,
            fail_on=fail_on,
            shapes=tuple(name for name, wanted in (("json", json), ("jsonl", jsonl), ("markdown", markdown)) if wanted),
            output=output,
            limit=limit,
            top=top,
            quiet=quiet,
            no_encoder=no_encoder,
            taxonomy=taxonomy,
            skip_broken=skip_broken,
        )
    )
