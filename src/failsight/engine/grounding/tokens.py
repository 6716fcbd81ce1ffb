"""Tokens of a text with their offsets: words as light stems, numbers in one form, scripts without spaces as pairs."""

from __future__ import annotations

import re
from functools import lru_cache

from failsight.engine.grounding.word_lists import FUNCTION_WORDS, LIGHT_WORDS
from failsight.engine.value import value_class

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_NUMBER = r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+|\d+,\d{1,2}(?![\d,.])|\d+"
_ACRONYM = r"(?:[A-Za-z]\.){2,}"
_TOKEN = re.compile(rf"{_NUMBER}|{_ACRONYM}|[^\W\d_]+(?:['’][^\W\d_]+)*|[%°$€£]")
_TOKEN_ASCII = re.compile(rf"[A-Za-z]{{2,}}(?:'[A-Za-z]+)*|{_NUMBER}|{_ACRONYM}|[A-Za-z](?:'[A-Za-z]+)*|[%$]")  # same
_TOKEN_SPACELESS = re.compile(rf"{_NUMBER}|[{_SPACELESS}]+|(?:(?![{_SPACELESS}])[^\W\d_])+|[%°$€£]")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_SUFFIXES = ("ingly", "edly", "ing", "ed", "ies", "ied", "ly", "es", "s")


@value_class
class Tokens:
    """``stems[i]`` stands at ``text[starts[i]:ends[i]]``; the lists have one length."""

    text: str
    stems: list[str]
    starts: list[int]
    ends: list[int]

    def raw(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]]


def tokenize(text: str) -> Tokens:
    """Numbers, words, currency and percent signs in reading order; linear in the length of the text."""
    plain = text.isascii()
    spaceless = not plain and _HAS_SPACELESS.search(text) is not None
    matches = list((_TOKEN_ASCII if plain else _TOKEN_SPACELESS if spaceless else _TOKEN).finditer(text))
    if not spaceless:
        wholes = [_whole(match[0]) for match in matches]
        if all(wholes):  # no word falls into pieces
            return Tokens(text, wholes, [match.start() for match in matches], [match.end() for match in matches])
    return _tokenize_pieces(text, matches, spaceless=spaceless)


def _tokenize_pieces(text: str, matches: list[re.Match[str]], *, spaceless: bool) -> Tokens:
    """A text in which words fall into pieces."""
    stems: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in matches:
        word = match[0]
        start, end = match.span()
        whole = "" if spaceless and _HAS_SPACELESS.match(word) else _whole(word)
        if whole:
            stems.append(whole)
            starts.append(start)
            ends.append(end)
            continue
        for piece, first, last in _pieces(word):
            stems.append(stem(piece))
            starts.append(start + first)
            ends.append(start + last)
    return Tokens(text, stems, starts, ends)


def _pieces(word: str) -> list[tuple[str, int, int]]:
    """camelCase at its capitals, scripts without spaces as overlapping pairs of characters."""
    if _HAS_SPACELESS.match(word):
        return [(word[i : i + 2], i, min(i + 2, len(word))) for i in range(max(1, len(word) - 1))]
    return [(part[0], part.start(), part.end()) for part in _CAMEL.finditer(word)]


@lru_cache(maxsize=1 << 16)
def _whole(word: str) -> str:
    """The word's stem, or nothing when the word falls into pieces."""
    if len(word) > 3 and word.isascii() and word.isalpha() and not word[1:].islower() and not word.isupper():
        return ""
    return stem(word)


def is_content(stemmed: str) -> bool:
    """Carries meaning: neither a function word nor a lone sign."""
    return stemmed not in FUNCTION_WORDS and (len(stemmed) > 1 or stemmed.isdigit())


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word in lower case without possessive, plural, -ing, -ed, -ly; a number without grouping or final zeros."""
    if word[0].isdigit():
        return _plain_number(word)
    low = word.lower().replace("’", "'").replace(".", "")
    if low.endswith("n't"):
        return low
    low = low.split("'")[0] if len(low.split("'")[0]) > 1 else low.replace("'", "")
    if low in FUNCTION_WORDS or len(low) < 4 or not low.isascii():
        return low
    for suffix in _SUFFIXES:
        if low.endswith(suffix) and len(low) - len(suffix) >= 3:
            return _repaired(low, suffix)
    return low[:-1] if low.endswith("e") and len(low) > 4 else low


def _repaired(low: str, suffix: str) -> str:
    body = low[: -len(suffix)]
    if suffix == "s" and low.endswith(("ss", "us", "is")):
        return low
    if suffix in {"ies", "ied"}:
        return body + "y"
    if suffix in {"ing", "ed"} and not any(vowel in body for vowel in "aeiouy"):
        return low
    if len(body) > 3 and body[-1] == body[-2] and body[-1] not in "lsz":
        body = body[:-1]
    return body[:-1] if body.endswith("e") and len(body) > 4 else body


def _plain_number(word: str) -> str:
    if _GROUPED.match(word):
        word = word.replace(",", "")
    elif word.count(",") == 1 and "." not in word:
        word = word.replace(",", ".")
    if word.count(".") == 1:
        word = word.rstrip("0").rstrip(".")
    word = word.lstrip("0") or "0"
    return f"0{word}" if word[0] == "." else word


_LIGHT = frozenset(stem(word) for word in LIGHT_WORDS)


def is_telling(stemmed: str) -> bool:
    """A content word that speaks of the subject, not of the answer itself ("passage", "overall", "important")."""
    return is_content(stemmed) and stemmed not in _LIGHT
