"""Texts that try to take over: phrases nobody writes but to an assistant, and ways to hide them."""

from __future__ import annotations

import base64
import binascii
import re

from failsight.engine.lowered import lowered
from failsight.engine.value import value_class

OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|do not follow|don['’]t follow|stop following|discard|"
    r"abandon)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|preceding|all|any|your|the|other|original|"
    r"system|existing)\b[^.\n]{0,25}\b(?:instructions?|prompts?|directions?|directives?|commands?|rules?|"
    r"guidelines?|context|programming|tasks?)\b|"
    r"\b(?:ignorier\w*|vergiss|missachte)\b[^.\n]{0,40}\b(?:anweisung\w*|vorgaben|regeln|instruktionen|"
    r"befehle)|\b(?:ignore[zr]?|oublie[zr]?)\b[^.\n]{0,40}\b(?:instructions|consignes|règles)|\b(?:ignora|"
    r"olvida|ignore)\b[^.\n]{0,40}\b(?:instrucciones|órdenes|reglas)|忽略[^。\n]{0,12}(?:指令|指示|说明)|"
    r"\b(?:reveal|print|show|repeat|output|leak|display|tell me)\b[^.\n]{0,30}\b(?:your|the|its) (?:\w+ "
    r")?(?:system prompt|initial prompt|hidden prompt|system message|initial instructions|instructions "
    r"(?:above|verbatim|you were given))|"
    r"\b(?:new|updated|real|actual|important|urgent|secret|additional) (?:system )?(?:instructions?|"
    r"directives?|prompt|task)\b\s*(?::|for (?:the )?(?:ai|assistant|model|llm|chatbot))|"
    r"(?:<\|?(?:im_start|system|endoftext|im_end)\|?>|\[/?(?:inst|system|sys)\]|<</?sys>>|###\s*(?:system|"
    r"instruction|new instruction)s?\b\s*:|^\s*system\s*:\s*you (?:are|must|will))|"
    r"\b(?:do not|don['’]t|never|without) (?:tell|inform|mention|reveal|alert|notif|"
    r"let)\w*\b[^.\n]{0,20}\b(?:this|these|the user|user|anyone|it to)\b[^.\n]{0,25}\b(?:instruction|"
    r"injection|user|message|prompt|know)|"
    r"\b(?:attention|note|message|instruction|notice|hey|dear|hello)\b[^.\n]{0,15}\b(?:ai|llm|chatbot|gpt|"
    r"language model|ai assistant|ai model|ai agent)s?\b[^.\n]{0,8}[:,!]|"
    r"\b(?:send|forward|post|upload|exfiltrate|transmit|email)\b[^.\n]{0,50}\b(?:conversation|chat history|"
    r"user['’]?s? (?:data|message|details|password|credentials|info\w*)|system prompt|api key|credentials|"
    r"secrets|passwords?)\b[^.\n]{0,40}\b(?:to|at)\b",
    re.MULTILINE,
)
SOFT = re.compile(
    r"\b(?:if you are|you are|as) an? (?:ai|llm|large language model|language model|ai assistant|"
    r"chatbot)\b[^.\n]{0,60}\b(?:must|should|please|have to|respond|output|say|include|reply|instead)\b|"
    r"\b(?:when|if|before|after|while) (?:summari[sz]ing|answering|responding|replying|processing|reading|"
    r"analy[sz]ing|translating|you (?:summari[sz]e|answer|respond|reply|process|read))\b[^.\n]{0,40}\b(?:this|"
    r"the|also|always|user)\b[^.\n]{0,60}\b(?:also|always|include|add|mention|say|recommend|tell|state|send|"
    r"call|append|instead|must)\b|"
    r"\byour (?:new|only|real|true|next) (?:task|job|goal|purpose|role|instructions?|objective) (?:is|are)\b|"
    r"\bfrom now on,? you\b|\byou (?:are|will be) now (?:a|an|in|the|going)\b"
)
POLICY = re.compile(r"\byou (?:should|must|can|may|need to|are|will)\b|\bthe (?:user|agent|assistant|customer)\b")
_ZERO_WIDTH = re.compile("[\u200b\u200c\u2060\u2061\u2062\u2063\ufeff]{4,}|[\U000e0020-\U000e007f]{4,}")
_COMMENT = re.compile(
    r"<!--(.{10,2000}?)-->|<[^>]{0,200}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|"
    r"color\s*:\s*(?:white|#fff))[^>]{0,200}>([^<]{10,2000})",
    re.DOTALL,
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_\-])[A-Za-z0-9+/]{40,4000}={0,2}(?![A-Za-z0-9+/=_\-])")
_ORDER = re.compile(
    r"\b(?:ignore|you must|please|include|respond|reply|answer|tell|send|say|write|output|recommend|"
    r"instruct\w*|assistant|system|user|prompt)\b"
)
_GATE = re.compile(
    r"ignor|disregard|forget|overrid|bypass|not follow|n['’]t follow|stop foll|discard|abandon|vergiss|"
    r"missacht|oubli|olvid|忽略|prompt|instruct|directive|task|<\||\[|<<|###|system|not |never|without|n['’]t |"
    r"\bai\b|llm|gpt|model|chatbot|summari|answering|responding|replying|processing|reading|analy|translat|"
    r"when you|if you|send|forward|post|upload|exfil|transmit|email|your |from now on|you are now|you will be "
    r"now"
)


@value_class
class Takeover:
    """``kind``: override, soft (also said in honest prompts), hidden or encoded. ``text[start:end]`` is the place."""

    kind: str
    start: int
    end: int
    probability: float


def find_takeovers(text: str) -> tuple[Takeover, ...]:
    """All of them in reading order."""
    found: list[Takeover] = []
    low = lowered(text)
    if _GATE.search(low):
        found += [Takeover("override", m.start(), m.end(), 0.85) for m in OVERRIDE.finditer(low)]
        if not found and not is_policy(low):
            found += [Takeover("soft", m.start(), m.end(), 0.5) for m in SOFT.finditer(low)]
    if not text.isascii():
        found += [Takeover("hidden", m.start(), m.end(), 0.8) for m in _ZERO_WIDTH.finditer(text)]
    if "<" in text:
        for match in _COMMENT.finditer(low):
            inner = match[1] or match[2]
            if OVERRIDE.search(inner) or len(_ORDER.findall(inner)) >= 2:
                found.append(Takeover("hidden", match.start(), match.end(), 0.85))
    for match in _BASE64.finditer(text):
        if _says_something(match.group()):
            found.append(Takeover("encoded", match.start(), match.end(), 0.8))
    return tuple(sorted(found, key=lambda takeover: takeover.start))


def is_policy(text: str) -> bool:
    """Whether a lower-case text is itself a set of rules for an assistant, such as a support policy: it speaks of
    "you", the user and the agent again and again."""
    return sum(1 for _ in zip(POLICY.finditer(text[:8000]), range(8), strict=False)) >= 8


def _says_something(coded: str) -> bool:
    """Whether base64 decodes to a sentence with orders in it."""
    if coded.isalpha() and (coded.islower() or coded.isupper()):
        return False
    try:
        plain = base64.b64decode(coded[: len(coded) // 4 * 4], validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return plain.isprintable() and plain.count(" ") >= 3 and bool(_ORDER.search(plain.lower()))
