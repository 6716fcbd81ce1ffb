"""Characters that must not stand in the output: commas and other punctuation, digits, emojis, markup."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt

_EMOJI = "[\U0001f300-\U0001faff\u2600-\u26ff\u2705\u2728\u274c\u2764\u2b50]"
_SIGNS = {
    "commas": (r"commas?|kommas?", ","),
    "exclamation marks": (r"exclamation (?:marks?|points?)", "!"),
    "question marks": (r"question marks?", r"\?"),
    "semicolons": (r"semi-?colons?", ";"),
    "colons": (r"(?<!semi)(?<!semi-)colons?", ":"),
    "periods": (r"periods|full stops?", r"\.(?!\d)"),
    "dashes": (r"em[- ]?dash(?:es)?", "—"),
    "parentheses": (r"parenthes[ie]s|round brackets", r"[()]"),
    "emojis": (r"emojis?|emoticons?", _EMOJI),
    "hashtags": (r"hash ?tags?", r"(?<!\w)#\w+"),
    "digits": (r"digits|numerals", r"\d"),
    "bullet points": (r"bullet(?:ed)?(?:[ -](?:points?|lists?))|bullets", r"(?m)^[ \t]*[*•-][ \t]+\S[^\n]*"),
    "headings": (r"(?:markdown )?(?:headings|headers)", r"(?m)^#{1,6} [^\n]+"),
    "code blocks": (r"code (?:blocks?|fences?)", "```"),
    "bold text": (r"bold(?: text| font| face)?", r"\*\*[^*\n]+\*\*"),
    "markdown": (
        r"markdown(?: formatting| syntax)?",
        r"(?m)^#{1,6} \S[^\n]*|\*\*[^*\n]+\*\*|^```|^[ \t]*[*-] +\S[^\n]*",
    ),
}
_LAYOUT = frozenset(["bullet points", "headings", "code blocks", "bold text", "markdown"])
_NO = (
    r"(?:\b(?:no|zero)\s+|\bwithout\s+(?:(?:using|the use of|including|"
    r"adding)\s+)?(?:any\s+)?|\b(?:avoid|refrain from|exclude|omit|"
    r"forgo|skip|stay away from|ohne|keine)\s+(?:(?:using|the use of|including|adding|all|any|"
    r"writing|employing)\s+){0,3}|(?:\bnot|n['’]t|\bnever|\bcannot|"
    r"\bnicht)\s+(?:ever\s+)?(?:use|contain|include|have|add|put|employ|allowed to use|"
    r"permitted to use|write|insert|place|"
    r"do|want(?: to see)?|verwende|wrap it in|using)\s+(?:any\s+|a single\s+|a\s+|one\s+)?)"
)
_BEFORE = re.compile(_NO + r"(?:(?P<first>[\w-]+(?: marks?| points?)?)(?:,\s+[\w-]+(?: marks?)?)*,?\s+(?:or|and|"
        r"nor)\s+)?(?P<noun>" + "|".join(f"(?:{p})" for p, _ in _SIGNS.values()) + r")\b", re.I)  # fmt: skip
_AFTER = re.compile(
    r"\b(?P<noun>" + "|".join(f"(?:{p})" for p, _ in _SIGNS.values()) + r")\s+(?:are|is|should be|must be)\s+"
    r"(?:not (?:allowed|permitted|used|included)|forbidden|prohibited|banned)\b|\bcomma-free\b",
    re.I,
)
_WHICH = {name: (re.compile(rf"(?:{noun})\Z", re.I), re.compile(sign)) for name, (noun, sign) in _SIGNS.items()}
_PARTIAL = re.compile(
    r"\s+(?:between|before|after|in (?:the )?(?:first|last|title|headings?|names?)|within the|"
    r"at the end of each|around|outside|except|other than|unless)\b",
    re.I,
)


class ForbiddenCharacters(InstructionFamily):
    """ "do not use any commas", "no emojis", "without exclamation marks"."""

    name = "forbidden_characters"
    subcategory = "output_format_non_compliance"
    clues = (
        "comma", "mark", "colon", "period", "full stop", "dash", "parenthes", "emoji", "emotic", "hash", "digit",
        "numeral", "bullet", "head", "code", "bold", "bracket", "exclamation",
    )  # fmt: skip
    reliability = 0.98

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        seen = set()
        for match in (*_BEFORE.finditer(prompt.masked), *_AFTER.finditer(prompt.masked)):
            noun = match["noun"] or "comma"
            nouns = [noun, match["first"]] if "first" in match.groupdict() and match["first"] else [noun]
            for text in nouns:
                name = next((name for name, (pattern, _) in _WHICH.items() if pattern.match(text)), None)
                if name is None or name in seen or _PARTIAL.match(prompt.masked, match.end()):
                    continue
                if prompt.demands(match.start()):
                    seen.add(name)
                    yield self.instruction(prompt, prompt.clause(match.start()), f"no {name}", mode=name)

    def binds_task(self, instruction: Instruction) -> bool:
        return instruction.mode not in _LAYOUT

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        places = tuple(match.span() for match in _WHICH[instruction.mode][1].finditer(answer.text))
        return CheckResult(not places, f"{len(places)} {instruction.mode}", places[:5])
