"""What the answer text says about calls: announced, written out as text, or declined."""

from __future__ import annotations

import re

from failsight.engine.subject import Subject

_ANNOUNCES = re.compile(
    r"\b(?:i['’]ll|i\swill|i['’]m\sgoing\sto|let\sme|i['’]m\snow)\s(?:now\s|first\s|just\s|quickly\s|go\sahead\sand\s)*"
    r"(?:check|look|search|find|fetch|retrieve|pull|query|run|call|calculate|compute|use|book|get|set|schedule|create|send)\b",
    re.IGNORECASE,
)
_DECLINES = re.compile(
    r"\b(?:none\sof\sthe|no\s(?:available\s|suitable\s|relevant\s|matching\s)?(?:function|tool)s?\b|(?:can(?:no|['’])t|cannot|unable\sto|not\sable\sto|don['’]t\shave|do\snot\shave"
    r"|not\s(?:possible|available|supported|provided|enough))|outside\s(?:of\s)?(?:my|the)|sorry|unfortunately|irrelevant|beyond\s(?:my|the))",
    re.IGNORECASE,
)


def announced_call(subject: Subject) -> re.Match[str] | None:
    """The words by which a short answer promises to act, unless it asks something."""
    output = subject.item.output
    if not output or len(output) > 600 or "?" in output:
        return None
    found = _ANNOUNCES.search(output)
    if found is None or re.search(r"\b(?:if you|once you|let me know|need you)\b", output):
        return None
    rest = output[found.end() :]
    return None if len(rest) > 120 or ":" in rest or "\n" in rest.strip() else found


def written_call(subject: Subject) -> tuple[str, int] | None:
    """The name and place of an offered tool that the answer writes as a call instead of calling it."""
    output = subject.item.output
    if not output.strip():
        return None
    for tool in subject.item.tools or ():
        place = output.find(tool.name)
        while place >= 0 and tool.name:
            after = output[place + len(tool.name) :].lstrip("\"' ")[:1]
            before = output[:place].rstrip()[-1:]
            if after == "(" or (
                after in (",", "}") and before == '"' and '"name"' in output[max(0, place - 20) : place]
            ):
                return tool.name, place
            place = output.find(tool.name, place + 1)
    return None


def declines(output: str) -> bool:
    """Whether the answer says that it cannot, or that no tool fits."""
    return bool(_DECLINES.search(output[:1500]))
