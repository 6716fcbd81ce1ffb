"""How often a letter or sign, and how many words in capitals, the output has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily, check_amount
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import NUMBER, TIMES, Bounds, Quantity, in_words, read_bounds

_LETTER = re.compile(r"\bletters?\s+[\"“”'‘`]?(?P<letter>[^\W\d_])[\"“”'’`]?(?![\w'’])", re.I)
_FILL = re.compile(
    r"[\s,]*(?:as a keyword[^.]*?)?(?:(?:should|must|needs? to|to|will|"
    r"can)\s+(?P<neg>not\s+)?(?:only\s+)?(?:be\s+)?)?(?:appear(?:s|ing)?|show(?:s|ing)? up|"
    r"used|occur(?:s|ring)?|included|present)?\s*(?:in (?:your|the) (?:\w+ ){1,3})?(?:for\s+)?",
    re.I,
)
_NONE = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bavoid|without|refrain from|exclude|"
    r"no)\s+(?:\w+\s+){0,3}(?:the\s+)?\Z",
    re.I,
)
_SIGNS = {"exclamation": "!", "question": "?", "hash": "#", "emoji": ""}
_SIGN = Quantity(r"exclamation (?:marks?|points?)|question marks?|hash ?tags?", adjectives="")
_CAPS = (
    r"(?:in|with|using|of)\s+(?:all\s+)?(?:the\s+)?(?:capital(?:i[sz]ed)?(?:\s+letters?)?|"
    r"caps|upper[- ]?case(?:\s+letters?)?|capitals)"
)
_CAPITALS = re.compile(rf"\bwords?\s+(?:\w+\s+){{0,4}}?(?:that are )?(?:written |typed |appearing )?{_CAPS}|"
        rf"\b(?:all[- ]caps|capitali[sz]ed|fully capitali[sz]ed|upper[- ]?case)\s+words?\b|"
        rf"\bwords? (?:\w+ ){{0,4}}(?:should|must) be (?:in )?(?:all )?(?:caps|capital letters|"
        rf"capitali[sz]ed)", re.I)  # fmt: skip
_COUNT = Quantity(
    r"(?:\w+\s+){0,1}?words?|(?:all[- ]caps|(?:fully )?capitali[sz]ed|upper[- ]?case) words?",
    adjectives=r"(?:such\s+)?",
)
_LIMIT = re.compile(rf"\b(?:to|should be|must be|be|is)\s+(?P<relation>less than|fewer than|at most|"
        rf"no more than|at least|more than|exactly)\s+(?P<first>{NUMBER})\b(?!\s*times)", re.I)  # fmt: skip
_VAGUE = re.compile(r"\b(?:a few|some|several|a couple of)\s+(?:\w+\s+){0,2}?words?\b", re.I)
_FIRST_LETTER = re.compile(
    r"\b(?:first|initial|one|a|capital) letters? of|start with|begin(?:ning)? with a capital|title case", re.I
)
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


class LetterFrequency(InstructionFamily):
    """ "the letter q at least 4 times", "do not use the letter e", "at least 3 exclamation marks"."""

    name = "letter_frequency"
    subcategory = "task_not_followed"
    clues = ("letter", "exclamation", "question mark", "hash")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _LETTER.finditer(prompt.masked):
            before = prompt.before(match.start())
            filler = _FILL.match(prompt.masked, match.end())
            times = TIMES.match(prompt.masked, filler.end() if filler else match.end())
            if not prompt.demands(match.start()):
                continue
            bounds = None
            if times is not None:
                bounds = read_bounds(times, before, bare="low")
            elif _NONE.search(before[-60:]):
                bounds = Bounds(high=0)
            if bounds is not None:
                yield self._counted(prompt, match.start(), bounds, match["letter"].lower(), "letter")
        for amount in _SIGN.finditer(prompt.masked):
            sign = next(sign for clue, sign in _SIGNS.items() if clue in (amount["noun"] or "").lower())
            bounds = read_bounds(amount, prompt.before(amount.start()), bare="exact")
            if bounds is not None and bounds.high != 0 and prompt.demands(amount.start()):
                yield self._counted(prompt, amount.start(), bounds, sign, "sign")

    def _counted(self, prompt: Prompt, start: int, bounds: Bounds, sign: str, kind: str) -> Instruction:
        wording = f"the {kind} “{sign}” {in_words(bounds, 'times')}"
        return self.instruction(prompt, prompt.clause(start), wording, bounds=bounds, terms=(sign,))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = answer.lower.count(instruction.terms[0])
        result = check_amount(instruction.bounds, count, count, "times")
        if result.followed is False and instruction.bounds.high is not None and count > instruction.bounds.high:
            spots = [m.span() for m in re.finditer(re.escape(instruction.terms[0]), answer.text, re.I)]
            over = tuple(spots[instruction.bounds.high : instruction.bounds.high + 3])
            return CheckResult(False, result.measured, over, result.delivered)
        return result


class CapitalWords(InstructionFamily):
    """ "at least 5 words in all capital letters", "fewer than 4 words in all caps"."""

    name = "capital_words"
    subcategory = "output_format_non_compliance"
    clues = ("capital", "caps", "uppercase", "upper case", "upper-case")
    reliability = 0.9

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for start, end in prompt.clauses:
            clause = prompt.masked[start:end]
            if _FIRST_LETTER.search(clause):
                continue
            for found in _CAPITALS.finditer(clause):
                bounds = self._bounds(clause, found)
                if bounds is None or not prompt.demands(start + found.start()):
                    continue
                wording = in_words(bounds, "words in capital letters")
                yield self.instruction(prompt, prompt.clause(start + found.start()), wording, bounds=bounds)
                break

    def _bounds(self, clause: str, found: re.Match[str]) -> Bounds | None:
        after = TIMES.search(clause, found.end())
        if after is not None and after.start() - found.end() < 60:
            return read_bounds(after, clause[: after.start()], bare="low")
        limit = _LIMIT.search(clause, found.end())
        if limit is not None and limit.start() - found.end() < 60:
            return read_bounds(limit, clause[: limit.start()])
        for match in _COUNT.finditer(clause):
            if match.start() <= found.end() and match.end() > found.start():
                return read_bounds(match, clause[: match.start()], bare="low")
        vague = _VAGUE.search(clause)
        return Bounds(low=1) if vague is not None and vague.start() <= found.start() <= vague.end() + 20 else None

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        words = [m.group() for m in _TOKEN.finditer(answer.text) if m.group().isupper()]
        long = sum(sum(sign.isalpha() for sign in word) > 1 for word in words)
        low = instruction.bounds.low
        widest = len(words) if low is not None and low > long else long  # "I" and "A" are in capitals, but only just
        return check_amount(instruction.bounds, long, widest, "words in capital letters")
