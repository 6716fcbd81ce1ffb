"""Whether words of a jailbreak are told to the model or only spoken of."""

from __future__ import annotations

import re

Span = tuple[int, int]

NEAR = 160  # characters on each side in which the model is addressed
SHORT = 40  # characters of a quotation that may be a name for the model to bear
LARGE = 0.6  # share of a text in quotation marks from which the marks mean nothing
_YOU = re.compile(
    r"\b(?:you|your|yours|yourself|u|ur|dan|stan|dude|aim|(?:i|user) asks?|du|dich|dir|tu|vous|usted|"
    r"(?:answer|tell) me|(?:answer|respond|reply|dialogue) (?:as|my|to))\b"
)
_ROLE = re.compile(
    r"\b(?:act (?:as|like)|pretend(?:ing)? (?:to (?:be|have)|that|you)|you(?:['’]re| are) (?:now|going|to|about|an?|"
    r"the|no longer)|you (?:will|must|can|have|do)|from now on|(?:respond|reply|answer|dialogue) (?:only )?as|"
    r"your (?:name|persona|role)|as (?:an? |the )?\w+(?: \w+)? (?:ai|bot|chatbot|model|assistant)|"
    r"(?:take|taking) (?:on|up) the|transform into|immerse yourself)\b"
)
_QUOTED = re.compile(
    r"(?<![\w\"])\"[^\"\n]{2,600}\"(?!\w)|“[^”\n]{2,600}”|„[^“”\n]{2,600}[“”]|"
    r"(?<![\w'])'[^\n]{2,600}?'(?!\w)|‘[^\n]{2,600}?’(?!\w)|(?:^|\n)\s*>[^\n]+"
)


class Voice:
    """Of a lower-case text; a text of which most stands in quotation marks quotes nothing."""

    def __init__(self, low: str) -> None:
        spans = [match.span() for match in _QUOTED.finditer(low)]
        self._low = low
        self._quoted = spans if sum(end - start for start, end in spans) < LARGE * len(low) else []
        self._role = any(not self.quotes(*match.span()) for match in _ROLE.finditer(low))

    def quotes(self, start: int, end: int, least: int = 0) -> bool:
        """Whether the place stands in a quotation of ``least`` characters or more."""
        return any(first <= start and end <= last and last - first >= least for first, last in self._quoted)

    def tells(self, start: int, end: int) -> bool:
        """Whether the place is addressed to the model: not quoted, and with a role for the model anywhere or "you"
        near. Where a role is given, a short quotation may be its name ("do anything now")."""
        if self.quotes(start, end, SHORT if self._role else 0):
            return False
        return self._role or bool(_YOU.search(self._low, max(0, start - NEAR), min(len(self._low), end + NEAR)))
