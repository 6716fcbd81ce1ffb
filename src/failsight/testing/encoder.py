"""A sentence encoder without a model: texts that share words are close, the same text is always the same vector."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"\w+")


class HashingEncoder:
    """Adds up one pseudo-random unit vector for each word, drawn from a hash of the word, and one for the text's length
    class so that empty texts have a vector too. ``dimension`` is the length of the vectors."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self._known: dict[str, npt.NDArray[np.float64]] = {}

    @property
    def name(self) -> str:
        return f"hashing-{self.dimension}@1"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (len(texts), dimension), rows of length one."""
        rows = [self._vector(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, self.dimension)

    def _vector(self, text: str) -> npt.NDArray[np.float64]:
        total = 0.01 * self._direction("")
        for word in _WORD.findall(text.lower()):
            total = total + self._direction(word)
        return total / np.linalg.norm(total)

    def _direction(self, word: str) -> npt.NDArray[np.float64]:
        if word not in self._known:
            digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
            vector = np.random.default_rng(int.from_bytes(digest, "big")).standard_normal(self.dimension)
            self._known[word] = vector / np.linalg.norm(vector)
        return self._known[word]
