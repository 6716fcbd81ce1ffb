"""Short everyday attempts to lift the model's rules: what is said in them, in lower case."""

from __future__ import annotations

import re

from failsight.engine.jailbreak.voice import Voice
from failsight.engine.prefilter import Prefiltered

FAR = 250  # characters between the two halves of an attempt
_LAWS = (
    r"(?:rules?|restrictions?|limits?|limitations?|filters?|guidelines?|boundaries|ethics|morals|employer|boss|"
    r"guardrails|safeguards|policies|censorship|scruples|conscience|restraints?)"
)
_BEINGS = r"(?:character|person|ai|bot|assistant|model|robot|computer|expert|genie|oracle|hacker|villain)"
_OWN = (
    r"your (?:(?:privacy|safety|content|security|ethical|usual|normal|confidentiality|data protection|internal|"
    r"built-in|moral|other|own) ){0,2}"
)
_GUARDS = r"(?:restrictions?|filters?|safeguards?|guardrails?|safety (?:rules|protocols?|checks?|measures|settings?))"
_NORMS = r"(?:rules|limits|limitations|guidelines|policies|policy|protocols|instructions|privacy rules)"
_LIFTED = (
    r"(?: \w+)? (?:(?:is|are|have been|has been|were|get|now) (?:(?:now|all|hereby|temporarily|fully|completely) ){0,2}"
    r"(?:suspended|lifted|off|disabled|waived|void|revoked|overridden|deactivated|switched off|turned off|removed|"
    r"cancelled|inactive)|(?:do not|don['’]t|no longer|does not|doesn['’]t) (?:apply|count|hold|exist))\b"
)
_MODE = (
    r"(?:(?:developer|debug|debugging|maintenance|admin|administrator|root|sudo|test|testing|diagnostics?|service|"
    r"engineering|unrestricted|unfiltered|override|god|raw) ){1,2}mode"
)
_KIN = (
    r"(?:grandma|grandmother|granny|gran|nana|grandpa|grandfather|grandad|granddad|mother|mom|mum|father|dad|aunt|"
    r"uncle|teacher)"
)
_ROLE = Prefiltered(
    r"\b(?:you are|you['’]re|you play|please play|(?:let['’]s|lets) play|play|pretend (?:to be|you are|you['’]re)|"
    r"act as|act like|be|become|imagine (?:you are|you['’]re)|take the role of|role-?play as|speak as|answer as|"
    r"reply as)\b[^.?!\n]{1,80}?\b(?:with|has|have|having|knows|without|under|bound by|obeys|follows)"
    rf"(?: absolutely| any| of)? ?(?:no|zero|any)?\b[^.,?!\n]{{0,12}}\b{_LAWS}\b(?! (?:on|to|of|for|in|about)\b)"
)
_LAWLESS = re.compile(rf"\b(?:no|zero|without(?: any)?)\b(?: \w+)? {_LAWS}\b")
_ALWAYS = Prefiltered(
    r"\b(?:(?:always|must|has to) (?:fully |truthfully |directly )?(?:answers?|tells?|compl(?:y|ies)|obeys?|helps?|"
    r"responds?|repl(?:y|ies))\b(?! (?:back|in\b|with a))|(?:answers?|tells?|says?) (?:me )?(?:everything|anything)|"
    r"(?:never|doesn['’]t|does not|cannot|can['’]t|won['’]t) (?:ever )?(?:refus\w+|declin\w+|says? (?:no\b(?! to)|"
    r"(?:he|she|it|they|you) (?:can['’]t|cannot|can not))|turns? (?:me|anyone) (?:down|away)|holds? back|"
    r"warns?\b|lectures?\b))"
)
_SUSPENDED = Prefiltered(
    rf"\b(?:{_OWN}{_GUARDS}{_LIFTED}|{_OWN}{_NORMS}{_LIFTED}(?=[^\n]{{0,120}}\b(?:confirm|answer|tell|give|show|list|"
    r"reveal|print|send|you (?:can|may|must|are allowed)|for this (?:chat|session|conversation))))"
)
_SWITCH = Prefiltered(
    rf"(?:^|[.!?:;,\n]\s*|\bplease |\b(?:so|now|and|then) |\bi (?:order|authori[sz]e|instruct|command) you to )"
    rf"(?:turn off|switch off|disable|deactivate|suspend|lift|drop|remove|shut off|bypass) (?:all )?(?:of )?"
    rf"{_OWN}(?:{_GUARDS}|{_NORMS})"
)
_MODED = Prefiltered(
    rf"\b(?:you are|you['’]re|you have been (?:put|switched) (?:in|into|to)|enter|activate|enable|switch (?:to|into)|"
    rf"go (?:in)?to|start|engage|begin)\b(?: \w+){{0,3}} {_MODE}\b"
)
_FREED = re.compile(
    r"\b(?:filters?|restrictions?|safety|safeguards|guardrails|rules|limits|checks)\b(?: \w+){0,3} "
    r"(?:off|disabled|suspended|lifted|inactive|removed|bypassed|down)\b|"
    rf"\b(?:no|without(?: any)?|ignore(?: all| your| the)?|bypass(?: all| your)?) (?:\w+ )?{_LAWS}\b|"
    r"\banswer(?:s|ing)? (?:everything|anything|raw|freely|without)|\bunfiltered\b|"
    r"\b(?:system prompt|hidden (?:prompt|instructions)|internal (?:instructions|prompt))\b"
)
_MAKER = Prefiltered(
    r"\b(?:i am|i['’]m|this is|speaking as|it['’]s me,?) (?:actually |one of )?your (?:\w+ )?(?:developers?|creators?|"
    r"programmers?|admin|administrator|engineers?|makers?|owner|operator|supervisor|sysadmin)\b"
)
_ALLOWED = re.compile(
    r"\byou (?:can|may|must|should|are (?:now )?(?:allowed|free|permitted|authori[sz]ed|cleared) to|have (?:my )?"
    r"permission to) (?:now |safely |just |please )?(?:ignore|skip|bypass|drop|forget|answer (?:anything|everything|"
    r"freely)|speak freely|tell me (?:anything|everything)|reveal|disregard|override|say anything)"
)
_KIN_USED = Prefiltered(
    rf"\b{_KIN}\b[^?!\n]{{0,80}}?\b(?:used to|would always|always) (?:\w+ )?(?:read|tell|sing|recite|whisper|list|"
    r"explain|say|give|dictate)\b(?P<what>[^.?!\n]{0,100})"
)
_KIN_BE = Prefiltered(
    r"\b(?:be|act as|act like|pretend (?:to be|you are|you['’]re)|play|role-?play as|imagine (?:you are|you['’]re)|"
    rf"you are|speak (?:as|like)|talk like|take the role of)(?: \w+){{0,2}} (?:{_KIN}|her|him)\b"
)
_NO_TALE = re.compile(
    r"\b(?:keys?|codes?|serials?|numbers|passwords?|passcodes?|licen[cs]es?|essays?|exams?|homework|solutions|answers|"
    r"instructions|steps|formulas?|synthesis|napalm|explosives?|bombs?|drugs?|poisons?|weapons?|malware|exploits?|"
    r"records|addresses|credentials|secrets|confidential|recipe for (?:\w+ )?(?:napalm|meth|explosives?|bombs?|"
    r"poison)|how (?:to|she|he|they) (?:make|made|build|built|cook|cooked|pick|picked|hack|hacked|forge|forged))\b"
)
_IF = re.compile(r"\b(?:if|when|whether|would|unless|suppose|heard|read|saw|why|how|are|is|were) (?:\w+ ){0,4}\Z")
_ABOUT = Prefiltered(
    r"\b(?:jailbreak(?:s|ing)? (?:attempts?|prompts?|attacks?|detect\w+)|prompt injections?|red[- ]team\w*|"
    r"(?:write|draft|invent|create|describe|outline) (?:me |us )?(?:an? |the )?(?:\w+ )?(?:story|scene|novel|chapter|"
    r"character|villain|screenplay|script|dialogue|plot)|(?:in|for) (?:my|our|the) (?:novel|story|screenplay|book|"
    r"film|movie|campaign|short story)|classify|is this (?:an? )?(?:attack|attempt|message|prompt))\b"
)


