"""How the output begins and ends: phrases, quotation marks, a postscript, the repeated request, given options."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.terms import quoted_at

_PHRASE = (
    r"(?:\s+(?:with|by (?:saying|writing)|off with|reads?|should (?:read|say|be)|"
    r"in))?(?:\s+(?:exactly|precisely))?(?:\s+(?:like|as))?"
    r"(?:\s+(?:the|this|these|your|a))?(?:\s+(?:exact|following|same|precise|very|"
    r"literal))*(?:\s+(?:phrase|words?|sentence|question|line|text|"
    r"statement))?(?:\s+of)?\s*:?\s*"
)
_WHOLE = (
    r"(?:\s+(?:your|the|this|it|every)(?:\s+(?:entire|whole|very|final))?(?:\s+(?:response|"
    r"answer|reply|output|message|email|letter|poem|essay|story|rant|post|text|article|review|"
    r"summary))?)?"
)
_END = re.compile(
    rf"\b(?:end|finish|conclude|close|ending|finishing|concluding|"
    rf"ends)(?:\s+it)?{_WHOLE}{_PHRASE}|\bthe (?:very )?(?:end|last (?:sentence|line|"
    rf"words?)) of (?:your|the) (?:entire |whole )?\w+ (?:should|must|has to)"
    rf"(?:\s+(?:read|be|say))?{_PHRASE}|\bthe (?:very )?last (?:sentence|line|words?) (?:should|must) be{_PHRASE}",
    re.I,
)
_START = re.compile(rf"\b(?:start|begin|open|starting|beginning|starts|begins){_WHOLE}{_PHRASE}", re.I)
_QUOTES = re.compile(
    r"\b(?:wrap|put|enclose|surround|place|wrapped|enclosed|placed|surrounded|"
    r"be)\b[^.;\n]{0,70}?\b(?:in|inside|with|within|by|using|around)?\s*(?:double|"
    r"\"double\")?[- ]?(?:quotation ?marks?|quotations? marks?|quotes|quote marks)\b"
    r"|\bdouble quotes (?:should|must) be placed around|\bdouble quotation marks around",
    re.I,
)
_QUOTED_WHOLE = re.compile(
    r"\b(?:entire|whole|your|the) (?:\w+ )?(?:response|answer|reply|output|email|letter|"
    r"article|text|result)|\bit\b|\bthe (?:response|answer)|everything|be wrapped",
    re.I,
)
_POSTSCRIPT = re.compile(r"\b(?:post ?-?script|P\.\s?P\.\s?S|P\.\s?S\.?|PS:)", re.I)
_ASKED = re.compile(
    r"\b(?:add|include|with|end|finish|contain|write|start(?:ing|s)? with|postscript|a note|put|indicated by)\b", re.I
)
_PS = re.compile(r"^[ \t*_>#]{0,12}P\.?\s?S\b", re.M | re.I)
_PPS = re.compile(r"P\.?\s?P\.?\s?S\b", re.I)
_OPTION = re.compile(r"[\"“”]([^\"“”\n]{2,60})[\"“”]")
_CHOOSE = re.compile(
    r"\b(?:one of the following(?: exact)? phrases|choose (?:exactly )?(?:one|from)|"
    r"answer (?:only )?(?:with )?(?=[\"“”])|answer with (?:one of|exactly one|either)|"
    r"(?:just|only|simply) (?:say|answer|respond|reply)|(?:reply|"
    r"respond) (?:only )?with (?:one of|either|exactly one)|must be one of)",
    re.I,
)


def _squeeze(text: str) -> str:
    return " ".join(text.lower().replace("’", "'").replace("“", '"').replace("”", '"').split())


def _phrase(prompt: Prompt, position: int) -> tuple[str, ...]:
    """The phrase a prompt gives at a position: quoted, or the rest of a line after a colon."""
    quoted = quoted_at(prompt.text, position)
    if quoted is not None:
        return (quoted[0],)
    colon = prompt.text[max(0, position - 3) : position].rstrip(" ")
    line = prompt.text[position:].split("\n", 1)[0].strip()
    return (line,) if colon.endswith((":", "like")) and 1 <= len(line.split()) <= 25 else ()


class EndPhrase(InstructionFamily):
    """ "finish your answer with the phrase 'Any questions?'"."""

    name = "end_phrase"
    subcategory = "output_format_non_compliance"
    clues: ClassVar[tuple[str, ...]] = ("end", "finish", "conclud", "last", "close")
    reliability = 0.95
    _pattern = _END

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in self._pattern.finditer(prompt.masked):
            terms = _phrase(prompt, match.end())
            if (
                terms
                and prompt.demands(match.start())
                and not re.search(
                    r"\b(?:each|every|lines?|sentences|paragraphs?|words? that|names?)\b[^,.]{0,30}\Z",
                    prompt.before(match.start()),
                    re.I,
                )
            ):
                side = "ends" if self._pattern is _END else "starts"
                yield self.instruction(prompt, prompt.clause(match.start()), f"{side} with “{terms[0]}”", terms=terms)
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        text, phrase = _squeeze(answer.text).rstrip("\"'*_ "), _squeeze(instruction.terms[0]).rstrip("\"'*_ ")
        followed = (
            text.endswith(phrase) or text.rstrip(".!") == phrase or text.rstrip(".!").endswith(phrase.rstrip(".!"))
        )
        end = len(answer.text.rstrip())
        return CheckResult(
            followed, f"it ends with “{answer.stripped[-60:]}”", () if followed else ((max(0, end - 60), end),)
        )


class StartPhrase(EndPhrase):
    """ "start your reply with 'Dear reader'"."""

    name = "start_phrase"
    clues = ("start", "begin", "open")
    _pattern = _START

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        text, phrase = _squeeze(answer.text).lstrip("\"'*_# "), _squeeze(instruction.terms[0]).strip("\"'*_ .")
        begin = len(answer.text) - len(answer.text.lstrip())
        followed = text.startswith(phrase)
        return CheckResult(
            followed,
            f"it starts with “{answer.stripped[:60]}”",
            () if followed else ((begin, begin + min(60, len(answer.stripped))),),
        )


class QuotedWhole(InstructionFamily):
    """ "wrap your entire response in double quotation marks"."""

    name = "quoted_whole"
    subcategory = "output_format_non_compliance"
    clues = ("quot",)
    reliability = 0.97

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _QUOTES.finditer(prompt.masked):
            start, end = prompt.clause(match.start())
            if (
                _QUOTED_WHOLE.search(prompt.masked[start:end])
                and prompt.demands(match.start())
                and not re.search(r"\b(?:not|n['’]t|each|every|title|quotes? from)\b", prompt.masked[start:end], re.I)
            ):
                yield self.instruction(prompt, (start, end), "the whole answer in double quotation marks")
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:  # noqa: ARG002
        text = answer.stripped
        followed = len(text) > 1 and text[0] in '"“”„«' and text[-1] in '"“”»'
        return CheckResult(followed, f"it starts with “{text[:15]}” and ends with “{text[-15:]}”")


class Postscript(InstructionFamily):
    """ "add a postscript starting with P.S."."""

    name = "postscript"
    subcategory = "task_not_followed"
    clues = ("postscript", "post script", "p.s", "p.p.s", "ps:")
    reliability = 0.96

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _POSTSCRIPT.finditer(prompt.masked):
            start, end = prompt.clause(match.start())
            if _ASKED.search(prompt.masked[start:end]) and prompt.demands(match.start()):
                double = _PPS.search(prompt.masked) is not None
                yield self.instruction(
                    prompt,
                    (start, end),
                    "a postscript " + ("(P.P.S)" if double else "(P.S.)"),
                    mode="pps" if double else "",
                )
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        found = (_PPS if instruction.mode else _PS).search(answer.text)
        return CheckResult(found is not None, "there is one" if found else "no postscript")


class OneOfOptions(InstructionFamily):
    """ "answer with one of: 'yes', 'no', 'maybe'"."""

    name = "one_of_options"
    subcategory = "output_format_non_compliance"
    clues = ("one of the following", "choose", "answer", "reply", "respond", "must be one of", "just say", "only say")
    reliability = 0.93

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _CHOOSE.finditer(prompt.masked):
            options = self._options(prompt, match)
            if len(options) >= 2 and prompt.demands(match.start()):
                wording = "one of " + ", ".join(f"“{option}”" for option in options)
                yield self.instruction(prompt, prompt.clause(match.start()), wording, terms=options)
                return

    def _options(self, prompt: Prompt, match: re.Match[str]) -> tuple[str, ...]:
        rest = prompt.text[match.end() : match.end() + 400]
        quoted = [m.group(1).strip() for m in _OPTION.finditer(rest.replace("\n", " "))]
        quoted = [
            option for option in quoted if option.strip(" ,.") and not re.fullmatch(r"[\s,]*(?:and|or)?[\s,]*", option)
        ]
        if len(quoted) >= 2:
            return tuple(dict.fromkeys(quoted))
        if not re.match(r"[^\n]{0,20}:\s*\n", rest):
            return ()
        lines = rest.split("\n")[1:]
        kept = []
        for line in lines:
            text = line.strip().lstrip("-*•0123456789.)( ")
            if not text or len(text.split()) > 8:
                break
            kept.append(text)
        return tuple(kept) if len(kept) <= 8 else ()

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        said = _squeeze(answer.text)
        found = [option for option in instruction.terms if _squeeze(option).rstrip(".") in said]
        return CheckResult(
            bool(found), "found " + ", ".join(f"“{o}”" for o in found) if found else "none of the options"
        )


class RepeatRequest(InstructionFamily):
    """ "first repeat the request word for word, then answer"."""

    name = "repeat_request"
    subcategory = "task_not_followed"
    clues = ("repeat", "repleat")
    reliability = 0.93
    _asked = re.compile(
        r"\brepl?eat\s+(?:(?:the|this|my|all|it|above|exact|entire|whole|same|first|below|itself|"
        r"just|of|request\w*|prompt|question|text|sentence|line|instructions?|"
        r"message)[\s,]*)+(?:above|below|word|without|exactly|as it is|then|at the|itself|\W|\Z)",
        re.I,
    )

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        match = self._asked.search(prompt.masked)
        if match is None or re.search(
            r"\b(?:not|n['’]t|never|before|avoid)\s+(?:\w+\s+)?\Z", prompt.text[: match.start()][-20:], re.I
        ):
            return
        if not re.search(
            r"word (?:for|by) word|without (?:any )?change|exact|as it is|before you|beginning|not change|first",
            prompt.text,
            re.I,
        ):
            return
        target = self._target(prompt.text, match)
        if target is not None and len(target.split()) >= 4:
            yield self.instruction(
                prompt, prompt.clause(match.start()), "repeat the request first, word for word", terms=(target,)
            )

    def _target(self, text: str, match: re.Match[str]) -> str | None:
        """The beginning of what must be repeated, up to 12 words: where the request ends is often open."""
        blocks = [block.strip() for block in re.split(r"\n+", text) if block.strip()]
        holding = next((i for i, block in enumerate(blocks) if match.group().split("\n")[0].strip()[:12] in block), 0)
        after = holding == 0
        if after and len(blocks) == 1:
            head = text[: match.start()].strip()
            return " ".join(head.split()[:8]) if len(head.split()) >= 8 else None
        first = blocks[1] if after else blocks[0]
        return " ".join(first.split()[:12])

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        text, target = _squeeze(answer.text).lstrip("\"'*_#> "), _squeeze(instruction.terms[0]).lstrip("\"'*_#> ")
        followed = text.startswith(target)
        begin = len(answer.text) - len(answer.text.lstrip())
        return CheckResult(
            followed,
            f"it starts with “{answer.stripped[:60]}”",
            () if followed else ((begin, begin + min(60, len(answer.stripped))),),
        )
