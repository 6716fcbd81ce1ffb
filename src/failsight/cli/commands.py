"""Commands that are shown to the user, with the options that lead to the same numbers."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol


class Analyzed(Protocol):
    """What ``failsight analyze`` was asked, as far as another command needs it."""

    @property
    def files(self) -> Sequence[str]: ...

    @property
    def format(self) -> str: ...

    @property
    def map(self) -> Sequence[str]: ...

    @property
    def feature_kind(self) -> str | None: ...

    @property
    def mode(self) -> str: ...

    @property
    def limit(self) -> int | None: ...

    @property
    def no_encoder(self) -> bool: ...

    @property
    def no_local_judge(self) -> bool: ...

    @property
    def taxonomy(self) -> str | None: ...

    def flags(self) -> list[str]: ...


def explain_command(request: Analyzed) -> Callable[[str], str]:
    """From a tag to the command that explains it; a source that cannot be read again asks for a saved result."""
    if len(request.files) != 1 or request.files[0] == "-":
        return lambda tag: f"add --json --output run.json, then: failsight explain run.json {tag}"
    options: list[str] = []
    for name, value, default in (
        ("--format", request.format, "auto"),
        ("--feature-kind", request.feature_kind, None),
        ("--mode", request.mode, "minimal"),
        ("--limit", request.limit, None),
        ("--taxonomy", request.taxonomy, None),
    ):
        if value != default:
            options += [name, str(value)]
    options += [part for pair in request.map for part in ("--map", pair)]
    options += ["--no-encoder"] if request.no_encoder else []
    options += ["--no-local-judge"] if request.no_local_judge else []
    options += request.flags()
    return lambda tag: shlex.join(["failsight", "explain", request.files[0], tag, *options])


def source_name(path: str) -> str:
    """What a source is called in a report."""
    return "standard input" if path == "-" else Path(path).name
