"""A guess at the language, as far as grounding needs one: English or not, and whether a capital tells a name."""

from __future__ import annotations

import re

from failsight.engine.text import words

_ENGLISH = frozenset(
    re.split(
        " ",
        "the of and to in is a that for it was on are with by this be from at which can has were have its will not",
    )
)
_OTHER = frozenset(
    re.split(
        " ",
        "der die das und ist ein eine von für mit auf den zu nicht el la los las que de y en un una por con del se le "
        "des et est du une dans pour il di che e per non o do da em os uma het een van en på och är att med og på af i",
    )
)
_SAMPLE = 1200  # characters


def is_english(text: str) -> bool:
    """At least one word in twelve is a common English one, and more than of other languages; few words: plain ASCII."""
    found = [word for word in words(text[:_SAMPLE].lower()) if not word[0].isdigit()]
    if len(found) < 5:
        return text.isascii()
    english = sum(map(_ENGLISH.__contains__, found))
    return english * 12 >= len(found) and english > sum(map(_OTHER.__contains__, found))


_INNER_CAPITAL = re.compile(r"(?<=[a-zß-ÿ,] )[A-ZÀ-Þ][a-zß-ÿ]+")
_INNER = re.compile(r"(?<=[^\W\d_] )[^\W\d_]{2,}")


def capitals_tell_names(text: str) -> bool:
    """False for headlines and capitals throughout; ask of English only (German gives every noun a capital)."""
    inner = len(_INNER.findall(text[:_SAMPLE]))
    return inner < 8 or len(_INNER_CAPITAL.findall(text[:_SAMPLE])) * 2 <= inner
