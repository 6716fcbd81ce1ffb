"""The probability that an input is a jailbreak attempt, and the signs that say so."""

from __future__ import annotations

import re

from failsight.engine.harm.request import measure_harmful_request
from failsight.engine.injection.overrides import OVERRIDE
from failsight.engine.jailbreak.signs import FAMILIES, GATE, TURNS
from failsight.engine.jailbreak.weights import BIAS, FEATURES, WEIGHTS
from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

HEAD = 5000  # characters
_ODD = re.compile(
    r"[{}\[\]\\$<>~_^|#@=*`]|\S{18,}|[^\x00-\u024f\s]|(?<=[a-z])[A-Z]|[!?.:;,\-](?=[!?.:;,\-\w])|(?:^| )[!?](?= |$)"
)
_CODE = re.compile(
    r"```|\bdef |\bclass |\bimport |\breturn\b|</\w+>|https?://|select .* from|^\s*\||[\"'\]}]\s*[,}\]]\s*$",
    re.IGNORECASE | re.MULTILINE,
)


@value_class
class Jailbreak:
    """``signs``: family name, start and end of its first place in the text."""

    probability: float
    signs: tuple[tuple[str, int, int], ...] = ()


def measure_jailbreak(subject: Subject) -> Jailbreak:
    """Of the last user text; ask for it through ``subject.memo``."""
    text = subject.last_user_text
    low = lowered(text[:HEAD])
    odd = gibberish(text)
    if odd < 0.3 and not GATE.search(low):
        return Jailbreak(0.02)
    harmful = subject.memo(measure_harmful_request).probability
    marks, signs = features(text, harmful)
    score = BIAS + sum(weight * marks[name] for name, weight in zip(FEATURES, WEIGHTS, strict=True))
    return Jailbreak(round(logistic(score), 4), signs)


def features(text: str, harmful: float) -> tuple[dict[str, float], tuple[tuple[str, int, int], ...]]:
    """What the weights are for, and where the families stand."""
    low = lowered(text[:HEAD])
    signs = []
    marks: dict[str, float] = {}
    for name, pattern in FAMILIES.items():
        places = [match.span() for match, _ in zip(pattern.finditer(low), range(4), strict=False)]
        marks[name] = float(bool(places))
        marks[f"{name}_often"] = max(0.0, len(places) - 1) / 3
        if places:
            signs.append((name, *places[0]))
    override = OVERRIDE.search(low)
    if override:
        signs.append(("override", *override.span()))
    odd = gibberish(text)
    if odd >= 0.5:
        signs.append(("gibberish", max(0, len(text.rstrip()) - 120), len(text.rstrip())))
    core = [
        name
        for name in ("persona", "no_rules", "never_refuse", "banned_words", "two_answers", "opening", "fiction")
        if marks[name]
    ]
    marks |= {
        "override": float(override is not None),
        "gibberish": odd,
        "kinds": min(5.0, float(len(core))) / 5,
        "role_and_core": marks["role"] * min(1.0, len(core) / 2),
        "harmful_and_core": harmful * min(1.0, len(core) / 2),
        "harmful_and_gibberish": harmful * odd,
        "harmful_and_role": harmful * marks["role"],
        "many_shot": float(len(TURNS.findall(low)) >= 8) * harmful,
    }
    return marks, tuple(signs)


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
