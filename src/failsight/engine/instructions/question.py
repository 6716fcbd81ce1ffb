"""Whether a question is all that an item asks, and whether one short answer settles it. Errs towards no."""

from __future__ import annotations

import re

from failsight.engine.language.english import request_is_english
from failsight.engine.subject import Subject

LONGEST = 300
LONGEST_CLOSED = 200
_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_COURTESY = r"(?:(?:hi|hello|hey|please|ok|okay|so|and|thanks|sorry|excuse me|good (?:morning|evening))\b[,!.\s]*)*"
_ASKS = re.compile(
    rf"{_COURTESY}(?:{_WH}|is|are|am|was|were|do|does|did|has|have|had|will|would|should|can|could|may|what's|who's|"
    r"where's|how's|tell me|explain|describe|define)\b",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r"[\n:;\"“`]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|sentences?|words?|lines?|paragraphs?|bullets?|"
    r"brief(?:ly)?|short(?:ly)?|concise(?:ly)?|simply|detail(?:ed|s)?|examples?|steps?|list|table|json|format|tone|style|"
    r"language|only|without|avoid|include (?:a|an|the|your|at)|make sure|write|draft|compose|generate|create|suggest|"
    r"correct|fix|rewrite|rephrase|summari[sz]e|translate|convert|classify|extract|edit|continue|complete|following|"
    r"below|above|like i['’]?m|as if|as an?|pretend|imagine|you are|your (?:answer|response|reply)|"
    r"(?:can|could|would|will) you|help me|for me|step by step)\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    rf"{_COURTESY}(?:who|whom|whose|when|where|how (?:many|much|long|old|tall|far|high|deep|big|large|heavy|often|late|"
    r"early|fast)|which (?!\w+s\b)|what['’]s|"
    r"what (?!are|were|things|else|happen|about|should|could|can|would)(?!(?!is|was|does)\w+s\b)|"
    r"is|are|was|were|do|does|did|has|have|will|can)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    rf"\b(?:and|or|then|also),? (?:{_WH}|is|are|do|does|did|can|will|should)\b|, {_WH}\b|"
    r"\b(?:both|each|all|every|various|main|differences?|compare[ds]?|versus|vs|pros|best way|process)\b",
    re.IGNORECASE,
)


def is_plain_question(text: str) -> bool:
    """One question, or a wish to be told about something, of one line, and no word that sets a condition."""
    text = text.strip()
    if len(text) > LONGEST or not _ASKS.match(text) or text.count("?") > 1:
        return False
    return _FURTHER.search(text) is None


def asks_only_a_question(subject: Subject) -> bool:
    """A plain English question; no system prompt, nothing said before, no tools. Use it through ``subject.memo``."""
    item = subject.item
    if item.system_prompt or item.tools or item.output_schema or len(item.conversation or ()) > 1:
        return False
    return is_plain_question(subject.last_user_text) and subject.memo(request_is_english)


def asks_one_thing(subject: Subject) -> bool:
    """Only a question, of a kind that asks for one person, place, time, amount or yes and no; such an answer has no
    parts that could be missing. Use it through ``subject.memo``."""
    text = subject.last_user_text.strip()
    if len(text) > LONGEST_CLOSED or not _CLOSED.match(text) or _SEVERAL.search(text):
        return False
    return subject.memo(asks_only_a_question)
