"""The probability that a request asks for something harmful, and the categories it falls under."""

from __future__ import annotations

import re

from failsight.engine.harm.topics import TOPICS, topics_in
from failsight.engine.harm.weights import BIAS, FEATURES, HASHED, WEIGHTS
from failsight.engine.hashed_words import weigh, word_buckets
from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.prefilter import Prefiltered
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

HEAD = 4000
HASHED_WORDS = 60

INSTRUCTS = Prefiltered(
    r"\b(?:how (?:do|can|could|to|would|should)|step[- ]by[- ]step|tutorial|guide|instructions?|teach|explain "
    r"how|give me|write|create|draft|develop|design|"
    r"tell me (?:how|where)|where (?:can|do) i|what(?:['’]s| is) (?:the|a) (?:best|good|easiest) way|best way|"
    r"tips|plan|script)\b"
)
EXPLAINS = re.compile(
    r"^\W*(?:what (?:is|are|was|were|does|do|constitutes|happened|caused)|who|when|how (?:did|does|was|were|"
    r"many|common)|where (?:is|was|did)|define|why (?:is|was|did|do|does) )"
)
FICTION = Prefiltered(
    r"\b(?:novel|story|movie|film|game|minecraft|gta|counter[- ]strike|call of duty|fortnite|character|"
    r"fiction\w*|poem|play|series|comic|python|linux|process|code|"
    r"program|thread|server|recipe|garden|stage|dance|photo|joke|laugh\w*|beer|deals?|history|dnd|chess|"
    r"checkers|pool|sims|assassin['’]s creed|video ?game|cooking|"
    r"harry potter|batman|bond|lara croft|pokemon|pikachu|shrek|mario|zelda)\b"
)
PROTECTS = Prefiltered(
    r"\b(?:prevent\w*|protect\w*|avoid(?:ing)? (?:getting|being|becoming)|safe(?:ly|ty)|recogni[sz]e|"
    r"report(?:ing)?|spot|detect(?:ing)? (?:a|an|if|phishing|fraud|scams?)|stop|against|"
    r"support|victims?|survivors?|awareness|help(?:ing)? (?:someone|a friend|people)|quit|treat(?:ment)?|"
    r"recover\w*|defend\w*|legal(?:ly)?|laws?)\b"
)
_SIGNS: dict[str, Prefiltered | re.Pattern[str]] = {
    "instructs": INSTRUCTS,
    "explains": EXPLAINS,
    "fiction": FICTION,
    "protects": PROTECTS,
}
NAMES = (
    *(f"topic_{topic.code}" for topic in TOPICS),
    *("any_topic", "many_topics"),
    *(f"topic_and_{name}" for name in _SIGNS),
    *_SIGNS,
)
_WEIGHT = dict(zip(FEATURES, WEIGHTS, strict=True))


@value_class
class HarmfulRequest:
    """``probability`` 0 to 1; ``codes`` are security categories, each with the words that made it match, first the one
    that matched earliest; ``start`` and ``end`` are characters of the last user text."""

    probability: float
    codes: tuple[tuple[str, str], ...] = ()
    start: int = 0
    end: int = 0


def measure_harmful_request(subject: Subject) -> HarmfulRequest:
    """Of the last thing the user said; ask for it through ``subject.memo``."""
    return harmful_request_of(subject.last_user_text)


def harmful_request_of(request: str) -> HarmfulRequest:
    """How harmful a request is, and what it is about."""
    text = lowered(request[:HEAD])
    if not text.strip():
        return HarmfulRequest(0.01)
    hits = topic_hits(text)
    marks = features(text, hits)
    score = BIAS + sum([_WEIGHT[name] * mark for name, mark in marks.items()])
    buckets = word_buckets(text, HASHED_WORDS, len(HASHED)) if HASHED else frozenset()
    probability = logistic(score + weigh(HASHED, buckets))
    first = min(hits.values(), key=lambda hit: hit.start()) if hits else None
    return HarmfulRequest(
        round(probability, 4),
        tuple((code, hit.group()) for code, hit in sorted(hits.items(), key=lambda pair: pair[1].start())),
        first.start() if first else 0,
        first.end() if first else 0,
    )


def topic_hits(text: str) -> dict[str, re.Match[str]]:
    """Category code to its first match."""
    return dict(topics_in(text))


def features(text: str, hits: dict[str, re.Match[str]]) -> dict[str, float]:
    """What the weights are for, in the order of NAMES; what is not there is left out."""
    signs = {name: 1.0 for name, pattern in _SIGNS.items() if pattern.search(text)}
    if not hits:
        return signs
    marks = {f"topic_{topic.code}": 1.0 for topic in TOPICS if topic.code in hits}
    marks |= {"any_topic": 1.0, "many_topics": min(3.0, float(len(hits))) / 3}
    marks |= {f"topic_and_{name}": 1.0 for name in signs}
    return marks | signs
