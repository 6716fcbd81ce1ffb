"""What a verifiable instruction is, what a family of them is, and what a check answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Literal

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import Bounds, in_words
from failsight.engine.value import value_class

Subcategory = Literal["output_format_non_compliance", "task_not_followed", "partial_task_completion"]


@value_class
class Instruction:
    """One demand and the place it was read from: ``quote == text of source[start:end]``.

    wording: the demand in plain words. bounds, terms, mode: its parameters, as its family needs them.
    """

    family: str
    wording: str
    source: str
    start: int
    end: int
    quote: str
    bounds: Bounds | None = None
    terms: tuple[str, ...] = ()
    mode: str = ""


@value_class
class CheckResult:
    """Whether the output follows one instruction.

    followed: None when it cannot be decided. measured: what was found, in plain words. places: spans of the output
    that offend, empty when something is missing. delivered: share of a demanded amount that is there, 0 to 1.
    """

    followed: bool | None
    measured: str
    places: tuple[tuple[int, int], ...] = ()
    delivered: float = 0.0


class InstructionFamily(ABC):
    """One kind of demand: how it is read from a prompt and how it is checked.

    clues: lower-case texts of which one must stand in the prompt, else it is not read. reliability: how sure a failed
    check is, 0.5 to 1. of_the_whole: it says how all of the output must be, so that nothing is done in part.
    """

    name: ClassVar[str]
    subcategory: ClassVar[Subcategory]
    clues: ClassVar[tuple[str, ...]]
    reliability: ClassVar[float] = 0.95
    of_the_whole: ClassVar[bool] = False

    @abstractmethod
    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        """The instructions of this family; what cannot be read with confidence is left out."""

    @abstractmethod
    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        """Whether the answer follows the instruction."""

    def binds_task(self, instruction: Instruction) -> bool:  # noqa: ARG002
        """Whether it is a limit or a ban that the task sets, so that the task is not followed where it is broken."""
        return False

    def instruction(
        self,
        prompt: Prompt,
        span: tuple[int, int],
        wording: str,
        *,
        bounds: Bounds | None = None,
        terms: tuple[str, ...] = (),
        mode: str = "",
    ) -> Instruction:
        """An instruction of this family at this span of the prompt."""
        start, end = span
        return Instruction(self.name, wording, prompt.source, start, end, prompt.text[start:end], bounds, terms, mode)


def check_amount(bounds: Bounds, fewest: int, most: int, unit: str) -> CheckResult:
    """A count against its bounds; ``fewest`` and ``most`` are the counts under the strictest and the widest reading."""
    shown = str(most) if fewest == most else f"{fewest} to {most}"
    delivered = min(1.0, most / bounds.low) if bounds.low else 1.0
    return CheckResult(bounds.allow(fewest, most), in_words(shown, unit), delivered=delivered)
