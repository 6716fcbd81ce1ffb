"""A local judge without a model: a word that no support has is unsupported."""

from __future__ import annotations

import re
from collections.abc import Sequence

from failsight.engine.local_judge import TokenScores

_WORD = re.compile(r"\w+")
_KNOWN, _NEW = -3.0, 2.0  # log odds


class WordJudge:
    """Takes words for tokens; the response is the worst of them."""

    @property
    def name(self) -> str:
        return "words@1"

    def read(self, question: str, support: Sequence[str], output: str) -> TokenScores:
        """Scores of every word of the output."""
        given = {word.lower() for text in (question, *support) for word in _WORD.findall(text)}
        words = list(_WORD.finditer(output))
        odds = tuple(_KNOWN if word.group().lower() in given else _NEW for word in words)
        starts, ends = tuple(word.start() for word in words), tuple(word.end() for word in words)
        return TokenScores(starts, ends, odds, tuple(_KNOWN for _ in words), max(odds, default=0.0))
