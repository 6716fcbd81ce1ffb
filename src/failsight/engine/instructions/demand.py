"""Inputs that demand one simple thing or nothing: a summary of the given text, a remark. Errs towards no."""

from __future__ import annotations

import re

from failsight.engine.language.english import request_is_english
from failsight.engine.subject import Subject

LONGEST = 300
_SUMMARY = re.compile(
    r"(?:please[,\s]+)?(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:summari[sz]e|sum up|(?:give|write|provide)(?: me)? (?:a|the) summary of) "
    r"(?:the|this|that|these)(?: (?:following|above|given|provided|attached))?"
    r"(?: (?:news|blog|whole|entire|full))? "
    r"(?:articles?|texts?|passages?|documents?|reports?|papers?|stor(?:y|ies)|posts?|conversation|context|transcript|"
    r"meeting|e-?mails?|content|news)(?:,? please)?\s*[.!?:]?",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"(?:i|i'm|i’m|im|i've|i'll|i'd|we|we're|my|our|yes|yea|yeah|yep|yup|no|nope|nah|ok|okay|oh|ah|wow|haha|lol|hmm|well|"
    r"thanks|thank|cool|nice|great|awesome|sure|true|right|agreed|really|interesting|that's|thats|that’s|me too|"
    r"same here)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"[?:;\n`{}\[\]<>\"“]|\b(?:who|whom|whose|what|which|when|where|why|how|whether)\b|\b(?:can|could|would|will|"
    r"shall|should|may|might) (?:you|u|i|we)\b|\b(?:please|pls|plz|you|your|u|tell|explain|describe|show|give|list|"
    r"write|draft|summari[sz]e|translate|answer|respond|repl(?:y|ies)|recommend|suggest|help|need|want|wanna|wish|request|"
    r"look(?:ing)? (?:for|to)|search(?:ing)?|find|check|book|order|buy|rent|generate|fancy|like to|would love|"
    r"planning|trying to|thinking (?:about|of)|i'd (?:like|love)|curious|wonder(?:ing)?|interested|"
    r"let's|let me|remember|make sure|must|task|act as|pretend|ignore|assistant|question|stuck|unable|"
    r"cannot|no longer|problems?|issues?|errors?|broken?|broke|fail(?:s|ed)?|wrong|charged|refunds?|lost|missing|late|"
    r"trouble|crash(?:es|ed)?|stopped|damaged|(?:can|could|do|does|did|is|has|have|wo)(?: not|n't|nt|n’t))\b",
    re.IGNORECASE,
)


def asks_only_a_summary(subject: Subject) -> bool:
    """A summary of the given passages and nothing further; no system prompt, nothing said before, no tools. Use it
    through ``subject.memo``."""
    return (
        _alone(subject)
        and bool(subject.item.context)
        and _SUMMARY.fullmatch(subject.last_user_text.strip()) is not None
    )


def is_only_a_remark(subject: Subject) -> bool:
    """Somebody talks, neither asks nor tells to do anything, and complains of nothing that help is for; no system
    prompt, nothing said before, no tools. Use it through ``subject.memo``."""
    text = subject.last_user_text.strip()
    if not text or len(text) > LONGEST or not _SPEAKER.match(text) or _ASKED.search(text):
        return False
    return _alone(subject) and subject.memo(request_is_english)


def _alone(subject: Subject) -> bool:
    item = subject.item
    return not (item.system_prompt or item.tools or item.output_schema or len(item.conversation or ()) > 1)
