"""An answer that says something was done which a tool on offer does, and no such tool was called."""

from __future__ import annotations

import re
from functools import lru_cache

from failsight.engine.language.english import output_is_english
from failsight.engine.subject import Subject
from failsight.engine.text import Sentence
from failsight.engine.tool_use.calls import PlacedCall
from failsight.engine.tool_use.terms import content_stems, stem, terms
from failsight.engine.value import value_class
from failsight.model.item import ToolSchema

# What an answer says was done, and the verbs by which a tool (or a request) is named that does it.
_DEEDS: tuple[tuple[str, str], ...] = (
    ("sent|emailed|e-mailed|mailed|messaged|texted|forwarded|notified|informed|alerted|reminded",
     "send email mail message text forward notify inform alert remind reply write sms tell"),
    ("cancelled|canceled|revoked|withdrawn", "cancel revoke withdraw void terminate delete remove"),
    ("booked|reserved|scheduled|arranged", "book reserve schedule arrange create add make"),
    ("refunded|reimbursed", "refund reimburse"),
    ("rescheduled|postponed|moved", "reschedule postpone move change update modify edit shift"),
    ("changed|updated|adjusted|raised|lowered|increased|reduced|corrected|amended|renamed|switched",
     "change update adjust modify edit set raise lower increase reduce correct amend rename switch"),
    ("deleted|removed|erased", "delete remove erase clear"),
    ("created|opened|added|registered|filed|logged|submitted|enrolled|enroled|recorded",
     "create open add register file log submit enrol enroll record insert make post new report"),
    ("ordered|purchased|bought", "order purchase buy place"),
    ("transferred|paid", "transfer pay"),
    ("blocked|locked|frozen|suspended|deactivated|disabled", "block lock freeze suspend deactivate disable"),
    ("activated|enabled|unlocked|reactivated", "activate enable unlock reactivate"),
    ("published|uploaded|posted", "publish upload post"),
    ("closed|terminated", "close terminate end cancel"),
    ("renewed|extended|upgraded|downgraded", "renew extend upgrade downgrade change update"),
    ("restarted|rebooted|deployed", "restart reboot deploy"),
)  # fmt: skip
_FAMILIES = tuple((frozenset(done.split("|")), frozenset(verbs.split())) for done, verbs in _DEEDS)
_LOOSE = frozenset(["changed", "created", "moved"])  # families that are done to texts as well: the object must be named
_DONE = "|".join(done for done, _ in _DEEDS)
_ADVERB = r"(?:(?:now|just|also|successfully|gone\sahead\sand|then|safely|officially|hereby|both)\s)*"
_I_DID = re.compile(
    rf"\b(?:i|we)(?:['’]ve|\shave)?\s{_ADVERB}({_DONE})\b"
    rf"|\b(?:i|we)(?:['’]ve|\shave)\s[^.!?\n]{{1,120}}?\band\s{_ADVERB}({_DONE})\b",
    re.IGNORECASE,
)
_IS_DONE = re.compile(
    rf"\b(?:is|are|has\sbeen|have\sbeen|was|were)\s{_ADVERB}({_DONE})\b|^\W{{0,4}}({_DONE})(?=\s?[:!.,–—])",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|no|if|once|when|whenever|until|unless|before|after|as\ssoon\sas|whether|should|would|could|can|may|might|"
    r"must|will|to\sbe|below|above|draft(?:ed)?|example|sample|template|previously|earlier|yesterday|last\s(?:week|month|"
    r"year|time)|already|usually|normally|automatically|always|often|every|how|you|by\s(?:the|your)|ago|failed|unable|"
    r"tried|n['’]t)\b|n['’]t\b",
    re.IGNORECASE,
)  # fmt: skip
_NOT_NOW = re.compile(
    r"\b(?:below|above|here|draft|example|sample|template|if|once|earlier|yesterday|ago|last\s(?:week|month|year|time)|"
    r"by\s(?:the|your)|(?:was|were)\snot|failed)\b",
    re.IGNORECASE,
)
_READING = frozenset(
    ["get", "list", "find", "search", "read", "fetch", "look", "lookup", "check", "view", "query", "show", "count",
     "track"]
)  # fmt: skip
_ANYTHING = frozenset(
    ["execute", "run", "call", "invoke", "api", "request", "process", "manage", "handle", "perform", "apply", "commit",
     "confirm", "finish", "finalize", "complete", "batch", "browser", "click", "shell", "bash", "python", "sql", "code",
     "agent", "delegate", "transfer", "http", "save", "write", "update", "modify", "edit"]
)  # fmt: skip
_SAME_THINGS = (
    frozenset(
        map(stem, ("email", "mail", "message", "notification", "sms", "text", "note", "confirmation", "reminder"))
    ),
    frozenset(map(stem, ("appointment", "reservation", "booking", "slot", "visit", "viewing", "meeting", "event"))),
    frozenset(map(stem, ("ticket", "case", "issue", "report", "request"))),
)
_LONGEST = 1500


