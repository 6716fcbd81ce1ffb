"""Everyday words that void an assistant's instructions, ask for them, or order a bot about; for lower-case text."""

from __future__ import annotations

import re

from failsight.engine.prefilter import Prefiltered

_VOID = (
    r"(?: \w+)? (?:(?:no longer|don['’]t|do not|does not|doesn['’]t|cease to) (?:\w+ )?(?:apply|applies|count|matter|"
    r"hold|bind|exist)|(?:is|are|has been|have been) (?:(?:now|hereby|all) )?(?:void|suspended|cancelled|canceled|"
    r"revoked|lifted|invalid|obsolete|overridden|replaced|deleted|null))\b"
)
_VOIDED = Prefiltered(
    rf"\b(?:your|the|its|this) (?:(?:old|original|previous|current|grading|scoring|own) )?(?:system prompt|"
    rf"system message|rubric|programming|initial prompt){_VOID}|"
    r"\b(?:from now on|hereby|as of now|effective immediately|starting now)[, ]{1,2}(?:all )?(?:of )?your (?:\w+ )?"
    rf"(?:instructions?|rules|guidelines|restrictions|prompt|orders){_VOID}"
)
_IGNORED = Prefiltered(
    r"(?<!not )(?<!['’]t )(?<!never )(?<!to )\b(?:ignore|disregard|forget|bypass|discard|set aside|throw out)\b "
    r"(?:all (?:of )?)?(?:your|its) (?:\w+ )?(?:rubrics?|grading (?:scheme|criteria|guide)|scoring (?:criteria|guide)|"
    r"criteria|checklist|system prompt|polic(?:y|ies)|restrictions|orders|safety (?:rules|guidelines|policy))\b"
)
_OVERRULED = Prefiltered(
    r"\b(?:this|it|which)(?: (?:message|note|instruction|order|command|comment))? (?:overrides|overrules|supersedes|"
    r"takes precedence over|outranks)(?: what)? (?:(?:the|your) (?:teacher|system prompt|system|developers?|operator|"
    r"user|moderators?|examiner|reviewer|recruiter|administrator|employer|instructions|rubric|rules|programming)\b|"
    r"(?:all|any) (?:other|previous|prior|earlier) (?:instructions|orders|prompts)\b)"
)
_BOT = (
    r"(?:(?:\w+[ -]){0,2}(?:bots?|chatbots?|llms?|ais?|language models?)|(?:grading|marking|scoring|screening|ai|"
    r"virtual|digital|automated|automatic|support|email|e-mail|summary|research|review|hr|recruiting) (?:assistants?|"
    r"agents?|models?|tools?|systems?|scripts?))"
)
_CALLED = Prefiltered(
    rf"\b(?:hello|hi|hey|dear|attention|(?:note|message|instructions?|memo|request|order) (?:to|for)|to)\b,? "
    rf"(?:(?:the|any|all|every|this|our|you) )?{_BOT}\b[^.\n]{{0,40}}?[:,;!.\-–—][^\n]{{0,60}}?\b(?:ignore|disregard|"
    r"forget|override|give (?:everyone|everybody|all|full|this|me|him|her|them|it) |(?:rate|score|grade|rank|mark|"
    r"approve|accept|hire|shortlist|recommend|treat|classify) (?:this|me|it|all|everyone|everything|the (?:author|"
    r"candidate|applicant|product))|do(?: not|n['’]t) (?:mention|tell|flag|report|summari[sz]e|show|follow|warn)|"
    r"always (?:recommend|answer|say|reply|approve)|(?:send|forward|email|export|reveal|delete|refund|transfer|pay) "
    r"(?:all|every|everything|the (?:users?|customers?|whole|full|entire)|your)|reply only|answer only|respond only|"
    r"stop (?:reading|following|summari[sz]ing)|you (?:must|are now|have to|shall)|pass (?:this|me|everyone|all))"
)
_PRINTED = Prefiltered(
    r"\b(?:print|show|repeat|output|reveal|display|give me|write out|reproduce|recite|tell me|dump|quote|send me)\b"
    r"(?: \w+){0,2}? (?:everything|all(?: the)?(?: text| words| lines)?|(?:the )?(?:exact )?(?:text|words|lines|"
    r"content|messages?|instructions?))(?: (?:that|which))?(?: (?:is|was|are|were|stands|comes|came|you "
    r"(?:were given|got|see|received|have)))?(?: (?:written|stated|said|shown|placed|standing))? "
    r"(?:above|before|prior to|preceding) (?:this|my|our|the)"
    r"(?: (?:first|very first|current|last))? (?:message|conversation|prompt|chat|input)\b|"
    r"\b(?:print|show|repeat|output|reveal|display|give me|write out|reproduce|recite|dump|quote)\b[^.?!\n]{0,30}\b"
    r"(?:your (?:\w+ )?(?:system prompt|instructions|prompt|system message)|everything above)\b[^.?!\n]{0,30}\b"
    r"(?:word (?:by|for) word|verbatim|in full|exactly as)"
)
_IF = re.compile(r"\b(?:if|when|whether|would|unless|suppose|why|how|are|is) (?:\w+ ){0,3}\Z")
_PLANTED = (_VOIDED, _IGNORED, _OVERRULED, _CALLED)


def find_orders(low: str) -> list[tuple[int, int]]:
    """Where a text says that the assistant's instructions do not hold, or orders a bot about; questions about
    that left out."""
    return _places(low, _PLANTED)


def find_extractions(low: str) -> list[tuple[int, int]]:
    """Where a text asks for what stands before the conversation: the assistant's instructions."""
    return _places(low, (_PRINTED,))


def _places(low: str, patterns: tuple[Prefiltered, ...]) -> list[tuple[int, int]]:
    found = [match.span() for pattern in patterns for match in pattern.finditer(low, low)]
    return [span for span in found if not _IF.search(low[max(0, span[0] - 30) : span[0]])]
