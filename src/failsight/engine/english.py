"""Whether a text is English: what rules that only know English words must ask before they say ``pass``."""

from __future__ import annotations

import re

from failsight.engine.subject import Subject

_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[a-z]+")
_LIST = """
the of and to in a is that it for on with as are this be at or from by an i you he she they we not have has had but
was were will would can could do does did my your our their its his her me him them if what how when where why who
which there here all any some no so about into out up than then just also more please hi hello yes
"""
_COMMON = frozenset(_LIST.split())
ENOUGH = 8
SHARE = 0.15
READ, SHORT = 300, 3000


def looks_english(text: str) -> bool:
    """At least 15 % of the first 300 words are common English words; a text under 8 words is given the benefit of the
    doubt when it is written in Latin letters."""
    if text.isascii() and len(text) < SHORT:  # the same words, found several times faster
        found = _ASCII_WORD.findall(text.lower())[:READ]
    else:
        found = [match.group().lower() for match, _ in zip(_WORD.finditer(text), range(READ), strict=False)]
    if len(found) < ENOUGH:
        return text.isascii() or not any(ord(letter) > 0x24F and letter.isalpha() for letter in text)
    return sum(map(_COMMON.__contains__, found)) >= SHARE * len(found)


def output_is_english(subject: Subject) -> bool:
    """``looks_english`` of the output; ask for it through ``subject.memo``."""
    return looks_english(subject.item.output)


def request_is_english(subject: Subject) -> bool:
    """``looks_english`` of the last user text; ask for it through ``subject.memo``."""
    return looks_english(subject.last_user_text)
