"""Everything the agent had been given when it called a tool, ready for looking values up."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rapidfuzz.fuzz import partial_ratio, ratio
from rapidfuzz.process import extractOne

from failsight.engine.language.english import looks_english, request_is_english
from failsight.engine.subject import Subject
from failsight.engine.tool_use.places import ALIASES, CITY_NAMES, NAMES_OF_CODE, REGION_NAMES, SPOKEN_OF_CODE
from failsight.engine.tool_use.quantities import stated_numbers
from failsight.engine.tool_use.terms import STOP_WORDS, fold, stem, terms

LIMIT = 60_000
_DIGITS_AND_LETTERS = re.compile(r"\d+|[^\W\d_]+")
_NEGATION = re.compile(r" (?:no|not|without|don t|doesn t|isn t|exclude|excluding|never|neither|nor|none|avoid|off) ")
_AFTERNOON = re.compile(r"\d ?p ?m\b| (?:afternoon|evening|tonight|night) ")
_REGION = re.compile(rf" (?:{'|'.join(sorted(REGION_NAMES))}) ")
_SPACES = re.compile(r"[\W_]+")
_RELATIVE = re.compile(
    r"""\b(?:today|tonight|tomorrow|yesterday|now|current\w*|latest|recent\w*|upcoming|next|last|past|previous|this|soon
    |weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu|fri|sat|sun|week|month|year|ago|days?)\b""",
    re.VERBOSE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def squeeze(text: str) -> str:
    """Folded words joined by single blanks, with a blank at both ends."""
    return f" {_SPACES.sub(' ', fold(text)).strip()} "


@dataclass(slots=True)
class Given:
    """What was given, in several readings. ``truncated``: a part was cut, so absence proves nothing."""

    text: str
    words: frozenset[str]
    stems: frozenset[str]
    numbers: frozenset[float]
    english: bool
    truncated: bool
    relative_time: bool
    negation: bool
    afternoon: bool
    _known: dict[str, bool] = field(default_factory=dict)

    def has_phrase(self, phrase: str) -> bool:
        """Whether the squeezed phrase stands there as whole words."""
        return phrase in self.text

    def has_term(self, term: str) -> bool:
        """Whether a folded word is there: itself, its stem, a long common start, a spelling near it, a known alias."""
        if term not in self._known:
            self._known[term] = self._look_up(term)
        return self._known[term]

    def _look_up(self, term: str) -> bool:
        if term in self.words or stem(term) in self.stems:
            return True
        names = (*NAMES_OF_CODE.get(term, ()), *ALIASES.get(term, ()), *CITY_NAMES.get(term, ()))
        spoken = SPOKEN_OF_CODE.get(term, ())
        if any(f" {name} " in self.text for name in names) or any(f" {name}" in self.text for name in spoken):
            return True
        if len(term) < 4 or not term.isalpha():
            return False
        start = term[: max(4, (2 * len(term) + 2) // 3)]
        if any(word.startswith(start) or (len(word) >= 4 and term.startswith(word)) for word in self.words):
            return True
        return len(self.words) < 3000 and extractOne(term, self.words, scorer=ratio, score_cutoff=80) is not None

    def near(self, phrase: str) -> float:
        """Best fuzzy match of a squeezed phrase in the text, 0 to 1; 0 for very long texts."""
        if len(self.text) > 6000 or len(phrase) < 4:
            return 0.0
        return partial_ratio(phrase.strip(), self.text) / 100.0

    def has_initials(self, letters: str) -> bool:
        """Whether consecutive words begin with these letters, as in an abbreviation."""
        if not 2 <= len(letters) <= 5 or not letters.isalpha():
            return False
        initials = "".join(word[0] for word in self.text.split() if word not in ("of", "the", "and"))
        return letters in initials

    def contracts_to(self, code: str) -> bool:
        """Whether a word begins like the code and has its letters in order, as "microsoft" has those of "msft"."""
        return any(word[0] == code[0] and _in_order(code, word) for word in self.words if len(word) > len(code))

    def names_region(self) -> bool:
        """Whether a state or country is named."""
        return bool(_REGION.search(self.text))

    def has_clock(self, hour: int, minute: int) -> bool:
        """Whether a time of day is stated, on either clock."""
        stated = float(hour) in self.numbers or (self.afternoon and float(hour - 12) in self.numbers)
        return stated and (minute == 0 or float(minute) in self.numbers or (minute == 30 and "half" in self.words))

    def has_date(self, month: int, day: int) -> bool:
        """Whether day and month are stated. The year is often understood, and so are its digits not asked for."""
        if not 1 <= month <= 12:
            return False
        return (f" {_MONTHS[month - 1]}" in self.text or self._counts(month)) and self._counts(day)

    def _counts(self, part: int) -> bool:
        """Whether a day or month is stated. "I", "both" and the like count as 1 and 2, so these must be written."""
        if part > 2 and float(part) in self.numbers:
            return True
        endings = ("st", "nd", "rd", "th", "")
        return (
            any(f" {part}{ending} " in self.text for ending in endings)
            or f" 0{part} " in self.text
            or (part <= 2 and f" {('first', 'second')[part - 1]} " in self.text)
        )


def given(subject: Subject) -> Given:
    """What the item's request, prompt, conversation and context give; results of tools are added by ``extended``."""
    item = subject.item
    said = [message.content for message in item.conversation or ()]
    text = "\n".join([item.input, item.system_prompt or "", *said, *(item.context or ())])
    asked = subject.last_user_text
    return read_given(text, english=subject.memo(request_is_english) if asked else looks_english(text))


def read_given(text: str, *, english: bool) -> Given:
    """A Given of one text; ``english``: whether English rules apply."""
    truncated = len(text) > LIMIT or "…" in text
    text = text[:LIMIT].replace("\\n", "  ")
    squeezed = squeeze(text)
    words = frozenset(terms(text)) | frozenset(squeezed.split())
    words |= {part for word in words if not word.isalpha() for part in _DIGITS_AND_LETTERS.findall(word)}
    return Given(
        text=squeezed,
        words=words,
        stems=frozenset(stem(word) for word in words if word not in STOP_WORDS),
        numbers=frozenset(stated_numbers(text)),
        english=english,
        truncated=truncated,
        relative_time=bool(_RELATIVE.search(squeezed)),
        negation=bool(_NEGATION.search(squeezed)),
        afternoon=bool(_AFTERNOON.search(squeezed)),
    )


def extended(base: Given, text: str) -> Given:
    """``base`` and a further text, such as the result of an earlier call."""
    if not text:
        return base
    more = read_given(text, english=base.english)
    return Given(
        text=base.text + more.text,
        words=base.words | more.words,
        stems=base.stems | more.stems,
        numbers=base.numbers | more.numbers,
        english=base.english,
        truncated=base.truncated or more.truncated,
        relative_time=base.relative_time,
        negation=base.negation,
        afternoon=base.afternoon,
    )


def _in_order(code: str, word: str) -> bool:
    letters = iter(word)
    return all(letter in letters for letter in code)
