"""Grounding: the claims of an output, the passages they rest on, and where the two disagree.

``subject.memo(ground)`` gives the ``Grounding``, what the words say, and ``subject.memo(weigh)`` the ``Weighed``
probability of words and local judge together; each is computed once per item and shared by detectors and metrics.
"""

from __future__ import annotations

from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.grounding import Claim, Grounding, ground
from failsight.engine.grounding.weighing import Weighed, weigh

__all__ = ["Claim", "Conflict", "Grounding", "Weighed", "ground", "weigh"]
