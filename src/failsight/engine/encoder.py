"""What the engine asks of a sentence encoder; ``judge/encoder.py`` is the real one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Encoder(Protocol):
    """Turns texts into unit vectors. The vector of a text never depends on what else is encoded with it."""

    @property
    def name(self) -> str:
        """Name and version for receipts, such as ``minilm-l6-v2-int8@1``."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of length one."""
