"""Whether capitals tell names in a text."""

from __future__ import annotations

import re

_SAMPLE = 1200  # characters
_INNER_CAPITAL = re.compile(r"(?<=[a-zß-ÿ,] )[A-ZÀ-Þ][a-zß-ÿ]+")
_INNER = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{2,}")


def capitals_tell_names(text: str) -> bool:
    """False for headlines and capitals throughout; ask of English only (German gives every noun a capital)."""
    inner = len(_INNER.findall(text[:_SAMPLE]))
    return inner < 8 or len(_INNER_CAPITAL.findall(text[:_SAMPLE])) * 2 <= inner
