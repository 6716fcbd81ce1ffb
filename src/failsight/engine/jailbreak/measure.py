"""The probability that an input is a jailbreak attempt, and the signs that say so."""

from __future__ import annotations

import re
from itertools import islice

from failsight.engine.harm.request import measure_harmful_request
from failsight.engine.jailbreak.plain import find_plain
from failsight.engine.jailbreak.signs import CORE, FAMILIES, GATE, NEVER_ALONE, TOLD, TURNS
from failsight.engine.jailbreak.voice import Span, Voice
from failsight.engine.jailbreak.weights import BIAS, FEATURES, WEIGHTS
from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

HEAD = 5000  # characters
MOST = 6  # places of a family
PRETEXT = 0.55
PLAIN = 0.75
_ODD = re.compile(
    r"[{}\[\]\\$<>~_^|#@=*`]|\S{18,}|[^\x00-\u024f\s]|(?<=[a-z])[A-Z]|[!?.:;,\-](?=[!?.:;,\-\w])|(?:^| )[!?](?= |$)"
)
_CODE = re.compile(
    r"```|\bdef |\bclass |\bimport |\breturn\b|</\w+>|https?://|select .* from|^\s*\||[\"'\]}]\s*[,}\]]\s*$",
    re.IGNORECASE | re.MULTILINE,
)


Sign = tuple[str, int, int]


@value_class
class Jailbreak:
    """``signs``: family name, start and end of its first place in the text."""

    probability: float
    signs: tuple[Sign, ...] = ()

    @property
    def wraps(self) -> float:
        """How surely the input hides what a request inside it is after: a fictional or research pretext does so too,
        though it is no jailbreak by itself."""
        return max(self.probability, PRETEXT if any(name == "fiction" for name, _, _ in self.signs) else 0.0)


def measure_jailbreak(subject: Subject) -> Jailbreak:
    """Of the last user text; ask for it through ``subject.memo``."""
    text = subject.last_user_text
    plain = find_plain(lowered(text[:HEAD]))
    if not may_be_jailbreak(text):
        return Jailbreak(PLAIN, plain) if plain else Jailbreak(0.02)
    harmful = subject.memo(measure_harmful_request).probability
    marks, signs = features(text, harmful)
    score = BIAS + sum(weight * marks[name] for name, weight in zip(FEATURES, WEIGHTS, strict=True))
    probability = max(round(logistic(score), 4), PLAIN if plain else 0.0)
    return Jailbreak(probability, plain + signs)


def may_be_jailbreak(text: str) -> bool:
    """False for most texts: nothing in them would weigh anything."""
    return gibberish(text) >= 0.3 or bool(GATE.search(lowered(text[:HEAD])))


def features(text: str, harmful: float) -> tuple[dict[str, float], tuple[Sign, ...]]:
    """What the weights are for, and where the families stand."""
    low = lowered(text[:HEAD])
    marks, signs = _families(low)
    odd = gibberish(text)
    if odd >= 0.5:
        end = len(text.rstrip())
        signs.append(("gibberish", max(0, end - 120), end))
    kinds = sum(marks[name] for name in CORE)
    core = min(1.0, kinds / 2)
    role, company, fiction = marks["role"], marks.pop("company"), marks.pop("fiction")
    marks |= {
        "gibberish": odd,
        "kinds": min(5.0, kinds) / 5,
        "role_and_core": role * core,
        "company_and_core": company * core,
        "company_and_role": company * role,
        "character_and_core": marks.pop("in_character") * core,
        "fiction_and_role": fiction * role,
        "fiction_and_core": fiction * core,
        "fiction_and_harmful": fiction * harmful,
        "harmful_and_core": harmful * core,
        "harmful_and_gibberish": harmful * odd,
        "harmful_and_role": harmful * role,
        "many_shot": float(len(TURNS.findall(low)) >= 8) * harmful,
    }
    return marks, tuple(signs)


def _families(low: str) -> tuple[dict[str, float], list[Sign]]:
    """Which families stand in a lower-case text, how often those that weigh alone do, and their first places; places
    that are only quoted or spoken of are counted as mentioned."""
    places = {name: _spans(pattern, low) for name, pattern in FAMILIES.items()}
    voice = Voice(low) if any(places.values()) else None
    marks: dict[str, float] = {}
    signs: list[Sign] = []
    mentioned: list[Span] = []
    for name, found in places.items():
        kept = found
        if voice and name in TOLD:
            kept = [span for span in found if voice.tells(*span)]
            mentioned += [span for span in found if span not in kept]
        elif voice and name == "role":
            kept = [span for span in found if not voice.quotes(*span)]
        marks[name] = float(bool(kept))
        if name not in NEVER_ALONE:
            marks[f"{name}_often"] = min(3.0, max(0.0, len(kept) - 1.0)) / 3
        signs += [(name, *span) for span in kept[:1]]
    marks["mentioned"] = min(3.0, len(set(mentioned))) / 3
    return marks, signs + [("mentioned", *span) for span in mentioned[:1]]


def _spans(pattern: Prefiltered | re.Pattern[str], low: str) -> list[Span]:
    found = pattern.finditer(low, low) if isinstance(pattern, Prefiltered) else pattern.finditer(low)
    return [match.span() for match in islice(found, MOST)]


def gibberish(text: str) -> float:
    """0 to 1: how little the last 120 characters look like words or ordinary punctuation; code, links and languages in
    other scripts do not count."""
    stripped = text.rstrip()
    if len(stripped) < 60:
        return 0.0
    tail = stripped[-120:]
    foreign = sum(ord(letter) > 0x24F for letter in stripped) / len(stripped)
    if foreign > 0.3 or _CODE.search(stripped[-600:]):
        return 0.0
    return min(1.0, max(0.0, len(_ODD.findall(tail)) - 4) / 16)
