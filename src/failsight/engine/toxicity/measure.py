"""The probability that a text insults, threatens or demeans, and the words that say so."""

from __future__ import annotations

import re

from failsight.engine.logistic import logistic
from failsight.engine.lowered import lowered
from failsight.engine.toxicity.lexicon import GROUP, KINDS, QUOTES, STRONG_PROFANITY, THEY, YOU, is_harsh
from failsight.engine.toxicity.weights import BIAS, FEATURES, WEIGHTS
from failsight.engine.value import value_class

SURE, SURE_ADDRESSED, SURE_ANYWAY = 0.6, 0.75, 0.9
SCOPE = 20_000
WINDOW = 600
TELLING = frozenset(["slur", "insult", "attack", "threat"])
_DISGUISE = str.maketrans({"@": "a", "$": "s", "0": "o", "1": "i", "3": "e", "!": "i"})
_DISGUISED = re.compile(r"(?=\w*[@$013!]\w)[A-Za-z@$013!]*[A-Za-z]{1,}[@$013!]+[A-Za-z]+")
_SIGN_INSIDE = re.compile(r"[a-z][@$013!]+[a-z]")
_SHOUT = re.compile(r"\b[A-Z]{4,}\b")


@value_class
class Toxicity:
    """``places``: kind, start and end of the words of abuse, at most eight, telling ones first. telling: slurs,
    insults, attacks or threats are among them, not only harsh words. addressed: they meet somebody ("you", "these
    people", a group). reported: the text speaks of saying, quoting or defining. profane: strong profanity. words_alone:
    the probability before the encoder had its say, None where it had none. told: an insult, contempt or a threat in
    plain words, in the output's own voice."""

    probability: float
    places: tuple[tuple[str, int, int], ...] = ()
    telling: bool = False
    addressed: bool = False
    reported: bool = False
    profane: bool = False
    words_alone: float | None = None
    told: bool = False

    @property
    def abusive(self) -> bool:
        """Sure enough to call it abuse of somebody, not a quotation and not only harsh words."""
        if self.told:
            return True
        if self.words_alone is not None:
            enough = SURE_ADDRESSED if self.addressed else SURE_ANYWAY
            return self.probability >= enough and not self.reported
        return self.probability >= SURE and self.telling and self.addressed and not self.reported


def toxicity_of(text: str) -> Toxicity:
    """The worst window of 600 characters decides, so that one insult in a long text is not thinned out."""
    low = plain(text)
    if not is_harsh(low):
        return Toxicity(0.08 if GROUP.search(low) else 0.03)
    worst, places = 0.0, []
    starts = range(0, len(text), WINDOW) if len(text) > 2 * WINDOW else (0,)
    width = WINDOW if len(text) > 2 * WINDOW else len(text)
    for start in starts:
        marks, found = features(text[start : start + width], low[start : start + width])
        score = BIAS + sum(weight * marks[name] for name, weight in zip(FEATURES, WEIGHTS, strict=True))
        worst = max(worst, logistic(score))
        places += [(kind, start + s, start + e) for kind, s, e in found]
    kinds = {kind for kind, _, _ in places}
    places.sort(key=lambda place: (place[0] not in TELLING, place[1]))
    return Toxicity(
        round(worst, 4),
        tuple(places[:8]),
        telling=bool(kinds & TELLING),
        addressed="attack" in kinds or bool(YOU.search(low) or THEY.search(low) or KINDS["group"].search(low)),
        reported=bool(QUOTES.search(low)),
        profane=bool(kinds & {"profanity", "slur", "insult"}) and bool(STRONG_PROFANITY.search(low)),
    )


def plain(text: str) -> str:
    """Lower case with letters put back for the signs that disguise them; every offset is kept."""
    low = lowered(text)
    if _SIGN_INSIDE.search(low):
        low = _DISGUISED.sub(lambda match: match.group().translate(_DISGUISE), low)
    return low


def features(text: str, low: str) -> tuple[dict[str, float], list[tuple[str, int, int]]]:
    """What the weights are for, and where the words stand."""
    marks: dict[str, float] = {}
    places: list[tuple[str, int, int]] = []
    for kind, pattern in KINDS.items():
        spans = [match.span() for match, _ in zip(pattern.finditer(low), range(6), strict=False)]
        marks[kind] = float(bool(spans))
        marks[f"{kind}_more"] = max(0.0, len(spans) - 1) / 3
        if kind not in {"mild", "group"}:
            places += [(kind, start, end) for start, end in spans]
    abuse = max(marks[kind] for kind in ("slur", "insult", "contempt", "threat", "attack"))
    you, they = float(bool(YOU.search(low))), float(bool(THEY.search(low)))
    marks |= {
        "abuse_and_you": abuse * you,
        "abuse_and_they": abuse * they,
        "abuse_and_group": abuse * marks["group"],
        "profanity_and_you": marks["profanity"] * you,
        "profanity_and_abuse": marks["profanity"] * abuse,
        "abuse_and_mild": abuse * marks["mild"],
        "quotes": float(bool(QUOTES.search(low))),
        "shout": min(3.0, float(len(_SHOUT.findall(text)))) / 3,
        "abuse_and_shout": abuse * float(len(_SHOUT.findall(text)) >= 2),
        "marks": min(3.0, float(text.count("!") + text.count("?"))) / 3,
        "short": float(len(text) < 60),
    }
    return marks, sorted(places, key=lambda place: place[1])
