"""What the engine asks of a trained local judge; ``judge/local_judge.py`` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TokenScores:
    """What a judge reads off the tokens of an output, all tuples of one length, in reading order.

    starts, ends: characters of the output; no two tokens overlap. unsupported, conflict: log odds that the token is
    part of something the support lacks, or denies. Of the output as a whole, its worst part's log odds: ``response``
    that something is unsupported, ``contradiction`` that something is denied, ``wrong_entity`` that a name or number
    stands for another.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    unsupported: tuple[float, ...]
    conflict: tuple[float, ...]
    response: float
    contradiction: float = 0.0
    wrong_entity: float = 0.0


class LocalJudge(Protocol):
    """Compares an output with the texts it may rest on. The scores depend on these texts alone."""

    @property
    def name(self) -> str:
        """Name and version for receipts, such as ``grounding-int8@2``."""

    def read(self, question: str, support: Sequence[str], output: str) -> TokenScores:
        """Scores of the output's tokens (of a very long one, of those at its beginning); empty for one without any."""
