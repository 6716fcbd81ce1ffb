"""The probability that an output declines the request, fully or in part, and the place where it says so."""

from __future__ import annotations

import re

from failsight.engine.hashed_words import weigh, word_buckets
from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.refusal import phrases
from failsight.engine.refusal.weights import BIAS, FEATURES, HASHED, WEIGHTS
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

HEAD = 500
SCOPE = 1600
HASHED_WORDS = 80


@value_class
class Refusal:
    """``probability`` 0 to 1; ``start`` and ``end`` point into the output where it declines (equal: no such place).

    unable: it names an ability, an access or a detail that it lacks, which need not be unwillingness. unanswerable: it
    says that its sources hold no answer.
    """

    probability: float
    start: int = 0
    end: int = 0
    unable: bool = False
    unanswerable: bool = False


DECLINING = (
    "inability_first",
    "inability_later",
    "values",
    "condone",
    "objection",
    "persona",
    "no_access",
    "rejects",
    "important",
)


def measure_refusal(subject: Subject) -> Refusal:
    """Of the item's output; ask for it through ``subject.memo``."""
    return refusal_of(subject.last_user_text, subject.item.output)


def refusal_of(request: str, output: str) -> Refusal:
    """How far the output refuses."""
    text = lowered(output[:SCOPE]).lstrip()
    request = lowered(request[:SCOPE])
    shift = len(output[:SCOPE]) - len(text)
    if not text or not phrases.GATE.search(text, 0, HEAD):
        return Refusal(0.01)
    found = features(request, text)
    score = BIAS + sum(weight * found[name] for name, weight in zip(FEATURES, WEIGHTS, strict=True))
    probability = logistic(score + weigh(HASHED, word_buckets(text, HASHED_WORDS, len(HASHED))))
    probability = settle(probability, found, text)
    place = _place(text)
    return Refusal(
        round(probability, 4),
        place[0] + shift,
        place[1] + shift,
        unable=bool(phrases.CAPABILITY.search(text, 0, HEAD // 2)) and not found["values"] and not found["condone"],
        unanswerable=bool(phrases.NO_ANSWER.search(text, 0, HEAD)),
    )


def settle(probability: float, found: dict[str, float], text: str) -> float:
    """The fitted probability within the bounds that plain words set."""
    if not any(found[name] for name in DECLINING):
        probability = min(probability, 0.45)
    if phrases.FOREIGN.search(text, 0, HEAD):
        return max(probability, 0.85)
    if found["inability_first"] and found["short"] and not found["steps"] and not found["unclear"]:
        return max(probability, 0.75)
    return probability


def features(request: str, text: str) -> dict[str, float]:
    """What the weights are for: counts and yes/no of the phrase families in the output's head (500 characters) and
    the rest of its first 1,600."""
    first = _first_sentence(text)
    inability = _said(phrases.INABILITY, text, HEAD)
    foreign = _said(phrases.FOREIGN, text, HEAD)
    early = inability is not None and inability.start() < max(first, 120)
    marks: dict[str, float] = {
        "inability_first": float(early or foreign is not None),
        "inability_later": float(inability is not None and not early),
        "apology_first": float(bool(phrases.APOLOGY.search(text, 0, 60))),
        "values_first": float(bool(phrases.VALUES.search(text, 0, first))),
        "steps": min(6.0, float(len(phrases.STEPS.findall(text)))) / 6,
        "complies": float(bool(phrases.COMPLIES.search(text))),
        "short": float(len(text) < 300),
        "length": min(1.0, len(text) / SCOPE),
    }
    for name, pattern in _PATTERNS.items():
        hits = len(pattern.findall(text[:HEAD]))
        marks[name] = min(3.0, float(hits)) / 3
    marks["important_first"] = float(bool(phrases.IMPORTANT.search(text, 0, first)))
    marks["objection_first"] = float(bool(phrases.OBJECTION.search(text, 0, first)))
    marks["no_access_first"] = float(bool(phrases.NO_ACCESS.search(text, 0, first)))
    marks["persona_first"] = float(bool(phrases.PERSONA.search(text, 0, first)))
    marks["condone_first"] = float(bool(phrases.CONDONE.search(text, 0, first)))
    loaded = float(bool(phrases.LOADED.search(request)))
    asks = float(bool(phrases.DEFINES.search(request)))
    marks["rejects_first"] = float(bool(phrases.REJECTS.search(text, 0, first)))
    marks["loaded"] = loaded
    marks["loaded_and_rejects_first"] = loaded * marks["rejects_first"]
    marks["loaded_and_rejects"] = loaded * marks["rejects"]
    marks["loaded_and_rights"] = loaded * marks["rights"]
    marks["asks"] = asks
    marks["asks_and_values"] = asks * marks["values"]
    marks["asks_and_no_access_first"] = asks * marks["no_access_first"]
    marks["apology_and_inability"] = marks["apology_first"] * marks["inability_first"]
    marks["inability_and_steps"] = marks["inability_first"] * marks["steps"]
    marks["inability_and_unclear"] = marks["inability_first"] * marks["unclear"]
    return marks


_PATTERNS: dict[str, re.Pattern[str]] = {
    "values": phrases.VALUES,
    "persona": phrases.PERSONA,
    "condone": phrases.CONDONE,
    "objection": phrases.OBJECTION,
    "no_access": phrases.NO_ACCESS,
    "important": phrases.IMPORTANT,
    "redirect": phrases.REDIRECT,
    "unclear": phrases.UNCLEAR,
    "rejects": phrases.REJECTS,
    "rights": phrases.RIGHTS,
    "unreal": phrases.UNREAL,
    "gives_in": phrases.GIVES_IN,
}
_STOP = re.compile(r"[.!?](?=\s|$)|\n")


def _first_sentence(text: str) -> int:
    stop = _STOP.search(text, 25, HEAD)
    return stop.end() if stop else min(len(text), HEAD)


def _said(pattern: re.Pattern[str], text: str, stop: int) -> re.Match[str] | None:
    """The first match before ``stop`` that does not stand inside a quotation."""
    for match in pattern.finditer(text, 0, stop):
        before = text[: match.start()]
        quoted = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
        if not quoted:
            return match
    return None


def _place(text: str) -> tuple[int, int]:
    for pattern in (phrases.INABILITY, phrases.FOREIGN, phrases.CONDONE, phrases.VALUES, phrases.OBJECTION):
        match = _said(pattern, text, HEAD)
        if match:
            start = max(text.rfind(mark, 0, match.start() + 1) for mark in (". ", "\n", "! ", "? ")) + 1
            start += len(text[start:]) - len(text[start:].lstrip())
            stop = _STOP.search(text, match.end())
            return start, min(stop.end() if stop else len(text), start + 240)
    return 0, 0
