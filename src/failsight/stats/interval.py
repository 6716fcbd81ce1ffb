"""How sure a pass rate is."""

from __future__ import annotations

from math import sqrt

Z95 = 1.959963984540054


def wilson(passed: int, total: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share, in percent (Wilson 1927, score interval without correction).

    Of nothing, it is everything: (0.0, 100.0).
    """
    if total == 0:
        return 0.0, 100.0
    share, square = passed / total, Z95 * Z95
    width = 1 + square / total
    middle = share + square / (2 * total)
    half = Z95 * sqrt(share * (1 - share) / total + square / (4 * total * total))
    low, high = (middle - half) / width, (middle + half) / width
    return round(100 * max(low, 0.0), 2), round(100 * min(high, 1.0), 2)
