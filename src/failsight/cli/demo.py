"""``failsight demo``: the bundled examples."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded


@guarded
def demo(
    *,
    top: Annotated[int, typer.Option(min=0, help="How many of the worst items to show.")] = 5,
    no_encoder: Annotated[bool, typer.Option("--no-encoder", help="Do without the sentence encoder.")] = False,
) -> int:
    """Analyse bundled examples: a RAG bot, an agent, formats, security."""
    from importlib import resources  # noqa: PLC0415

    from failsight.cli.analyze_run import AnalyzeRequest, run  # noqa: PLC0415  (loads the engine)

    examples = resources.files("failsight").joinpath("examples", "demo.jsonl")
    with resources.as_file(examples) as path:
        return run(AnalyzeRequest(files=[str(path)], top=top, no_encoder=no_encoder))
