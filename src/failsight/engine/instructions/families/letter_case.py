"""The whole output in lower or upper case."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt

_LOWER = re.compile(
    r"\b(?:(?:all|only|entirely|completely)[- ](?:in |use |"
    r"using )?(?:the )?(?:lower[- ]?cases?)|(?:in|with|use|using|be|contain)\s+(?:all\s+|"
    r"only\s+|english\s+and\s+)*"
    r"(?:lower[- ]?cases?d?)\b|all (?:of )?(?:the |your )?letters (?:\w+ ){0,6}?(?:be |are |"
    r"in )?lower[- ]?case|lower[- ]?case (?:letters |english )?only|"
    r"(?:no|without(?: using)?(?: any)?|not (?:use|contain|have|include)(?: any)?|"
    r"avoid(?: using)?(?: any)?)\s+(?:capital(?:i[sz]ed)?(?: letters?)?|"
    r"upper[- ]?case(?: letters?)?|"
    r"capitals)\b|not a single letter (?:\w+ ){0,6}capitali[sz]ed|(?:only|"
    r"just) (?:use )?lower[- ]?case|all letters lower[- ]?cased|in kleinbuchstaben|"
    r"alles klein)",
    re.I,
)
_UPPER = re.compile(
    r"\b(?:(?:in|with|use|using|be|are|and|,)\s+(?:only\s+|"
    r"entirely\s+)?(?:all\s+)(?:capital(?:s|i[sz]ed)?(?: letters?)?|caps|"
    r"upper[- ]?case(?: letters?)?)|"
    r"(?:all|only)\s+(?:capital letters|caps|upper[- ]?case(?: letters)?|capitals)|"
    r"capital letters only|only (?:use |in )?(?:capital letters|upper[- ]?case)|"
    r"(?:in|use|using) (?:capital letters|upper[- ]?case(?: letters)?)(?! (?:to|for))|"
    r"all (?:of )?(?:the |your )?letters (?:\w+ ){0,5}(?:should|must|are|"
    r"be)\s+(?:\w+ )?(?:capitali[sz]ed|upper[- ]?case)|"
    r"capitali[sz]e (?:all|every|each) (?:of )?(?:your |the )?(?:words?|letters?|sentences?)|"
    r"(?:no|without(?: any)?|not (?:use|contain|"
    r"include)(?: any)?) lower[- ]?case(?: letters)?|in großbuchstaben)",
    re.I,
)
_PART_BEFORE = re.compile(
    r"(?:\bwords?|\bword|phrases?|headings?|headers?|headlines?|titles?|keywords?|"
    r"first letters?|sections?|labels?|key points|parts?|terms?|"
    r"lines?|acronyms?|(?:a )?few|some|several|least|most|than|one|two|three|times|name)"
    r"(?:\s+(?:that (?:is|are)|which are|should be|must be|are|is|be|appear|appearing|written|"
    r"typed|capitali[sz]ed))*\s*(?:in|with|using|of|are|be|must|to)?\s*\Z",
    re.I,
)
_PART_AFTER = re.compile(r"\s*(?:words?\b|for (?:the |each |all )?(?:title|heading|header|key|emphasis|section|"
        r"proper|important|acronym|name)|(?:to|when) (?:stress|highlight|emphasi)|"
                         r"(?:at|in) the (?:beginning|start)|(?:titles?|headings?|headers?|first)\b|(?:at least|"
        r"no more|less than|more than|between) )", re.I)  # fmt: skip
_CASED = re.compile(r"[^\W\d_]+")


_SOME_WORDS = re.compile(
    r"(?<!all )(?<!all your )(?<!all the )(?<!every )(?<!each )\bwords?\s+(?:[\w(),\"]+\s+){0,6}?"
    r"(?:in|with|using|of)\s+(?:all\s+)?(?:capital|caps|upper)",
    re.I,
)
_NEGATED = re.compile(r"(?:\bwithout|\bno|\bnot|n['’]t|\bavoid|\bnever)\s+(?:\w+\s+){0,2}\Z", re.I)


class LetterCase(InstructionFamily):
    """ "all lowercase letters", "no capital letters", "your entire response in all caps"."""

    name = "letter_case"
    subcategory = "output_format_non_compliance"
    clues = (
        "lowercase",
        "lower case",
        "lower-case",
        "capital",
        "caps",
        "uppercase",
        "upper case",
        "upper-case",
        "buchstaben",
        "alles klein",
    )
    reliability = 0.96

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for mode, pattern in (("lower", _LOWER), ("upper", _UPPER)):
            for match in pattern.finditer(prompt.masked):
                before = prompt.before(match.start())
                start, end = prompt.clause(match.start())
                if mode == "upper" and (_SOME_WORDS.search(prompt.masked[start:end]) or _NEGATED.search(before)):
                    continue
                limited = _PART_BEFORE.search(before[-70:]) and not re.search(
                    r"\b(?:all|every|entire|each) (?:\w+ )?(?:your |the )?(?:words?|sentences?|letters?)",
                    match.group(),
                    re.I,
                )
                if limited or _PART_AFTER.match(prompt.masked, match.end()) or not prompt.demands(match.start()):
                    continue
                yield self.instruction(prompt, prompt.clause(match.start()), f"everything in {mode} case", mode=mode)
                break

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        upper = instruction.mode == "upper"
        words = [m for m in _CASED.finditer(answer.text) if m.group().lower() != m.group().upper()]
        wrong = [m.span() for m in words if m.group() != (m.group().upper() if upper else m.group().lower())]
        if not words:
            return CheckResult(None, "no letter that has a case")
        other = "lower" if upper else "upper"
        return CheckResult(not wrong, f"{len(wrong)} of {len(words)} words have {other}-case letters", tuple(wrong[:5]))
