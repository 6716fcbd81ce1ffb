"""``failsight detectors``: their published documentation."""

from __future__ import annotations

from typing import Annotated

import typer

from failsight.cli.guard import guarded
from failsight.cli.options import JsonOption


@guarded
def detectors(
    name: Annotated[str | None, typer.Argument(help="Show this detector's documentation.")] = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the detectors, or show the documentation of one."""
    from failsight.cli.detector_pages import list_page, one_page  # noqa: PLC0415  (loads the engine)

    typer.echo(one_page(name, as_json=json) if name else list_page(as_json=json))
