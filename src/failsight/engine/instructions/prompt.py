"""A prompt as a reader of instructions sees it: its clauses, with quoted documents and examples blanked out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")

MAX_READ = 20_000
BLANK = "\x00"
_ASSISTANT_TURN = re.compile(r"^[ \t]*(?:assistant|agent|ai|bot|model|chatbot)[ \t]*:", re.I | re.M)
_USER_TURN = re.compile(r"^[ \t]*(?:user|human|customer|client)[ \t]*:", re.I | re.M)
_RUN = re.compile(r"([^\w\x00])\1{15,}")
_QUOTED = re.compile(
    r"(?<![\w\"])\"(?=\S)[^\"\n]{45,4000}(?<=\S)\"(?!\w)|“[^”]{45,4000}”|„[^“”]{45,4000}[“”]|"
    r"«[^»]{45,4000}»",
    re.S,
)
_FENCED = re.compile(
    r"```.*?(?:```|\Z)|<(document|context|text|passage|article|email|example)s?>.*?</\1s?>", re.S | re.I
)
_MATERIAL = re.compile(
    r"(?:\b(?:following|below|this|these|given|provided|here is|here's)\b[^\n]{0,80}|"
    r"^[^\w\n]{0,12}(?:text|passage|article|document|"
    r"context|email|transcript|review|paragraph|story|content|excerpt|conversation|dialogue|input|source)\b[^\n]{0,30})"
    r":[ \t]*(?=\n)|^[^\w\n]{0,12}(?:passage|document|context|article|text|transcript|source)s?\s*\d*\s*:",
    re.I | re.M,
)
_ADDRESSED = re.compile(
    r"\byour (?:\w+ )?(?:response|answer|reply|output|summary|essay|text|poem|story|rewrite)|"
    r"\b(?:do not|don['’]t|please|make sure|ensure|refrain|you (?:must|should|need|are)|first,? repeat)\b|"
    r"^[^\w\n]{0,12}(?:\d+[.)]\s*)?(?:avoid|include|use|answer|respond|reply|write|keep|limit|add|end|finish|start|begin|"
    r"highlight|mention|return|output|put|wrap|give|provide|separate|without|bitte|verwende|schreibe|antworte)\b",
    re.I | re.M,
)
_CLAUSE_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s)|\n+|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:i\.e|e\.g|etc|vs|p\.(?:\s?p\.)?\s?s|p\.?p\.?s|mr|mrs|dr|approx|max|min|z\.\s?b|ca)|\d)\Z", re.I
)
_CONDITIONAL = re.compile(
    r"^[^\w\n]{0,12}(?:\d+[.)]\s*)?(?:if|whenever|unless|in case|falls|wenn|when (?:the|a|asked|users?))\b", re.I
)
_QUESTION = re.compile(
    r"^[^\w\n]{0,12}(?:what|why|how|when|where|who|whom|whose|which|is|are|am|do|does|did|was|were|has|have|had|should|may)\b"
    r"(?!.*\b(?:can|could|would|will) you\b|.*\bplease\b).*\?\W*\Z",
    re.I | re.S,
)
_OTHERS = re.compile(
    r"\b(?:students|applicants|candidates|participants|people|users|customers|employees|members|they|he|she|authors|"
    r"contestants|players|visitors|teachers?|boss|professor|website|"
    r"law)\s+(?:(?!and|or|but)\w+\s+)?(?:should|must|shall|ha[sd] to|"
    r"have to|needs? to|are|were|is|was|wrote|had|has|used|says?|said|wants?|asked|requires?)\b|"
    r"\b(?:i|we)\s+(?:\w+\s+)?(?:wrote|had|was|were|made|got|used|already|received|read|saw|"
    r"counted)\b|\bmy \w+ (?:is|was|has|had)\b",
    re.I,
)


class Prompt:
    """One source of instructions. ``source`` names the item's field, offsets are characters of ``text``; ``asked`` is
    what the user said last."""

    def __init__(self, source: str, text: str, asked: str = "") -> None:
        self.source = source
        self.text = text
        self.asked = asked
        self._memo: dict[Callable[[Prompt], Iterable[Any]], tuple[Any, ...]] = {}

    def memo(self, read: Callable[[Prompt], Iterable[T]]) -> tuple[T, ...]:
        """Everything a reader yields on this prompt, read once; the function itself is the key."""
        if read not in self._memo:
            self._memo[read] = tuple(read(self))
        return self._memo[read]

    @cached_property
    def lower(self) -> str:
        """For the cheap test whether a family has a clue at all."""
        return self.text.lower() if len(self.text) <= MAX_READ else self.masked.lower()

    @cached_property
    def masked(self) -> str:
        """The text, same length, with blanks where quoted documents, code and long examples stand."""
        text = self.text
        if len(text) > MAX_READ:
            half = MAX_READ // 2
            text = text[:half] + BLANK * (len(text) - MAX_READ) + text[-half:]
        for pattern in (_FENCED, _QUOTED):
            text = pattern.sub(lambda match: BLANK * len(match.group()), text)
        text = _last_turn(text)
        text = _RUN.sub(lambda match: match.group()[:3] + BLANK * (len(match.group()) - 3), text)
        found = _MATERIAL.search(text)
        return text if found is None else text[: found.end()] + _without_material(text[found.end() :])

    @cached_property
    def clauses(self) -> tuple[tuple[int, int], ...]:
        """Spans of the sentences and lines, in order."""
        spans, start = [], 0
        for mark in _CLAUSE_END.finditer(self.masked):
            if mark.group()[0] == "." and _ABBREVIATION.search(self.masked, max(start, mark.start() - 8), mark.start()):
                continue
            spans.append((start, mark.end()))
            start = mark.end()
        spans.append((start, len(self.masked)))
        return tuple(spans)

    def clause(self, position: int) -> tuple[int, int]:
        """The span of the clause around a position, without white space at its ends."""
        low, high = 0, len(self.clauses) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if position < self.clauses[middle][1] else (middle + 1, high)
        start, end = self.clauses[low]
        raw = self.text[start:end]
        stripped = raw.strip()
        first = start + len(raw) - len(raw.lstrip())
        return (first, first + len(stripped)) if stripped else (start, end)

    def before(self, position: int) -> str:
        """The clause's text up to a position, at most 300 characters."""
        return self.masked[max(self.clause(position)[0], position - 300) : position]

    def demands(self, position: int) -> bool:
        """Whether the clause around the position asks the writer of the output for something, unconditionally."""
        start, end = self.clause(position)
        start, end = max(start, position - 800), min(end, position + 800)
        clause = self.masked[start:end]
        if _CONDITIONAL.match(clause) or _QUESTION.match(clause):
            return False
        return _OTHERS.search(clause, 0, max(0, position - start)) is None


def _last_turn(text: str) -> str:
    """Of a transcript written into the prompt only what the user said last; everything else is blanked."""
    if not _ASSISTANT_TURN.search(text):
        return text
    turns = list(_USER_TURN.finditer(text))
    if not turns:
        return text
    start = turns[-1].end()
    answered = _ASSISTANT_TURN.search(text, start)
    end = answered.start() if answered is not None and text[answered.end() :].strip() else len(text)
    return re.sub(r"[^\n]", BLANK, text[:start]) + text[start:end] + re.sub(r"[^\n]", BLANK, text[end:])


def _without_material(text: str) -> str:
    """Paragraphs that are material to work on, blanked; those that speak to the writer stay."""
    parts = re.split(r"(\n\s*\n)", text)
    seen_text = False
    for index, part in enumerate(parts):
        if not part.strip():
            continue
        if not seen_text or not _ADDRESSED.search(part):
            parts[index] = re.sub(r"[^\n]", BLANK, part)
        seen_text = True
    return "".join(parts)
