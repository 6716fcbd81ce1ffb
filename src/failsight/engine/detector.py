"""What a detector is: a named, versioned rule that looks at one item and says which failures it sees.

A detector answers for each of its subcategories with a Finding (``fail``, ``pass`` or ``unsure``) or with NotApplicable
and a reason. A subcategory it is silent about counts as not applicable. It never raises for odd data.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any, ClassVar, Literal

from failsight.engine.subject import Subject
from failsight.engine.value import value_class
from failsight.model.tag import Decision

Family = Literal["rule", "model", "security", "judge"]


@value_class
class Evidence:
    """What was seen and where; ``source`` names the item's field, offsets are characters in that field."""

    kind: str
    description: str
    source: str
    snippet: str | None = None
    start: int | None = None
    end: int | None = None
    confidence: float = 1.0
    details: Mapping[str, Any] = field(default_factory=dict)


@value_class
class Finding:
    """One detector's verdict on one subcategory.

    probability: of failure, 0 to 1, calibrated so that a ``fail`` has at least 0.5 and a ``pass`` at most 0.5.
    extent: how much of the item is affected, 0 to 1; it scales severity.
    signals: the numbers that led here, for the receipt.
    """

    subcategory_id: str
    decision: Decision
    probability: float
    rationale: str
    evidence: tuple[Evidence, ...] = ()
    extent: float = 1.0
    family: Family = "rule"
    signals: Mapping[str, float] = field(default_factory=dict)


@value_class
class NotApplicable:
    """Why a subcategory cannot be judged on this item. ``for_judge``: nothing local can tell, but a judge could."""

    subcategory_id: str
    reason: str
    for_judge: bool = False


class Detector(ABC):
    """Subclass, fill the class attributes, write ``detect``; its docstring is its published documentation.

    name: unique, same as the file. version: raised whenever an old verdict may change.
    needs: fields of Item that must be there (see ``Subject.missing``); checked before ``detect`` is called.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    subcategories: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        """Verdicts on this detector's subcategories."""

    @property
    def receipt(self) -> str:
        return f"{self.name}@{self.version}"


def decide(probability: float, *, unsure_band: float = 0.0) -> Decision:
    """``fail`` from 0.5 + band, ``pass`` up to 0.5 - band, ``unsure`` between; a band of 0 leaves no doubt."""
    if probability >= 0.5 + unsure_band:
        return "fail"
    return "pass" if probability <= 0.5 - unsure_band else "unsure"
