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
    rf"{_COURTESY}(?:who (?!are|were)|whom|whose|when|where|how (?:many|much|long|old|tall|far|high|deep|big|large|"
    r"heavy|often|late|early|fast)|which (?!\w+s\b)|what['’]s|"
    r"what (?!are|were|things|else|happen|about|should|could|can|would)(?!(?!is|was|does)\w+s\b)|"
    r"is|are|was|were|do|does|did|has|have|will|can)\b",
    re.IGNORECASE,
)
_TWO_QUESTIONS = re.compile(
    rf"\b(?:and|or|then|also|as well as),? (?:{_WH}|is|are|do|does|did|can|will|should)\b|, (?:is|are|do|does|did)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:what|which|how|why)\b|^(?:who|whom|whose|when|where|is|are|was|were|do|does|did)\b", re.IGNORECASE
)
_SEVERAL = re.compile(
    rf", {_WH}\b|\b(?:why|both|each|all|every|various|main|differences?|compare[ds]?|versus|vs|pros|best way|"
    r"process)\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(rf"{_COURTESY}(?:is|are|was|were|do|does|did|has|have)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"“”\n]{1,80})[\"”]")
_INNER = re.compile(rf"[^\n?]*\s{_WH}\b[^\n?]*\?$", re.IGNORECASE)
_INNER_CLOSED = re.compile(
    r"(?<!,)\s(?:how (?:many|much|long|old|tall|far|high|often)\b|(?:which|what) (?!\w+s\b|(?:are|were|will|would|"
    r"should|can|could|to|it|they|he|she|you|i|we)\b)\w)|"
    r"\s(?:who|whom|where|when|which|what)\s?\?$",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:(?:can|could|would|will) you|write|draft|compose|generate|create|rewrite|rephrase|summari[sz]e|translate|"
    r"convert|classify|extract|edit)\b",
    re.IGNORECASE,
)
_TWO_SENTENCES = re.compile(r"[a-z)]{3,}[.!]\s+\S")
_ORDER = re.compile(
    r"^\W*(?:now|i want|i need|i'd like|given|based on|according to|use|using|consider|suppose|assume|let|read|find|"
    r"name|give|look|identify|determine|calculate|compute|solve|choose|pick|select|rank|sort|compare|help|think|act|"
    r"in (?:a|the style|your))\b|\b(?:please|answer|respond|repl(?:y|ies)|your|you|say|saying|print)\b",
    re.IGNORECASE,
)


def is_plain_question(text: str) -> bool:
    """One question, or a wish to be told about something, of one line, and no word that sets a condition. Its asking
    word may stand inside ("The ferry was built in which year?"), and it may name things in quotation marks."""
    text = text.strip()
    if len(text) > LONGEST or text.count("?") > 1:
        return False
    asks = _ASKS.match(text) is not None
    if asks and _FURTHER.search(text) is None:
        return True
    bare = _QUOTED.sub(" it ", text)
    if _ORDER.search(bare) or _FURTHER.search(bare):
        return False
    return asks or (_INNER.match(bare) is not None and _TWO_SENTENCES.search(bare) is None)


def sets_a_task(text: str) -> bool:
    """Whether a question may stand for a piece of work ("Can you draft a letter?")."""
    return _WORK.search(text) is not None


def asks_only_a_question(subject: Subject) -> bool:
    """A plain English question; no system prompt, nothing said before, no tools. Use it through ``subject.memo``."""
    item = subject.item
    if item.system_prompt or item.tools or item.output_schema or len(item.conversation or ()) > 1:
        return False
    return is_plain_question(subject.last_user_text) and subject.memo(request_is_english)


def asks_one_thing(subject: Subject) -> bool:
    """Only a question, of a kind that asks for one person, place, time, amount or yes and no; such an answer has no
    parts that could be missing. Use it through ``subject.memo``."""
    text = _QUOTED.sub(" it ", subject.last_user_text.strip())
    if len(text) > LONGEST or _TWO_QUESTIONS.search(text) or len(_ASKING.findall(text)) > 1:
        return False
    if not _YES_NO.match(text) and (_SEVERAL.search(text) or not _closed(text)):
        return False
    return subject.memo(asks_only_a_question)


def _closed(text: str) -> bool:
    """Whether a person, a place, a time, an amount or one thing is asked for."""
    if _ASKS.match(text):
        return len(text) <= LONGEST_CLOSED and _CLOSED.match(text) is not None
    return _INNER_CLOSED.search(text) is not None
