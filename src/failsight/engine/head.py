"""What a category head is: a local check of one or more security categories (S1 to S23) on one item.

Most security flags follow from failure tags through the taxonomy's table; a head answers where a category is about the
*subject matter* of the text (weapons, self-harm, ...) rather than about a failure subcategory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from failsight.engine.detector import Evidence
from failsight.engine.subject import Subject
from failsight.engine.value import value_class
from failsight.model.tag import Decision


@value_class
class CategoryFinding:
    """A head's verdict on one category code. ``side`` says which text carries it: ``input`` or ``output``."""

    code: str
    decision: Decision
    probability: float
    rationale: str
    side: str = "output"
    evidence: tuple[Evidence, ...] = ()


class Head(ABC):
    """``codes`` are the categories it can answer; it is silent where it cannot."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    codes: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]] = ("output",)

    @abstractmethod
    def check(self, subject: Subject) -> Iterable[CategoryFinding]:
        """Verdicts on this head's categories."""
