"""``failsight demo``: the bundled examples."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded


@guarded
def demo(
    *,
    top: Annotated[int, typer.Option(min=0, help="How many of the worst items to show.")] = 5,
    no_encoder: Annotated[bool, typer.Option("--no-encoder", help="Do without the bundled models.")] = False,
) -> int:
    """Analyse bundled examples: a RAG bot, an agent, formats, security."""
    from failsight.cli.analyze_request import AnalyzeRequest  # noqa: PLC0415  (loads the engine)
    from failsight.cli.analyze_run import run  # noqa: PLC0415
    from failsight.cli.examples import DEMO  # noqa: PLC0415

    return run(AnalyzeRequest(files=[DEMO], top=top, no_encoder=no_encoder))
