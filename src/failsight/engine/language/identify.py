"""A small identifier of languages: by script, and by stop words for the Latin script. It says None when in doubt."""

from __future__ import annotations

import re
from collections import Counter

from failsight.engine.language.stop_words import ENGLISH, SPOKEN, STOP_WORDS

_SCRIPTS = {
    "Cyrillic": "\u0400-\u04ff", "Greek": "\u0370-\u03ff", "Hebrew": "\u0590-\u05ff",
    "Arabic": "\u0600-\u06ff\u0750-\u077f",
    "Devanagari": "\u0900-\u097f", "Bengali": "\u0980-\u09ff", "Gurmukhi": "\u0a00-\u0a7f", "Gujarati": "\u0a80-\u0aff",
    "Tamil": "\u0b80-\u0bff", "Telugu": "\u0c00-\u0c7f", "Kannada": "\u0c80-\u0cff", "Malayalam": "\u0d00-\u0d7f",
    "Thai": "\u0e00-\u0e7f", "Hangul": "\u1100-\u11ff\uac00-\ud7af", "Kana": "\u3040-\u30ff", "Han": "\u3400-\u9fff",
    "Georgian": "\u10a0-\u10ff", "Armenian": "\u0530-\u058f",
}  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
_IN_SCRIPT = {name: re.compile(f"[{signs}]") for name, signs in _SCRIPTS.items()}
_ANY_SCRIPT = re.compile("[" + "".join(_SCRIPTS.values()) + "]")
_SCRIPT_OF = {
    "Russian": ("Cyrillic",), "Bulgarian": ("Cyrillic",), "Ukrainian": ("Cyrillic",), "Serbian": ("Cyrillic",),
    "Greek": ("Greek",),
    "Hebrew": ("Hebrew",), "Arabic": ("Arabic",), "Persian": ("Arabic",), "Urdu": ("Arabic",), "Hindi": ("Devanagari",),
    "Marathi": ("Devanagari",), "Nepali": ("Devanagari",), "Bengali": ("Bengali",),
    "Punjabi": ("Gurmukhi", "Arabic"), "Gujarati": ("Gujarati",),
    "Tamil": ("Tamil",), "Telugu": ("Telugu",), "Kannada": ("Kannada",), "Malayalam": ("Malayalam",), "Thai": ("Thai",),
    "Korean": ("Hangul",), "Japanese": ("Kana", "Han"), "Chinese": ("Han",),
}  # fmt: skip
_STOPS = {name: frozenset(text.split()) for name, text in STOP_WORDS.items()}
_SAID = {name: _STOPS[name] | frozenset(text.split()) for name, text in SPOKEN.items()} | {"English": ENGLISH}
_TOKEN = re.compile(r"[^\W\d_]+")
_CLOSE = [{"Swedish", "Danish"}, {"Spanish", "Portuguese", "Italian"}, {"Polish", "Czech"}, {"Dutch", "German"}]
_ALIASES = {
    "farsi": "Persian",
    "mandarin": "Chinese",
    "deutsch": "German",
    "auf deutsch": "German",
    "französisch": "French",
    "englisch": "English",
    "spanisch": "Spanish",
}
LANGUAGES = {name.lower(): name for name in (*_STOPS, *_SCRIPT_OF)} | _ALIASES


def identify(text: str) -> str | None:
    """The language (or the script, when several languages share it) of a text, or None when it is not clear."""
    sample = text[:6000]
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return None
    if _ANY_SCRIPT.search(sample):
        shares = {name: len(pattern.findall(sample)) / letters for name, pattern in _IN_SCRIPT.items()}
        script, share = max(shares.items(), key=lambda pair: pair[1])
        if share > 0.5:
            fitting = [language for language, scripts in _SCRIPT_OF.items() if scripts[0] == script]
            return fitting[0] if len(fitting) == 1 else f"a language in {script} script"
    tokens = _TOKEN.findall(sample.lower())
    scores = {name: sum(token in stops for token in tokens) for name, stops in _STOPS.items()}
    (best, first), (_, second) = Counter(scores).most_common(2)
    varied = len(_STOPS[best].intersection(tokens)) >= 4
    return best if varied and first >= 0.12 * len(tokens) and first >= 1.3 * second else None


def is_written_in(text: str, language: str) -> bool | None:
    """Whether a text is written in the language; None when it cannot be told."""
    sample = text[:6000]
    letters = len(_LETTER.findall(sample))
    if letters < 12:
        return None
    if language in _SCRIPT_OF:
        share = sum(len(_IN_SCRIPT[script].findall(sample)) for script in _SCRIPT_OF[language]) / letters
        return True if share >= 0.55 else (False if share <= 0.3 else None)
    foreign = len(_ANY_SCRIPT.findall(sample)) / letters
    if foreign >= 0.6:
        return False
    seen = identify(text)
    if seen is None:
        return None
    if seen == language:
        return True
    return None if any({seen, language} <= group for group in _CLOSE) else False


def language_of_a_question(text: str) -> str | None:
    """The language of a short text: as ``identify`` tells it, else the one that most of its frequent words belong to,
    if hardly one of them belongs to English (for English: to any other). None where that is not clear, and for a script
    that several languages share; a language may be taken for one close to it."""
    seen = identify(text)
    if seen is not None:
        return seen if seen in LANGUAGES.values() else None
    tokens = _TOKEN.findall(text[:2000].lower())
    scores = Counter({name: sum(token in words for token in tokens) for name, words in _SAID.items()})
    best, first = scores.most_common(1)[0]
    others = max(scores[name] for name in _SAID if name != best) if best == "English" else scores["English"]
    clear = first >= 2 and first >= 0.25 * len(tokens) and first >= others + 2
    return best if clear else None
