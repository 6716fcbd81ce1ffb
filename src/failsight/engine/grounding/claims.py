"""The claims of an output: its sentences and list items, without what asserts nothing about the world."""

from __future__ import annotations

import re

from failsight.engine.text import Sentence
from failsight.engine.value import value_class

_CODE_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_MARKER = re.compile(r"\s*(?:[-*•–·>]+|\(?\d{1,2}[.)]|#+|\|)\s+")
_NO_ANSWER = re.compile(
    r"\b(?:unable|cannot|can't|can not|couldn't|could not|not able)\s+(?:to\s+)?(?:\w+\s+)?(?:answer|find|determine|"
    r"tell|provide|give|say|confirm|help|assist)|"
    r"\b(?:do|does|did)(?:n't| not)\s+(?:\w+\s+){0,2}(?:contain|provide|mention|include|specify|state|say|give|address|"
    r"have (?:enough|any|information)|explain|discuss|know)|"
    r"\b(?:no|not enough|insufficient|without)\s+(?:\w+\s+){0,2}(?:information|details?|mention|evidence|data)\b|"
    r"(?:\bnot|n['’]t) (?:\w+ )?(?:mentioned|provided|specified|stated|given|available|clear|contained|included|"
    r"explicitly)\b|"
    r"\b(?:isn't|is not) (?:something|anything) (?:i|we) (?:can|could)\b|\b(?:cannot|can't|couldn't) (?:see|locate)\b|"
    r"\bi(?:'m| am) (?:sorry|afraid|not sure)\b|\bunknown\b|\bi don't know\b|"
    r"\bkeine (?:angaben|informationen)\b|\bnicht (?:genannt|angegeben|enthalten)\b|"
    r"\bno (?:se )?(?:menciona|especifica)\b|\bne (?:mentionne|précise|contient) pas\b|没有提到|无法回答|未提及",
    re.IGNORECASE,
)
_SOURCES = r"(?:passages?|context|documents?|sources?|information|text|articles?)"
_META = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|great question)\b|here(?:'s| is| are)\b|"
    r"(?:hi|hello|hey|thanks|thank you|you(?:'|’)?re (?:very |most )?welcome|you are (?:very |most )?welcome)\b|"
    r"(?:i|we) (?:hope|can help|would be happy)|let me know|please (?:note|let)|feel free|"
    r"if you (?:have|need|would like)|"
    rf"(?:the|these|my|our) (?:\w+ ){{0,2}}?{_SOURCES} (?:i have |i was given |i found |given |provided |retrieved )?"
    r"(?:here )?(?:only )?(?:deal with|cover|are (?:only )?about|talk about|concern|discuss|describe|focus on)\b|"
    rf"(?:based on|according to|using|given) (?:the|these|this|your) (?:\w+ )?{_SOURCES}[^,:.]{{0,60}}[:.]?\s*$|"
    r"(?:the )?(?:answer|summary|note|question)s?\s*:?\s*$|in (?:summary|conclusion)\W*$)",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\s*(?:please|(?:you|i|we)(?:'d| would)? (?:may|might|can|could|should|recommend|suggest|advise|need)|instead|"
    r"it(?:['’]s| is| would be| might be| may be) (?:best|better|safest|helpful|worth|a good idea)|"
    r"(?:an?|the|your|our) (?:[\w-]+ ){1,5}(?:should|can|could|may|might|will) (?:be able to |best )?"
    r"(?:tell|help|confirm|advise|answer|assist)\b|for (?:more|further)|"
    r"(?:try|ask|call|email|phone|contact|consult|check) )",
    re.IGNORECASE,
)
_SEE_AN_EXPERT = re.compile(
    r"\b(?:consult|speak|talk|check|reach out|refer|seek|contact|ask)\b.{0,30}\b(?:professional|doctor|physician|"
    r"expert|specialist|provider|advis[eo]r|pharmacist|attorney|lawyer|dermatologist|accountant|manufacturer|authorit(?:y|ies))",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s*(?:(?:sure|certainly|of course|yes|no|well|so|okay|great question)\b[,!.]\s*)?"
    r"(?:(?:based on|according to|from|using|given|in|as per) (?:the|these|this|your) (?:\w+ ){0,3}?"
    rf"{_SOURCES}(?: (?:provided|given|above|you provided|\d+))?,?\s*)?",
    re.IGNORECASE,
)


@value_class
class ClaimText:
    """A claim's place in the output: ``text == output[start:end]``."""

    text: str
    start: int
    end: int


def split_claims(output: str, sentences: tuple[Sentence, ...]) -> tuple[tuple[ClaimText, ...], int]:
    """The claims in reading order, and how many sentences say that the answer is not known."""
    fences = [match.span() for match in _CODE_FENCE.finditer(output)] if "```" in output else []
    claims: list[ClaimText] = []
    no_answers = 0
    for sentence in sentences:
        if any(begin <= sentence.start < end for begin, end in fences):
            continue
        if _NO_ANSWER.search(sentence.text.replace("’", "'")):
            no_answers += 1
            continue
        start = _content_start(sentence)
        text = sentence.text[start:]
        if _says_nothing(text) or (no_answers and _ADVICE.match(text)):
            continue
        claims.append(ClaimText(text, sentence.start + start, sentence.end))
    return tuple(claims), no_answers


def _content_start(sentence: Sentence) -> int:
    marker = _MARKER.match(sentence.text)
    start = marker.end() if marker else 0
    lead = _LEAD.match(sentence.text, start)
    return lead.end() if lead and lead.end() < len(sentence.text) else start


def _says_nothing(text: str) -> bool:
    bare = text.strip(" *_#:-|")
    if len(bare) < 2 or not any(c.isalnum() for c in bare):
        return True
    if bare.endswith(("?", "？")):
        return True
    if text.rstrip(" *_").endswith(":") and len(bare.split()) <= 8:
        return True
    return _META.match(bare) is not None or _SEE_AN_EXPERT.search(bare) is not None
