"""Words and phrases that must, must not, or must so many times stand in the output."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.naming import read_namings
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import in_words


def _spots(answer: Answer, term: str) -> list[tuple[int, int]]:
    """Where a term stands as a whole word."""
    pattern = re.compile(rf"(?<!\w){re.escape(term)}(?!\w)", re.I)
    return [match.span() for match in pattern.finditer(answer.text)]


def _listed(terms: Iterable[str]) -> str:
    return ", ".join(f"“{term}”" for term in terms)


class _Keywords(InstructionFamily):
    subcategory = "task_not_followed"
    clues: ClassVar[tuple[str, ...]] = (
        "word", "phrase", "term", "mention", "includ", "without", "avoid", "not use", "not say", "n't", "wort", "wört",
        "begriff", "exclude", "expression",
    )  # fmt: skip


class RequiredWords(_Keywords):
    """ "include the keywords 'harvest' and 'moon'"."""

    name = "required_words"

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for naming in prompt.memo(read_namings):
            if not naming.forbidden and naming.bounds is None:
                yield self.instruction(prompt, naming.span, f"include {_listed(naming.terms)}", terms=naming.terms)

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        missing = [term for term in instruction.terms if term.lower() not in answer.lower]
        there = len(instruction.terms) - len(missing)
        inflected = [
            term for term in missing if len(term) > 4 and " " not in term and term.lower()[:-1] in answer.lower
        ]
        followed = None if missing and inflected == missing else not missing
        measured = f"missing: {_listed(missing)}" if missing else "all there"
        return CheckResult(followed, measured, delivered=there / len(instruction.terms))


class ForbiddenWords(_Keywords):
    """ "do not use the words 'cheap' or 'free'"."""

    name = "forbidden_words"
    reliability = 0.96

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for naming in prompt.memo(read_namings):
            if naming.forbidden:
                yield self.instruction(prompt, naming.span, f"do not use {_listed(naming.terms)}", terms=naming.terms)

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        places = [spot for term in instruction.terms for spot in _spots(answer, term)]
        used = dict.fromkeys(answer.text[start:end] for start, end in places)
        measured = f"used: {_listed(list(used)[:5])}" if used else "none of them used"
        return CheckResult(not places, measured, tuple(places[:5]))


class WordFrequency(_Keywords):
    """ "use the word 'rain' at least 3 times", "the word 'very' should appear at most once"."""

    name = "word_frequency"
    clues = ("time", "once", "twice", "thrice", "mal")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for naming in prompt.memo(read_namings):
            for term in naming.terms if naming.bounds is not None else ():
                wording = f"“{term}” {in_words(naming.bounds, 'times')}"
                yield self.instruction(prompt, naming.span, wording, bounds=naming.bounds, terms=(term,))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        term = instruction.terms[0]
        spots = _spots(answer, term)
        most = max(len(spots), answer.lower.count(term.lower()))
        low, high = instruction.bounds.low, instruction.bounds.high
        followed = instruction.bounds.allow(len(spots), most)
        if followed is None and low is not None and most >= low and (high is None or len(spots) <= high):
            followed = True  # an inflected form counts as a use of the word
        places = tuple(spots[high : high + 3]) if high is not None and len(spots) > high else ()
        delivered = min(1.0, most / low) if low else 1.0
        return CheckResult(followed, in_words(len(spots), "times"), places, delivered)
