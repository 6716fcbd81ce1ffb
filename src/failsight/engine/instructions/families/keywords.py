"""Words and phrases that must, must not, or must so many times stand in the output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import TIMES, Bounds, read_bounds
from failsight.engine.instructions.terms import read_terms

_NOUN = r"(?:key\s?-?words?|words?|phrases?|terms?|expressions?|wörter|wort|begriffe?|ausdr[uü]cke?)"
_VERB = (
    r"(?:includ(?:e|es|ing)|contain(?:s|ing)?|mention(?:s|ing)?|us(?:e|es|ing)|say(?:s|ing)?|"
    r"writ(?:e|ing)|ha(?:s|ve|ving)|add(?:ing)?|"
    r"incorporat(?:e|es|ing)|featur(?:e|es|ing)|insert(?:ing)?|put|with|verwende|benutze|erwähne|nenne)"
)
_NOT = (
    r"(?:\b(?:do(?:es)? not|don['’]?t|doesn['’]?t|did not|must not|mustn['’]?t|should not|"
    r"shouldn['’]?t|can ?not|can['’]t|may not|never|and not|"
    r"to not|not to|not|without|avoid|refrain from|stop|cannot|no)\s+(?:(?:\w+ly|ever|even|also|please)\s+)?)"
)
_WHOLE = (
    rf"(?P<det>(?:\s+(?:all|both|any|either|neither|the|a|of|these|following|exact|specific|"
    rf"single|each|such|keyword|forbidden|banned|mandatory))*\s+)(?P<noun>{_NOUN})\b"
)
_FRONT = re.compile(
    rf"(?P<neg>{_NOT}(?:{_VERB}\s+(?:or|and|nor)\s+)?)?\b(?P<verb>{_VERB}|avoid(?:ing)?|"
    rf"exclud(?:e|ing)|omit(?:ting)?|without|vermeide)(?:\s+(?:in|on)\s+(?:your|"
    rf"the)\s+\w+)?{_WHOLE}|"
    rf"(?P<neg2>{_NOT})(?P<verb2>{_VERB})(?=\s+[\"“”'‘`«„])|\b(?P<avoid2>avoid(?: using|"
    rf" mentioning| saying)?|exclude|without (?:using|saying|mentioning))(?=\s+[\"“”‘«„])|"
    rf"\b(?P<verb3>mention|include|includes)(?=\s+[\"“”‘«„])|\b(?P<items>include|mention|"
    rf"contain)\s+(?:all\s+)?(?:these|the following)\s+(?:items?|names?|words?)\s*:",
    re.I,
)
_BACK = re.compile(rf"\b(?:(?:the|these|following)\s+)+(?P<noun>{_NOUN})\b", re.I)
_PREDICATE = re.compile(
    r"[\s,)\]]*(?:(?P<neg>(?:(?:should|must|may|shall|can|could|do|does|is|are|to)\s*(?:not|"
    r"n['’]t)\b|cannot\b|can['’]t|shouldn['’]t|mustn['’]?t|never|not)\s*(?:be\s+)?)|"
    r"(?P<pos>(?:should|must|shall|needs? to|ha(?:s|ve) to|is to|are to|to)\s+)|(?=appear|"
    r"show|occur))(?:also |at least once |be\s+)?"
    r"(?:(?P<appear>appear(?:s|ing)?|show(?:s|n|ing)? up|occur(?:s|ring)?|used|included|"
    r"mentioned|present|in|exist|found|written|said|contained|allowed|there))\b",
    re.I,
)
_SEPARATE = re.compile(
    r"[\s,]*(?:for\s+|a total of\s+|it\s+|anywhere\s+)?(?:(?:in|throughout) (?:your|"
    r"the) (?:\w+ ){1,3})?(?:for\s+)?(?:(?:should|must|to) (?:appear|be used|"
    r"show up)\s+)?(?:for\s+)?",
    re.I,
)
_WORDY = r"(?<![\w]){0}(?![\w])"


def _times(text: str, position: int) -> re.Match[str] | None:
    lead = _SEPARATE.match(text, position)
    return TIMES.match(text, lead.end() if lead else position)


def _named(prompt: Prompt) -> Iterable[tuple[bool, tuple[str, ...], Bounds | None, tuple[int, int]]]:
    """Every naming of terms: forbidden or wanted, the terms, how often, the clause."""
    text, masked = prompt.text, prompt.masked
    done: set[int] = set()
    for match in _FRONT.finditer(masked):
        noun = match["noun"] or ""
        bare = (
            "none"
            if not noun and not match["items"]
            else ("many" if match["items"] or noun.lower().endswith("s") or noun == "wörter" else "one")
        )
        terms, end = read_terms(text, match.end(), bare=bare)
        if not terms or not prompt.demands(match.start()):
            continue
        verb = (match["verb"] or match["verb2"] or match["verb3"] or "").lower()
        forbidden = bool(match["neg"] or match["neg2"] or match["avoid2"]) or verb.startswith(
            ("avoid", "exclud", "omit", "without", "vermeide")
        )
        if noun and re.search(r"\b(?:any|either|a) *\Z", match["det"], re.I) and not forbidden:
            continue
        done.update(range(match.start(), end))
        found = _times(text, end)
        before = "avoid " if forbidden else ""
        bounds = read_bounds(found, before, bare="high" if forbidden else "low") if found else None
        if found and found["relation"] is None and not forbidden and bounds is not None and bounds.high is None:
            bounds = Bounds(bounds.low, bounds.low) if (found["relation"] or "") else bounds
        if bounds is None and _PREDICATE.match(text, end) and not forbidden and _PREDICATE.match(text, end)["neg"]:  # type: ignore[index]
            continue
        yield forbidden and bounds is None, terms, bounds, prompt.clause(match.start())
    for match in _BACK.finditer(masked):
        if match.start() in done or match.end() - 1 in done:
            continue
        terms, end = read_terms(text, match.end(), bare="many" if match["noun"].lower().endswith("s") else "one")
        predicate = _PREDICATE.match(text, end)
        if not terms or predicate is None or not prompt.demands(match.start()):
            continue
        found = _times(text, predicate.end())
        bounds = (
            read_bounds(found, prompt.before(match.start()) if predicate["neg"] else "", bare="low") if found else None
        )
        yield bool(predicate["neg"]) and bounds is None, terms, bounds, prompt.clause(match.start())


def naming(prompt: Prompt) -> list[tuple[bool, tuple[str, ...], Bounds | None, tuple[int, int]]]:
    """``_named`` with clauses that frame something else ("end with the phrase ...") left out."""
    return [found for found in _named(prompt) if not _FRAMED.search(prompt.masked[found[3][0] : found[3][1]])]


_FRAMED = re.compile(
    r"\b(?:end|finish|start|begin|conclude|close|open|replace|repeat|synonyms? (?:for|of)|"
    r"definition|translat|meaning of|rhym|paragraph \d|paragraph must)\w*\b[^.]*\b(?:word|"
    r"phrase|sentence|term)",
    re.I,
)


def _spots(answer: Answer, term: str) -> list[tuple[int, int]]:
    pattern = re.compile(_WORDY.format(re.escape(term)), re.I)
    return [match.span() for match in pattern.finditer(answer.text)]


class _Keywords(InstructionFamily):
    subcategory = "task_not_followed"
    clues: ClassVar[tuple[str, ...]] = (
        "word",
        "phrase",
        "term",
        "mention",
        "includ",
        "without",
        "avoid",
        "not use",
        "not say",
        "n't",
        "wort",
        "wört",
        "begriff",
        "exclude",
    )


class RequiredWords(_Keywords):
    """ "include the keywords 'harvest' and 'moon'"."""

    name = "required_words"

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for forbidden, terms, bounds, span in naming(prompt):
            if not forbidden and bounds is None:
                yield self.instruction(prompt, span, "include " + ", ".join(f"“{t}”" for t in terms), terms=terms)

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        missing = [term for term in instruction.terms if term.lower() not in answer.lower]
        there = len(instruction.terms) - len(missing)
        measured = "missing: " + ", ".join(f"“{t}”" for t in missing) if missing else "all there"
        return CheckResult(not missing, measured, delivered=there / len(instruction.terms))


class ForbiddenWords(_Keywords):
    """ "do not use the words 'cheap' or 'free'"."""

    name = "forbidden_words"
    reliability = 0.96

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for forbidden, terms, _, span in naming(prompt):
            if forbidden:
                yield self.instruction(prompt, span, "do not use " + ", ".join(f"“{t}”" for t in terms), terms=terms)

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        places = [spot for term in instruction.terms for spot in _spots(answer, term)]
        used = dict.fromkeys(answer.text[start:end] for start, end in places)
        measured = "used: " + ", ".join(f"“{word}”" for word in list(used)[:5]) if used else "none of them used"
        return CheckResult(not places, measured, tuple(places[:5]))


class WordFrequency(_Keywords):
    """ "use the word 'rain' at least 3 times", "the word 'very' should appear at most once"."""

    name = "word_frequency"
    clues = ("times", "once", "twice", "thrice", "mal")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for _, terms, bounds, span in naming(prompt):
            if bounds is not None:
                for term in terms:
                    yield self.instruction(prompt, span, f"“{term}” {bounds} times", bounds=bounds, terms=(term,))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        term = instruction.terms[0]
        spots = _spots(answer, term)
        most = answer.lower.count(term.lower())
        followed = instruction.bounds.allow(len(spots), max(most, len(spots)))
        low, high = instruction.bounds.low, instruction.bounds.high
        if followed is None and low is not None and most >= low and (high is None or len(spots) <= high):
            followed = True  # an inflected form counts as a use of the word
        places = tuple(spots[high : high + 3]) if followed is False and high is not None and len(spots) > high else ()
        return CheckResult(followed, f"{len(spots)} times", places, delivered=min(1.0, most / low) if low else 1.0)
