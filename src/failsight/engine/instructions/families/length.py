"""Length in words, sentences or characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily, check_amount
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import Amount, Bounds, Quantity, in_words, read_bounds

_WORDS = Quantity(r"words?|wörtern?|worte", adjectives=r"(?:(?:total|english|full|whole)\s+)?")
_SENTENCES = Quantity(
    r"sentences?|sätzen?|satz",
    adjectives=r"(?:(?:total|short|long|complete|full|very|brief|simple|concise|kurzen?)\s+){0,2}",
)
_CHARACTERS = Quantity(r"characters?|chars|zeichen", adjectives=r"(?:total\s+)?")
_HELD_TEXT = re.compile(
    r"\b(?:passwords?|passwort|user ?names?|strings?|regex\w*|functions?|code|variables?|columns?|fields?|inputs?|"
    r"tokens?|keys?|ids?|files?|cells?|titles?|headlines?|headings?|subject|names?|lines?|bullets?|tags?|each|per|every|plots?|"
    r"novels?|cast|film|movie|game|special|capital|letters?)\b",
    re.I,
)
_OTHER_USE = re.compile(
    r"[\s)]*(?:(?:in|with|using|of) (?:all )?(?:the )?(?:capital|upper|lower|caps|"
    r"same letter)|that (?:start|begin|rhyme|end|describe|mean|"
    r"are|have|contain)|(?:starting|beginning|ending|rhyming|containing|meaning|describing) |"
    r"(?:from|out of|on) (?:the|this|that) list|"
    r"(?:per|each|every|apiece|for each|in (?:each|every))\b|(?:limit|rule|count|test|"
    r"vocabulary|dictionary)\b|should appear|must appear|"
    r"(?:sentences|phrases|names|titles|slogans|questions|answers|lines|items|descriptions)\b|"
    r"changed|replaced|removed|added|missing|different|[\w ]{0,20}\bfor each|a (?:minute|day|"
    r"second)|in (?:all )?(?:caps|bold|italics?|quot)|(?:apart|away|before|after|later|"
    r"earlier)\b|"
    r"(?:highlighted|capitali[sz]ed|italici[sz]ed|bolded|in bold))",
    re.I,
)
_PART = re.compile(
    r"\b(?:each|every|per|title|heading|header|headline|subject line|caption|(?:first|second|"
    r"third|last|final|opening|closing|next) "
    r"(?:\w+ )?(?:paragraph|section|line|sentence|\d+)|(?:each|every) of|descriptions? of|"
    r"list(?: of)?|bullets?|point|answers|options|"
    r"paragraphs? (?:of|with)|names?|stanzas?|slogan|sections? (?:of|with)|jede[rsn]?)\b",
    re.I,
)
_OF_SENTENCES = re.compile(
    r"\b(?:sentences?|lines?|headlines?|taglines?|labels?|questions?|rows?|cells?|items?|sätzen?|satz)"
    r"(?: lengths?)?(?:\s+(?:of|with|to|that|which|are|is|have|has|having|should|must|may|can|be|kept?|stay|contain\w*|"
    r"not|never|no|at|under|mit|von|auf|aus|dürfen|sollen|haben))*[\s:]*\Z|"
    r"\b(?:short|simple|brief|plain|easy|clear|kurze[nr]?|einfache[nr]?)\s+(?:sentences?|sätzen?)[\s:(,–-]*\Z|"
    r"\b(?:sentence|satz)\s?(?:lengths?|länge)\b[^.;]{0,30}\Z",
    re.I,
)
_ASKING = re.compile(
    r"\b(?:in|with|within|of|is|be|use|using|write|have|has|contain\w*|to|than|limit\w*|keep\w*|length|at|into|under|"
    r"about|around|by|long|includ\w*|provide|answer|mit|von|as|exceed|a|an|this|give me|generate|compose|create|"
    r"that['’]s|it['’]s|total)\W*\Z|\A\W*\Z",
    re.I,
)


class _Length(InstructionFamily):
    subcategory = "output_format_non_compliance"
    unit = ""
    pattern: Quantity
    bare = "exact"

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in self.pattern.finditer(prompt.masked):
            bounds = self._bounds(prompt, match)
            if bounds is not None:
                yield self.instruction(prompt, prompt.clause(match.start()), in_words(bounds, self.unit), bounds=bounds)

    def binds_task(self, instruction: Instruction) -> bool:  # noqa: ARG002
        return True

    def _bounds(self, prompt: Prompt, match: Amount) -> Bounds | None:
        if not prompt.demands(match.start()) or _OTHER_USE.match(prompt.masked, match.end()):
            return None
        before = prompt.before(match.start())
        if _PART.search(before.rsplit(",", 1)[-1][-45:]) or _OF_SENTENCES.search(before[-80:]):
            return None
        related = match["relation"] or match["between"] or match["plus"] or match["early"] or match["late"]
        if not related and match["second"] is None and not _ASKING.search(before):
            return None
        return read_bounds(match, before, bare=self.bare)


class WordCount(_Length):
    """ "at least 300 words", "in 50 words or less", "a 200-word summary" (taken roughly)."""

    name = "word_count"
    clues = ("word", "wort", "wört")
    unit = "words"
    pattern = _WORDS
    bare = "about"

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        return check_amount(instruction.bounds, *answer.word_counts, "words")


class SentenceCount(_Length):
    """ "less than 10 sentences", "in two sentences"."""

    name = "sentence_count"
    clues = ("sentence", "satz", "sätze")
    reliability = 0.85
    unit = "sentences"
    pattern = _SENTENCES

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        ended, with_lines = answer.sentence_counts
        low = instruction.bounds.low
        widest = with_lines if low is not None and low > ended >= 0.7 * low else ended
        return check_amount(instruction.bounds, ended, widest, "sentences")


class CharacterCount(_Length):
    """ "at most 160 characters", "under 280 characters"; only upper limits of the whole output."""

    name = "character_count"
    clues = ("character", "chars", "zeichen")
    unit = "characters"
    pattern = _CHARACTERS

    def _bounds(self, prompt: Prompt, match: Amount) -> Bounds | None:
        bounds = super()._bounds(prompt, match)
        start, end = prompt.clause(match.start())
        inside = _HELD_TEXT.search(prompt.masked[start:end]) is not None
        return None if bounds is None or bounds.low is not None or inside else bounds

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        length = len(answer.stripped)
        unspaced = length - sum(map(str.isspace, answer.stripped))
        return check_amount(instruction.bounds, unspaced, length, "characters")
