"""From a weighed sum to a probability."""

from __future__ import annotations

import math


def logistic(score: float) -> float:
    """A score as a probability, 0 to 1, safe for any size."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
