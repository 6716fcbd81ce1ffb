"""Parts that were asked for: so many items of a list, numbered questions, the criteria of a comparison in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import NUMBER, Bounds, number

LEAST, MOST = 3, 30
_ITEMS = re.compile(
    r"\b(?:make|write|give|list|generate|create|draft|suggest|name|provide|return|produce|propose|brainstorm|need|want|"
    r"compose|prepare|come up with|show|offer|recommend|think of|find|erstelle|schreibe?|nenne|gib|liste)\s+"
    r"(?:(?:me|us|exactly|at least|please|a list of|a set of|the|top|just|only|mir|uns|genau|mindestens|bitte)\s+){0,4}"
    rf"(?P<number>{NUMBER})\s+(?:[\w-]+\s+){{0,4}}?(?P<noun>questions|tips|ideas|headlines|titles|names|slogans|taglines|"
    r"examples|reasons|facts|suggestions|options|benefits|advantages|disadvantages|ways|recipes|exercises|jokes|quotes|"
    r"subject lines|synonyms|recommendations|activities|topics|points|items|arguments|alternatives|captions|proposals|"
    r"problems|tasks|sentences|fragen|ideen|tipps|beispiele|gründe|vorschläge|titel|aufgaben)\b"
    r"(?!\s+(?:per|for (?:each|every)|pro|or (?:less|fewer|so)|each|at most|max)\b|[-/])",
    re.I,
)
_NUMBERED = re.compile(
    r"^(?:#{1,6}[ \t]*)?[*_]{0,3}(?:[A-Za-zÄÖÜäöü]{3,14}[ \t]+)?#?(\d{1,2})(?:[.):]|\*\*|[ \t]*[–-](?=[ \t]))(?!\d)",
    re.M,
)
_FEW = re.compile(r"\b(?:only|could(?:n['’]?t| not)|unable|not enough|fewer|nur)\b", re.I)
_MARK = re.compile(r"(?:(?<=\s)|\A)\(?(?P<mark>\d|[a-h])[.)]\s+(?=\S)")
_ANSWERED = re.compile(r"(?:(?<=\s)|\A)[#*_>(-]{0,4}(?P<mark>\d|[a-h])[.)]", re.I)
_ASKS = re.compile(
    r"\W{0,3}(?:and |also |und )?(?:how|what|where|when|why|who|whom|which|can|could|do|does|did|is|are|am|will|would|"
    r"should|shall|may|has|have|wie|was|wo|wann|warum|wer|welche[rsnm]?|kann|könn\w+|darf|gibt|ist|sind|muss|soll)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_PLAIN = frozenset(
    [
        *("what", "where", "when", "which", "whom", "does", "have", "with", "this", "that", "there", "they", "them"),
        *("your", "mine", "much", "many", "long", "will", "would", "could", "should", "about", "from", "into", "need"),
        *("want", "also", "please", "welche", "welcher", "kann", "können", "gibt", "eine", "einen", "mein", "meine"),
        *("sind", "oder", "wird"),
    ]
)
_COMPARED = re.compile(
    r"\b(?:compar(?:e|ing|ison)|table|vergleich\w*|tabelle)\b[^.;:!?\n]{0,120}?\b(?:on|by|in terms of|regarding|"
    r"with (?:the )?columns(?: for)?|with respect to|nach|mit den spalten)\s+(?P<list>[^.;:!?\n]{5,120})",
    re.I,
)
_SPLIT = re.compile(r"\s*,\s*(?:and\s+|und\s+)?|\s+(?:and|und|&)\s+", re.I)
_RULE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|)+[ \t]*(?::?-{2,}:?)?[ \t]*$", re.M)


class _Parts(InstructionFamily):
    """A check that cannot be made answers None, and is then as if it had not been read."""

    subcategory = "partial_task_completion"
    reliability = 0.88


class ItemCount(_Parts):
    """ "give me 5 tips", "write ten quiz questions": as many numbered items, or bullets where nothing is numbered."""

    name = "item_count"
    clues = (
        "give", "list", "write", "make", "generate", "create", "suggest", "name", "provide", "need", "want", "propose",
        "come up", "draft", "produce", "return", "brainstorm", "compose", "prepare", "show", "offer", "recommend",
        "find", "think of", "erstell", "schreib", "nenn", "gib",
    )  # fmt: skip

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        found = [m for m in _ITEMS.finditer(prompt.masked) if prompt.demands(m.start())]
        if len(found) != 1:
            return
        wanted = number(found[0]["number"]) or 0
        if LEAST <= wanted <= MOST:
            wording = f"{wanted} {found[0]['noun'].lower()}"
            yield self.instruction(prompt, prompt.clause(found[0].start()), wording, bounds=Bounds(low=wanted))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        assert instruction.bounds.low is not None
        wanted, numbers = instruction.bounds.low, [int(m[1]) for m in _NUMBERED.finditer(answer.text)]
        given = len(numbers) if numbers == list(range(1, len(numbers) + 1)) else 0
        bullets = len(answer.bullets)
        if not numbers and bullets:
            lines = sum(bool(line.strip()) for line in answer.text.split("\n"))
            given = bullets if lines - bullets <= 2 else 0
        elif bullets >= wanted:
            return CheckResult(None, f"{given} numbered items with bullets")
        if given < 2 or (given < wanted and _FEW.search(answer.text)):
            return CheckResult(None, "no list that could be counted")
        return CheckResult(given >= wanted, f"{given} items", delivered=min(1.0, given / wanted))


class NumberedQuestions(_Parts):
    """ "1) How do I pay? 2) Where is my number?": an answer with the same marks has one for each question."""

    name = "numbered_questions"
    clues = ("1)", "1.", "a)", "a.")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        marks = list(_MARK.finditer(prompt.masked))
        names = [match["mark"] for match in marks]
        if not 2 <= len(marks) <= 8 or names not in (list("12345678")[: len(marks)], list("abcdefgh")[: len(marks)]):
            return
        ends = [*(match.start() for match in marks[1:]), len(prompt.masked)]
        asked = [prompt.masked[m.end() : end].split("\n\n")[0].strip() for m, end in zip(marks, ends, strict=True)]
        if all(_ASKS.match(each) and len(each) < 300 for each in asked):
            span = marks[0].start(), marks[0].start() + len(prompt.text[marks[0].start() :].rstrip())
            yield self.instruction(prompt, span, f"an answer to each of {len(asked)} questions", terms=tuple(asked))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        asked = instruction.terms
        letters = instruction.quote.lstrip("(")[0] == "a"
        marks = list("abcdefgh" if letters else "12345678")[: len(asked)]
        there = {match["mark"].lower() for match in _ANSWERED.finditer(answer.text)}
        if not there or not there <= set(marks):
            return CheckResult(None, "the answer is not numbered like the questions")
        open_ones = [place for place, mark in enumerate(marks) if mark not in there]
        if any(_touched(asked[place], answer.lower) for place in open_ones):
            return CheckResult(None, "one answer may settle several questions")
        measured = f"none to {marks[open_ones[0]]})" if open_ones else "one to each"
        return CheckResult(not open_ones, measured, delivered=1.0 - len(open_ones) / len(asked))


class ComparedCriteria(_Parts):
    """ "compare the phones on price, weight and battery life": a table has a column or a row for each."""

    name = "compared_criteria"
    clues = ("compar", "table", "vergleich", "tabelle")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        match = _COMPARED.search(prompt.masked)
        if match is None or not prompt.demands(match.start()):
            return
        terms = tuple(term.strip() for term in _SPLIT.split(match["list"].strip()) if term.strip())
        if len(terms) >= 2 and all(len(term.split()) <= 4 and _WORD.search(term) for term in terms):
            yield self.instruction(
                prompt, prompt.clause(match.start()), f"a comparison on {', '.join(terms)}", terms=terms
            )

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        terms = instruction.terms
        missing = [term for term in terms if not _touched(term, answer.lower)]
        rules = list(_RULE.finditer(answer.text))
        if len(rules) != 1 or len(missing) == len(terms):
            return CheckResult(None, "no single table")
        head = answer.lower[: rules[0].start()].rstrip().rsplit("\n", 1)[-1]
        rows = [line for line in answer.lower[rules[0].end() :].split("\n") if "|" in line]
        named = [term for term in terms if term not in missing]
        if all(_touched(term, head) for term in named):
            room = len(_cells(head))
        elif all(any(_touched(term, _cells(row)[0]) for row in rows) for term in named):
            room = len(rows) + 1
        else:
            return CheckResult(None, "the criteria are not the columns or rows")
        if missing and room > len(terms):
            return CheckResult(None, "a criterion may have another name")
        measured = f"missing: {', '.join(missing)}" if missing else "all there"
        return CheckResult(not missing, measured, delivered=1.0 - len(missing) / len(terms))


def _cells(row: str) -> Sequence[str]:
    return row.strip().strip("|").split("|")


def _touched(asked: str, text: str) -> bool:
    """Whether a telling word of what was asked stands in a lower-case text, endings aside."""
    return any(word[:5] in text for word in _WORD.findall(asked.lower()) if word not in _PLAIN)
