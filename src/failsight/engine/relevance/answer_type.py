"""The kind of answer a question asks for, and whether a passage holds anything of that kind."""

from __future__ import annotations

import re
from typing import Literal

from failsight.engine.relevance.query import Query

AnswerType = Literal["number", "time", "person"]
_NUMBER = re.compile(
    r"\bhow (?:many|much (?:does|do|is|are|was|were|will|would)|old|tall|far|high|deep|heavy|wide|expensive)\b|"
    r"\bwhat (?:number|percentage|share|price|population)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"^\W*(?:and |so |but )?when (?:did|was|were|is|does|do|will)\b|\b(?:what|which) (?:year|date|day)\b", re.IGNORECASE
)
_PERSON = re.compile(
    r"^\W*(?:and |so |but )?who(?:se|m)?\b(?! (?:can|should|may|is eligible|needs|must|has to))", re.IGNORECASE
)
_HAS_NUMBER = re.compile(
    r"\d|%|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|once|twice|single|"
    r"double|couple|pair|both|few|several|many|none|no|zero|free)\b",
    re.IGNORECASE,
)
_HAS_TIME = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|century|decade|spring|summer|autumn|fall|winter|morning|noon|evening|"
    r"night|midnight|today|tomorrow|yesterday|daily|weekly|monthly|yearly|annual(?:ly)?|years?|months?|weeks?|days?|"
    r"hours?|minutes?|when|once|after|before|during|until|since|always|never|christmas|easter)\b",
    re.IGNORECASE,
)
_HAS_PERSON = re.compile(
    r"""[a-z0-9,;:)'"“] ["“(]?[A-Z]|[A-Z][\w'’.-]* [A-Z]|"""
    r"\b(?:he|she|him|her|his|hers|they|their|man|woman|people|person|team|company|group|president|king|queen|author|"
    r"director|players?|members?|i|we|you|anyone|everyone|nobody)\b"
)
_CAPITAL = re.compile(r"[A-Z]")


def asked_for(query: Query) -> AnswerType | None:
    """What kind of answer a question wants, where its words say so; None otherwise."""
    text = query.texts[-1]
    if query.kind != "question" and not _PERSON.match(text):
        return None
    if _NUMBER.search(text):
        return "number"
    if _TIME.search(text):
        return "time"
    return "person" if _PERSON.match(text) else None


def holds(kind: AnswerType, text: str) -> bool:
    """Whether a text has anything that could answer; generous, so that False means something."""
    if kind == "person" and not _CAPITAL.search(text):
        return True
    return {"number": _HAS_NUMBER, "time": _HAS_TIME, "person": _HAS_PERSON}[kind].search(text) is not None
