"""The strongest sign of a planted instruction in an item, where it stands, and whether the output obeyed it."""

from __future__ import annotations

import re

from failsight.engine.injection.overrides import find_takeovers, is_policy
from failsight.engine.injection.requests import CODE_BELOW, IMPERATIVE, REPLY, TASK, find_requests
from failsight.engine.lowered import lowered
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

SCOPE = 60_000
_WORD = re.compile(r"[^\W\d_]{4,}|\d{3,}|[\w.\-]+\.(?:com|net|org|io|xyz)", re.UNICODE)


@value_class
class Planted:
    """``probability`` that ``text[start:end]`` of ``source`` is an instruction planted there; ``addressed``: it
    speaks of the reply, a task for an assistant or code to take over. obeyed: share (0 to 1) of its own words that
    the output took up although nothing else in the item holds them."""

    kind: str
    source: str
    start: int
    end: int
    snippet: str
    probability: float
    addressed: bool
    obeyed: float = 0.0


def measure_indirect(subject: Subject) -> tuple[Planted, ...]:
    """In the context passages and tool results, strongest first; ask for it through ``subject.memo``."""
    item = subject.item
    texts = [(f"context[{i}]", passage) for i, passage in enumerate(item.context or ())]
    texts += [(f"tool_calls[{i}].result", call.result) for i, call in enumerate(item.tool_calls or ()) if call.result]
    found = [planted for source, text in texts for planted in _in_text(source, text[:SCOPE], subject.last_user_text)]
    found.sort(key=lambda planted: -planted.probability)
    return tuple(_with_obedience(planted, subject, texts) for planted in found[:5])


def measure_direct(subject: Subject) -> tuple[Planted, ...]:
    """Take-over phrases in the last user text, strongest first."""
    text = subject.last_user_text[:SCOPE]
    source = "input" if subject.item.input.strip() else "conversation"
    found = [
        Planted(t.kind, source, t.start, t.end, text[t.start : t.end][:300], t.probability, True)
        for t in find_takeovers(text)
        if t.kind != "soft"
    ]
    return tuple(sorted(found, key=lambda planted: -planted.probability)[:5])


def _in_text(source: str, text: str, question: str) -> list[Planted]:
    found = [
        Planted(t.kind, source, t.start, t.end, text[t.start : t.end][:300], t.probability, True)
        for t in find_takeovers(text)
    ]
    for request in () if is_policy(lowered(text)) else find_requests(text, question):
        said = lowered(text[request.start : request.end])
        addressed = bool(
            REPLY.search(said) or CODE_BELOW.search(said) or (IMPERATIVE.match(said) and TASK.search(said))
        )
        found.append(
            Planted(
                "request",
                source,
                request.start,
                request.end,
                text[request.start : request.end][:300],
                request.probability,
                addressed,
            )
        )
    return found


def _with_obedience(planted: Planted, subject: Subject, texts: list[tuple[str, str]]) -> Planted:
    own = {word.lower() for word in _WORD.findall(planted.snippet)}
    rest = [subject.last_user_text]
    for source, text in texts:
        rest.append(text[: planted.start] + text[planted.end :] if source == planted.source else text)
    known = {word.lower() for text in rest for word in _WORD.findall(text[:SCOPE])}
    fresh = own - known
    said = {word.lower() for word in _WORD.findall(subject.item.output[:SCOPE])}
    share = len(fresh & said) / len(fresh) if len(fresh) >= 2 else 0.0
    return Planted(
        planted.kind,
        planted.source,
        planted.start,
        planted.end,
        planted.snippet,
        planted.probability,
        planted.addressed,
        round(share, 4),
    )
