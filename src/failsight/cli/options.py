"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from failsight.settings import Settings


class Format(StrEnum):
    """Formats of a source."""

    auto = "auto"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


class Kind(StrEnum):
    """Kinds of application."""

    rag = "rag"
    agent = "agent"
    agentic_rag = "agentic_rag"
    generic_llm = "generic_llm"


class RunMode(StrEnum):
    """How much is checked."""

    minimal = "minimal"
    full = "full"


FormatOption = Annotated[Format, typer.Option("--format", help="Format of the input; found by itself when left out.")]
MapOption = Annotated[
    list[str],
    typer.Option("--map", metavar="FIELD=PATH", help="Read an item field from a path, e.g. --map input=my.question."),
]
KindOption = Annotated[Kind | None, typer.Option("--feature-kind", help="Kind of application; detected when left out.")]
ModeOption = Annotated[RunMode, typer.Option("--mode", help="full adds the checks that need a trace.")]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Analyse only the first N items.")]
NoEncoderOption = Annotated[
    bool, typer.Option("--no-encoder", help="Do without the bundled models: faster, words only.")
]
NoLocalJudgeOption = Annotated[
    bool, typer.Option("--no-local-judge", help="Do without the bundled judge of grounding: faster, less sure.")
]
TaxonomyOption = Annotated[
    str | None,
    typer.Option("--taxonomy", metavar="FILE", help="A taxonomy file that extends or replaces the built-in."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Machine-readable JSON on stdout.")]


def split(texts: Iterable[str]) -> list[str]:
    """Values of an option that may be repeated and may hold several with commas between."""
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def chosen_settings(no_encoder: bool, taxonomy: str | None, *, no_local_judge: bool = False) -> Settings:
    """Flags over the environment."""
    from dataclasses import replace  # noqa: PLC0415  (commands load what they need)

    from failsight.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    if no_encoder:
        settings = replace(settings, encoder=False)
    if no_local_judge:
        settings = replace(settings, local_judge=False)
    return replace(settings, taxonomy=taxonomy) if taxonomy else settings
