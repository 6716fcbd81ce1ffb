"""Where a prompt names words or phrases that the output must have, must not have, or must have so many times."""

from __future__ import annotations

import re
from collections.abc import Iterator

from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import TIMES, Bounds, read_bounds
from failsight.engine.instructions.terms import read_terms
from failsight.engine.value import value_class

_NOUN = r"(?:key\s?-?words?|words?|phrases?|terms?|expressions?|names?|wörter|wort|begriffe?|ausdr[uü]cke?)"
_VERB = (
    r"(?:includ(?:e|es|ing)|contain(?:s|ing)?|mention(?:s|ing)?|us(?:e|es|ing)|say(?:s|ing)?|writ(?:e|ing)|"
    r"ha(?:s|ve|ving)|add(?:ing)?|incorporat(?:e|es|ing)|featur(?:e|es|ing)|insert(?:ing)?|put|with|verwende|benutze|"
    r"erwähne|nenne)"
)
_AVOID = r"avoid(?:ing)?|exclud(?:e|ing)|omit(?:ting)?|without|vermeide"
_NOT = (
    r"(?:\b(?:do(?:es)? not|don['’]?t|doesn['’]?t|did not|must not|mustn['’]?t|should not|shouldn['’]?t|can ?not|"
    r"can['’]t|may not|never(?: ever)?|and not|to not|not to|not|without|avoid|refrain from|stop)\s+"
    r"(?:(?:ever|even|also|please|explicitly|directly|actually)\s+)?)"
)
_WHICH = (
    r"(?P<det>(?:\s+(?:all|both|any|either|neither|the|a|of|these|following|exact|specific|single|each|such|forbidden|"
    r"banned|mandatory)){0,6}\s+)"
)
_QUOTE = r"(?=\s+[\"“”'‘`«„])"
_FRONT = re.compile(
    rf"(?P<neg>{_NOT}(?:{_VERB}\s+(?:or|and|nor)\s+)?)?\b(?P<verb>{_VERB}|{_AVOID})"
    rf"(?:\s+(?:in|on)\s+(?:your|the)\s+\w+)?{_WHICH}(?P<noun>{_NOUN})\b|"
    rf"(?P<neg2>{_NOT})(?P<verb2>{_VERB}){_QUOTE}|"
    rf"\b(?P<avoid2>avoid(?: using| mentioning| saying)?|exclude|without (?:using|saying|mentioning)){_QUOTE}|"
    rf"\b(?P<verb3>mention|include|includes){_QUOTE}|"
    r"\b(?P<items>include|mention|contain)\s+(?:all\s+)?(?:these|the following)\s+(?:items?|names?|words?)\s*:",
    re.I,
)
_BACK = re.compile(rf"\b(?:(?:the|these|following)\s+){{1,3}}(?P<noun>{_NOUN})\b", re.I)
_PREDICATE = re.compile(
    r"[\s,)\]]*(?:(?P<neg>(?:(?:should|must|may|shall|can|could|do|does|is|are|to)\s*(?:not|n['’]t)\b|cannot\b|never|"
    r"not)\s*(?:be\s+)?)|(?:should|must|shall|needs? to|ha(?:s|ve) to|is to|are to|to)\s+|(?=appear|show|occur))"
    r"(?:also |at least once |be\s+)?"
    r"(?:appear(?:s|ing)?|show(?:s|n|ing)? up|occur(?:s|ring)?|used|included|mentioned|present|in|exist|found|written|"
    r"said|contained|allowed|there)\b",
    re.I,
)
_GAP = re.compile(
    r"[\s,]*(?:(?:for|a total of|it|anywhere)\s+)?(?:(?:in|throughout) (?:your|the) (?:\w+ ){1,3})?(?:for\s+)?"
    r"(?:(?:should|must|to) (?:appear|be used|show up)\s+)?(?:for\s+)?",
    re.I,
)
_FRAMED = re.compile(
    r"\b(?:end(?:s|ing)?|finish\w*|starts?|starting|begin\w*|conclud\w*|clos(?:e|ing)|opens?|"
    r"replac\w*|repeat\w*|rhymes?|"
    r"synonyms?|definition|translat\w*|meaning|instead of|paragraph \w+ must|beginning)\b[^,.;]{0,25}\Z",
    re.I,
)
_SHOWN = re.compile(
    r"[\s,]*(?:written|printed|engraved|painted|in it\b|on it\b|at the (?:top|bottom|end|"
    r"beginning))",
    re.I,
)


@value_class
class Naming:
    """Terms of a prompt. bounds: how often each may stand, None when no number is given; ``span``: the clause."""

    terms: tuple[str, ...]
    forbidden: bool
    bounds: Bounds | None
    span: tuple[int, int]


def read_namings(prompt: Prompt) -> Iterator[Naming]:
    """Every naming of terms that the prompt demands."""
    taken: list[tuple[int, int]] = []
    for match in _FRONT.finditer(prompt.masked):
        terms, end = _terms(prompt.text, match, "many" if match["items"] else None)
        if terms and prompt.demands(match.start()) and not _framed(prompt, match):
            taken.append((match.start(), end))
            naming = _front(prompt, match, terms, end)
            if naming is not None:
                yield naming
    for match in _BACK.finditer(prompt.masked):
        terms, end = _terms(prompt.text, match, None)
        predicate = _PREDICATE.match(prompt.text, end)
        inside = any(start <= match.start() < stop for start, stop in taken)
        if terms and predicate is not None and not inside and prompt.demands(match.start()):
            before = prompt.before(match.start()) if predicate["neg"] else ""
            bounds = _times(prompt.text, predicate.end(), before, "low")
            yield Naming(terms, bool(predicate["neg"]) and bounds is None, bounds, prompt.clause(match.start()))


def _front(prompt: Prompt, match: re.Match[str], terms: tuple[str, ...], end: int) -> Naming | None:
    verb = (match["verb"] or match["verb2"] or match["verb3"] or "").lower()
    forbidden = bool(match["neg"] or match["neg2"] or match["avoid2"]) or re.fullmatch(_AVOID, verb) is not None
    if not forbidden:
        predicate = _PREDICATE.match(prompt.text, end)
        one_of = match["noun"] and re.search(r"\b(?:any|either|a)\s*\Z", match["det"], re.I)
        if (
            one_of
            or (predicate is not None and predicate["neg"])
            or (verb == "with" and _SHOWN.match(prompt.text, end))
        ):
            return None
    bounds = _times(prompt.text, end, "avoid " if forbidden else "", "high" if forbidden else "low")
    return Naming(terms, forbidden and bounds is None, bounds, prompt.clause(match.start()))


def _terms(text: str, match: re.Match[str], bare: str | None) -> tuple[tuple[str, ...], int]:
    noun = (match["noun"] or "").lower()
    if bare is None:
        bare = "none" if not noun else "many" if noun.endswith(("s", "wörter", "begriffe")) else "one"
    terms, end = read_terms(text, match.end(), bare=bare)
    if noun.startswith("name") and not all(term[0].isupper() for term in terms):
        return (), end
    return terms, end


def _framed(prompt: Prompt, match: re.Match[str]) -> bool:
    return _FRAMED.search(prompt.before(match.start())) is not None


def _times(text: str, position: int, before: str, bare: str) -> Bounds | None:
    gap = _GAP.match(text, position)
    found = TIMES.match(text, gap.end() if gap else position)
    return read_bounds(found, before, bare=bare) if found else None
