"""What an output cites: links, identifiers, numbered markers, author-year references and attributed quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from failsight.engine.value import value_class

CitationKind = Literal["url", "identifier", "marker", "author_year", "quotation"]

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'`\]|}【】，。）]+", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"\b10\.\d{4,9}/[^\s<>\"'\]),;]+|\barxiv:\s?\d{4}\.\d{4,5}|\bpmid:?\s?\d{5,9}\b", re.IGNORECASE
)
_MARKER = re.compile(
    r"\[\^?(\d{1,2}(?:\s?[,–-]\s?\d{1,2})*)\](?!\()|【(\d{1,2})[^】]{0,20}】|"
    r"\b(?:passage|document|source|context|doc|excerpt)s?\s?#?\[?(\d{1,2})\b",
    re.IGNORECASE,
)
_NAME = r"[A-Z][a-zà-ÿ'’-]+(?:-[A-Z][a-z]+)?"
_AUTHOR_YEAR = re.compile(
    rf"\b({_NAME}(?:(?:,| and| &|, and) {_NAME}){{0,3}}(?: et al\.?)?),? \(?((?:19|20)\d\d)[a-z]?\)(?!\w)"
)
_QUOTATION = re.compile(r"“([^“”\n]{20,600})”|«\s?([^«»\n]{20,600})\s?»|„([^„“”\n]{20,600})[“”]|\"([^\"\n]{20,600})\"")
_SAYS = re.compile(
    r"\b(?:says?|said|states?|stated|writes?|wrote|notes?|noted|according to|quot\w+|explains?|explained|reads|"
    r"declared|claims?|claimed|argues?|argued|passage|document|article|source|policy|selon|laut|según|dit|sagt|heißt|"
    r"schreibt)\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_NOT_AUTHOR = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|In|On|Since|Until|By|From|"
    r"Spring|Summer|Autumn|Fall|Winter|The|After|Before|During|Early|Late|Mid)\b"
)
_QUOTE_WORDS = 5


@value_class
class Citation:
    """A citation at ``output[start:end]``. ``numbers``: the passages a marker points to, or the year of a reference."""

    kind: CitationKind
    text: str
    start: int
    end: int
    numbers: tuple[int, ...] = ()


def find_citations(output: str) -> list[Citation]:
    """Every citation outside code blocks, by kind and place; linear in the length of the output."""
    fences = [match.span() for match in _FENCE.finditer(output)] if "```" in output else []
    found = [*_links(output), *_markers(output), *_references(output), *_quotations(output)]
    return [c for c in found if not any(begin <= c.start < end for begin, end in fences)]


def _links(output: str) -> Iterator[Citation]:
    if "://" in output or "www." in output.lower():
        for match in _URL.finditer(output):
            text = match[0].rstrip(".,;:!?*_")
            if text.endswith(")") and "(" not in text:
                text = text.rstrip(")").rstrip(".,;:!?*_")
            yield Citation("url", text, match.start(), match.start() + len(text))
    if "10." in output or "arxiv" in output.lower() or "pmid" in output.lower():
        for match in _IDENTIFIER.finditer(output):
            text = match[0].rstrip(".")
            yield Citation("identifier", text, match.start(), match.start() + len(text))


def _markers(output: str) -> Iterator[Citation]:
    for match in _MARKER.finditer(output):
        named = next(group for group in match.groups() if group)
        yield Citation("marker", match[0], match.start(), match.end(), _numbers(named))


def _numbers(text: str) -> tuple[int, ...]:
    """ "2, 4-6" gives 2, 4, 5, 6."""
    numbers: list[int] = []
    for part in text.split(","):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        numbers += range(ends[0], ends[-1] + 1) if len(ends) == 2 else ends
    return tuple(numbers)


def _references(output: str) -> Iterator[Citation]:
    for match in _AUTHOR_YEAR.finditer(output):
        before = output[max(0, match.start() - 80) : match.start()]
        bracketed = "(" in match[0] or before.rfind("(") > before.rfind(")")
        if bracketed and not _NOT_AUTHOR.match(match[0]):
            yield Citation("author_year", match[0], match.start(), match.end(), (int(match[2]),))


def _quotations(output: str) -> Iterator[Citation]:
    """Quotations of at least five words that somebody is said to have said; other quotation marks cite nothing."""
    for match in _QUOTATION.finditer(output):
        text = next(group for group in match.groups() if group)
        start = output.index(text, match.start())
        before = output[max(0, match.start() - 80) : match.start()]
        after = output[match.end() : match.end() + 40]
        said = _SAYS.search(before.rsplit("\n", 1)[-1]) or _SAYS.match(after.lstrip(" ,"))
        if len(text.split()) >= _QUOTE_WORDS and said:
            yield Citation("quotation", text, start, start + len(text))
