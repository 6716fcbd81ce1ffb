"""``failsight version``."""

from __future__ import annotations

import typer

from failsight import __version__


def version() -> None:
    """Show the version."""
    typer.echo(f"failsight {__version__}")


def show_version(wanted: bool) -> None:
    """The same as an option."""
    if wanted:
        version()
        raise typer.Exit
