"""How sure pass rates are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054
Shares = npt.NDArray[np.float64]


def wilson(passed: npt.ArrayLike, total: npt.ArrayLike) -> tuple[Shares, Shares]:
    """The 95 % confidence intervals of shares, in percent (Wilson 1927, score interval without correction).

    passed, total: counts, one share each. Of nothing, it is everything: 0.0 to 100.0.
    """
    counts = np.asarray(total, np.float64)
    known = np.maximum(counts, 1.0)
    share, square = np.asarray(passed, np.float64) / known, Z95 * Z95
    width = 1 + square / known
    middle = share + square / (2 * known)
    half = Z95 * np.sqrt(share * (1 - share) / known + square / (4 * known * known))
    low, high = (middle - half) / width, (middle + half) / width
    none = counts == 0
    low = np.where(none, 0.0, np.round(100 * np.maximum(low, 0.0), 2))
    return low, np.where(none, 100.0, np.round(100 * np.minimum(high, 1.0), 2))
