"""What an evaluation metric is: a score of one item between 0 and 1, higher is better, with an explanation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from failsight.engine.subject import Subject
from failsight.engine.value import value_class

MetricKind = Literal["heuristic", "local"]


@value_class
class Score:
    """``value`` is 0 to 1, higher is better. receipt: of a judge's score, what was asked and what came back."""

    value: float
    explanation: str
    receipt: Mapping[str, Any] | None = None


@value_class
class Unmeasured:
    """Why a metric says nothing on an item."""

    reason: str


@value_class
class JudgeOnly:
    """A metric that only a judge can measure: known by name, never scored without one."""

    name: str
    display_name: str
    definition: str


class Metric(ABC):
    """``name`` is the metric's key on the wire. ``kind``: ``heuristic`` is exact by definition, ``local`` is an
    approximation without an LLM of what a judge would be asked. The docstring gives definition and source."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    display_name: ClassVar[str]
    definition: ClassVar[str]
    kind: ClassVar[MetricKind]
    needs: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def score(self, subject: Subject) -> Score | Unmeasured | None:
        """The item's score, or Unmeasured with the reason (None: nothing to measure): never 0.0 for "not measured"."""
