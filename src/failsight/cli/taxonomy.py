"""``failsight taxonomy``: its options; ``taxonomy_pages.py`` prints."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded
from failsight.cli.options import JsonOption, TaxonomyOption


@guarded
def taxonomy(
    *,
    bucket: Annotated[list[str], typer.Option(help="Only this bucket; repeatable.")] = [],  # noqa: B006
    crosswalk: Annotated[
        str | None, typer.Option(help="Against another vocabulary: mast, trail, owasp_llm, ...")
    ] = None,
    json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="A Markdown table.")] = False,
    taxonomy: TaxonomyOption = None,
) -> None:
    """List the failures that are looked for."""
    from failsight.cli.options import chosen_settings, split  # noqa: PLC0415
    from failsight.cli.taxonomy_pages import chosen_buckets, render  # noqa: PLC0415  (loads the taxonomy)
    from failsight.wiring.taxonomy import load_taxonomy  # noqa: PLC0415

    known = load_taxonomy(chosen_settings(False, taxonomy).taxonomy)
    chosen = chosen_buckets(known, split(bucket))
    shape = "json" if json else "markdown" if markdown else "text"
    typer.echo(render(chosen, shape, crosswalk))
