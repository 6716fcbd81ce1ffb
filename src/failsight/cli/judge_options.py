"""Options about the judge that several commands share, and the settings that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from failsight.errors import InvalidInput

if TYPE_CHECKING:
    from failsight.model.judge import JudgeMode
    from failsight.settings import Settings


class Judging(StrEnum):
    """When an LLM is asked."""

    always = "always"
    uncertain = "uncertain"
    never = "never"


JudgeOption = Annotated[
    Judging | None,
    typer.Option("--judge", help="Ask an LLM: always, where the local checks are uncertain, or never (the default)."),
]
ModelOption = Annotated[str | None, typer.Option("--judge-model", metavar="NAME", help="The judge's model.")]
RejudgeOption = Annotated[
    int, typer.Option("--rejudge", min=0, max=50, metavar="K", help="Ask K more times where a verdict is borderline.")
]
BudgetOption = Annotated[
    list[str],
    typer.Option("--judge-budget", metavar="MOST", help="Stop asking after 200000 (tokens) or 2usd; repeatable."),
]
PriceOption = Annotated[
    str | None,
    typer.Option("--judge-price", metavar="IN/OUT", help="US dollars for a million tokens in and out: 0.15/0.60."),
]
CacheOption = Annotated[
    str | None, typer.Option("--judge-cache", metavar="FOLDER", help="Where replies are kept; off keeps none.")
]
ItemCharsOption = Annotated[
    int | None,
    typer.Option("--judge-item-chars", min=1000, metavar="N", help="Shorten items of more characters (48000)."),
]
ReplayOption = Annotated[bool, typer.Option("--judge-replay", help="Use kept replies only; nothing is sent.")]


@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """The judge's options of a command, under their names."""

    judge: JudgeMode | None = None
    judge_model: str | None = None
    rejudge: int = 0
    judge_budget: Sequence[str] = ()
    judge_price: str | None = None
    judge_cache: str | None = None
    judge_item_chars: int | None = None
    judge_replay: bool = False

    def over(self, settings: Settings) -> Settings:
        """The settings with these flags over them; raises InvalidSetting for one that makes no sense."""
        from failsight.settings import read_budget, read_price  # noqa: PLC0415  (commands load what they need)

        known = {
            "judge": None if self.judge is None else str(self.judge),
            "judge_model": self.judge_model,
            "judge_budget": read_budget(",".join(self.judge_budget), "--judge-budget"),
            "judge_price": read_price(self.judge_price or "", "--judge-price"),
            "judge_cache": self.judge_cache,
            "judge_item_chars": self.judge_item_chars,
        }
        return replace(settings, **{name: value for name, value in known.items() if value is not None})  # type: ignore[arg-type]

    def check_local(self) -> None:
        """Raises InvalidInput when one is given where a server decides."""
        for name in JudgeOptions.__dataclass_fields__:
            if getattr(self, name):
                flag = "--" + name.replace("_", "-")
                fix = "Leave it out, or analyse here without --server."
                raise InvalidInput(problem=f"{flag} is not sent to a server: its own settings decide", fix=fix)

    def flags(self) -> list[str]:
        """The options that lead another command to the same verdicts."""
        given = [
            ("--judge", self.judge),
            ("--judge-model", self.judge_model),
            ("--judge-cache", self.judge_cache),
            ("--judge-item-chars", self.judge_item_chars),
        ]
        shown = [part for name, value in given if value is not None for part in (name, str(value))]
        return shown + (["--rejudge", str(self.rejudge)] if self.rejudge else [])
