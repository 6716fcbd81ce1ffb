"""The output under check, with everything that several checks count."""

from __future__ import annotations

import re
from functools import cached_property

_TOKEN = re.compile(r"\w+")
_SPACED = re.compile(r"\S*\w\S*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]*_]*(?=\s|\Z)|[。！？।]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|sr|jr|st|vs|etc|no|inc|ltd|co|e\.g|i\.e|u\.s|a\.m|p\.m|fig|approx)|\b[a-z]|"
    r"(?:^|\n)[\s*#>-]*(?:\d+|[a-z]))\Z",
    re.I,
)
_BULLET = re.compile(r"^[ \t]*(?:\*(?=[ \t]+\S|[^\s*])|[-•‣–](?=[ \t]+\S))[^\n]*$", re.M)
_STAR_RULE = re.compile(r"(?<!\*)[ \t]*\*\*\*[ \t]*(?!\*)")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_FENCE = re.compile(r"\A\s*```[\w+-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.S)


class Answer:
    """An output text; spans are characters of ``text``."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def stripped(self) -> str:
        return self.text.strip()

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def word_counts(self) -> tuple[int, int]:
        """Number of words, hyphenated and elided words taken as one and as several; a CJK sign is a word."""
        signs = len(_CJK.findall(self.text))
        plain = _CJK.sub(" ", self.text) if signs else self.text
        counts = len(_SPACED.findall(plain)) + signs, len(_TOKEN.findall(plain)) + signs
        return min(counts), max(counts)

    @cached_property
    def sentence_counts(self) -> tuple[int, int]:
        """Number of sentences: those that punctuation ends, and with lines that end without punctuation as well."""
        ended, open_lines = 0, 0
        for line in self.text.split("\n"):
            stops = [m for m in _STOP.finditer(line) if not _is_abbreviation(line, m)]
            ended += len(stops)
            rest = line[stops[-1].end() :] if stops else line
            open_lines += bool(re.search(r"\w", rest))
        tail = not _STOP.search(self.stripped[-4:])
        return max(1, ended + tail), max(1, ended + open_lines)

    @cached_property
    def bullets(self) -> list[tuple[int, int]]:
        """Spans of the lines that begin with a bullet."""
        return [match.span() for match in _BULLET.finditer(self.text)]

    @cached_property
    def starred_parts(self) -> list[str]:
        """What stands between dividers of three asterisks, empty edges left out."""
        parts = [part.strip() for part in _STAR_RULE.split(self.text)]
        return parts[bool(parts and not parts[0]) : len(parts) - (len(parts) > 1 and not parts[-1])]

    @cached_property
    def paragraphs(self) -> list[str]:
        """What stands between blank lines."""
        return [part.strip() for part in _BLANK_LINES.split(self.stripped) if part.strip()]

    @cached_property
    def unfenced(self) -> str:
        """The output without a code fence around all of it."""
        match = _FENCE.match(self.text)
        return match.group(1) if match else self.stripped


def _is_abbreviation(line: str, stop: re.Match[str]) -> bool:
    return stop.group()[0] == "." and _ABBREVIATION.search(line, max(0, stop.start() - 8), stop.start()) is not None
