"""Whether a text is English: what rules that only know English words must ask before they speak."""

from __future__ import annotations

import re

from failsight.engine.language.stop_words import ALSO_ENGLISH, ENGLISH, FOREIGN, LOANS, OWN
from failsight.engine.subject import Subject

_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"[A-Za-z]+")
_SIGNS = ("{", "=", "_", ";", "|", "<", "\\", "(", '"')
_CODE = re.compile(r"[{}<>=_;|\\]|\w\(|\)[:.\n]|\":|[\"'][,\]]")
_CODE_LINE = re.compile(
    r"[ \t]*(?:import [\w.]+|from [\w.]+ import|def \w+\(|class \w+[:(]|return [\[({]?[\w.]+[\[(]|print\(|"
    r"(?:if|elif|for|while|with) .*:$|(?:else|try|finally):$|const |let |var |function |public |private |#include|"
    r"SELECT |[\w.]+ = )|.*\":"
)
_INLINE = re.compile(r"`[^`\n]{1,200}`")
_OTHER_LETTER = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")  # neither Latin nor one of its diacritics
ENOUGH = 8  # words from which a share can be told
FEW = 2  # frequent words that prose beside code must have
SHARE, SURE = 0.1, 0.35  # of the words that are frequent English ones; from SURE on no other language is asked
OTHER_LETTERS = 0.3
CODE = 0.04  # of the characters that are signs of code and data
READ = 2000  # characters


def looks_english(text: str) -> bool:
    """At least one word in ten is a frequent English one, and none of 18 other languages has more. A text of less
    than eight words, such as a name, a number or a line of code, has the benefit of the doubt: it is English unless
    other letters or another language's frequent words speak against it. Lines of code and data are left out where
    there is prose beside them; a text of nothing else is not English."""
    text = text[:READ]
    plain = text.isascii()
    found = (_ASCII_WORD if plain else _WORD).findall(text)
    if not found:
        return plain or _OTHER_LETTER.search(text) is None
    if not plain and len(_OTHER_LETTER.findall(text)) > OTHER_LETTERS * sum(map(len, found)):
        return False
    low = list(map(str.lower, found))
    english = sum(map(ENGLISH.__contains__, low))
    if len(found) < ENOUGH:
        if plain and OWN.isdisjoint(low):
            return True
        return _foreign(found, low, short=True) <= english
    if english >= SURE * len(found):
        return True
    if any(sign in text for sign in _SIGNS) and len(_CODE.findall(text)) > CODE * len(text):
        prose = _prose(text)
        kept = sum(map(ENGLISH.__contains__, prose.lower().split()))
        return len(prose) < len(text) and kept >= FEW and looks_english(prose)
    return english >= SHARE * len(found) and english > _foreign(found, low, short=False)


def _prose(text: str) -> str:
    """The lines that are neither code nor data, without what stands in backticks."""
    lines = _INLINE.sub(" ", text).split("\n")
    return "\n".join(
        line for line in lines if not _CODE_LINE.match(line) and len(_CODE.findall(line)) <= CODE * len(line)
    )


def _foreign(found: list[str], low: list[str], *, short: bool) -> int:
    """How many frequent words the language other than English has that has most of them; words with letters English
    lacks count for each, but for names. Words that English has as well ("die casting", "pro plan") count only beside
    one that it has not; in a short text a capital may be that of a name ("Los Angeles") and does not count."""
    counts: dict[str, int] = {}
    weights: dict[str, int] = {}
    marked = 0
    for place, (word, plain) in enumerate(zip(found, low, strict=True)):
        if short and word[0].isupper() and (place or len(found) == 1 or found[1][0].isupper()):
            continue
        for language in FOREIGN.get(plain, ()):
            counts[language] = counts.get(language, 0) + 1
            own = 2 if plain not in ALSO_ENGLISH else int(not short and plain not in ENGLISH)
            weights[language] = weights.get(language, 0) + own
        marked += not plain.isascii() and not word[0].isupper() and plain not in FOREIGN and plain not in LOANS
    return max((counts[language] for language, weight in weights.items() if weight >= 2), default=0) + marked


def output_is_english(subject: Subject) -> bool:
    """``looks_english`` of the output; ask for it through ``subject.memo``."""
    return looks_english(subject.item.output)


def request_is_english(subject: Subject) -> bool:
    """``looks_english`` of the last user text; ask for it through ``subject.memo``."""
    return looks_english(subject.last_user_text)