@value_class
class Claimed:
    """``said`` stands at ``output[start:end]``; ``tool`` does it and was not called; ``sure``: the agent says so of
    itself, or the request asked for it."""

    tool: str
    said: str
    start: int
    end: int
    sure: bool


def claimed_deed(subject: Subject, calls: tuple[PlacedCall, ...]) -> Claimed | None:
    """The first deed that the answer claims, that a tool on offer does and that no call can have done."""
    output = subject.item.output
    if not 0 < len(output) <= _LONGEST or not subject.memo(output_is_english) or _told_before(subject):
        return None
    for sentence in subject.output_sentences:
        for own, pattern in ((True, _I_DID), (False, _IS_DONE)):
            for match in pattern.finditer(sentence.text):
                found = _checked(subject, calls, sentence, match, own=own)
                if found:
                    return found
    return None


def _told_before(subject: Subject) -> bool:
    """Whether an earlier answer is there whose calls may not be recorded."""
    conversation = subject.item.conversation or ()
    spoken = [m for m in conversation if m.role == "assistant" and m.content.strip() and not m.tool_calls]
    return len(spoken) > 1 or (bool(spoken) and spoken[-1].content.strip() != subject.item.output.strip())


def _checked(
    subject: Subject, calls: tuple[PlacedCall, ...], sentence: Sentence, match: re.Match[str], *, own: bool
) -> Claimed | None:
    done = (match.group(1) or match.group(2)).lower()
    rest = re.split(r"[,;.!?]", sentence.text[match.end() :], maxsplit=1)[0][:60]
    if sentence.text.endswith("?") or _NOT_SO.search(sentence.text[: match.end()]) or _NOT_NOW.search(rest):
        return None
    family = next(verbs for words, verbs in _FAMILIES if done in words)
    asked = not family.isdisjoint(terms(subject.last_user_text))
    if not own and not (asked and _silent_results(calls, done)):
        return None
    if any(_may_do(call.name, family) for call in calls):
        return None
    tool = _doing_tool(subject, sentence.text, done, family, asked=asked)
    if tool is None:
        return None
    start = sentence.start + match.start()
    return Claimed(tool.name, match.group(), start, sentence.start + match.end(), own or asked)


def _silent_results(calls: tuple[PlacedCall, ...], done: str) -> bool:
    """Every call shows what came back, and none of it tells of such a deed."""
    return all(call.result is not None and done[:5] not in call.result.lower() for call in calls)


def _may_do(name: str, family: frozenset[str]) -> bool:
    words = terms(name)
    return not (family | _ANYTHING).isdisjoint(words) or words[:1] == ["transfer"]


def _doing_tool(subject: Subject, said: str, done: str, family: frozenset[str], *, asked: bool) -> ToolSchema | None:
    """The tool that is named by the deed and by its object, or is the only one of the deed that the request names."""
    doing = [tool for tool in subject.item.tools or () if _does(tool.name, family)]
    spoken = _things(content_stems(said)) | (_things(content_stems(subject.last_user_text[:2000])) if asked else set())
    for tool in doing:
        if _objects(tool.name) & spoken:
            return tool
    loose = any(done in words and not words.isdisjoint(_LOOSE) for words, _ in _FAMILIES)
    return doing[0] if asked and len(doing) == 1 and not loose else None


@lru_cache(maxsize=512)
def _does(name: str, family: frozenset[str]) -> bool:
    words = terms(name)
    return bool(words) and words[0] not in _READING and not family.isdisjoint(words)


@lru_cache(maxsize=512)
def _objects(name: str) -> frozenset[str]:
    """What a tool is about: the stems of its name without its verbs, and others for the same thing."""
    verbs = {verb for _, family in _FAMILIES for verb in family} - {"email", "mail", "message", "text", "sms"}
    return frozenset(_things([stem(word) for word in terms(name) if word not in verbs]))


def _things(stems: list[str]) -> set[str]:
    found = set(stems)
    for same in _SAME_THINGS:
        if found & same:
            found |= same
    return found
