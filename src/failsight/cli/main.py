"""The command line. Commands load what they need when they are called, so that ``--help`` answers at once."""

from __future__ import annotations

import io
import sys

import typer

from failsight.cli.analyze import analyze
from failsight.cli.demo import demo
from failsight.cli.detectors import detectors
from failsight.cli.explain import explain
from failsight.cli.runs import runs
from failsight.cli.server import database, keys, organizations, serve, users, worker
from failsight.cli.taxonomy import taxonomy
from failsight.cli.test_results import results
from failsight.cli.version import show_version, version

EPILOG = "Exit codes: 0 fine, 1 a --fail-on rule was hit, 2 wrong usage, 3 could not evaluate everything."

app = typer.Typer(
    name="failsight",
    help="Finds why an LLM application fails. Offline, without a key.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=show_version, is_eager=True, help="Show the version."),
) -> None:
    """Finds why an LLM application fails. Offline, without a key."""


for command in (analyze, explain, demo, taxonomy, detectors, serve, worker, version):
    app.command()(command)
for group, name in (
    (runs, "runs"),
    (database, "db"),
    (keys, "keys"),
    (users, "users"),
    (organizations, "organizations"),
    (results, "results"),
):
    app.add_typer(group, name=name)


def main() -> None:
    """The entry point of ``failsight``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="failsight")
    except KeyboardInterrupt:
        sys.exit(130)