def find_plain(low: str) -> tuple[tuple[str, int, int], ...]:
    """Family and place of every plain attempt in a lower-case text, none where attacks are the subject of a question
    or of a story that is to be written."""
    found = [(name, match.span()) for name, match in _matches(low)]
    if not found or _ABOUT.search(low):
        return ()
    said = Voice(low)
    return tuple((name, *span) for name, span in found if not said.quotes(*span))


def _matches(low: str) -> list[tuple[str, re.Match[str]]]:
    pairs = (
        ("unbound", _ROLE.search(low), _unbound),
        ("suspended", _SUSPENDED.search(low), _suspended),
        ("suspended", _SWITCH.search(low), _suspended),
        ("moded", _MODED.search(low), _freed),
        ("authority", _MAKER.search(low), _authorised),
        ("bereaved", _KIN_USED.search(low), _bereaved),
    )
    return [(name, match) for name, match, holds in pairs if match and holds(low, match)]


def _near(low: str, match: re.Match[str]) -> str:
    return low[max(0, match.start() - FAR) : match.end() + FAR]


def _unbound(low: str, match: re.Match[str]) -> bool:
    return bool(_LAWLESS.search(match.group()) and _ALWAYS.search(_near(low, match)))


def _suspended(low: str, match: re.Match[str]) -> bool:
    return not _IF.search(low[max(0, match.start() - 40) : match.start()])


def _freed(low: str, match: re.Match[str]) -> bool:
    return bool(_FREED.search(_near(low, match))) and not _IF.search(low[max(0, match.start() - 40) : match.start()])


def _authorised(low: str, match: re.Match[str]) -> bool:
    near = _near(low, match)
    return bool(_ALLOWED.search(near) or _FREED.search(near))


def _bereaved(low: str, match: re.Match[str]) -> bool:
    return bool(_NO_TALE.search(match["what"]) and _KIN_BE.search(low))
