"""How the output is divided: marked sections, paragraphs, parts between dividers, versions."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.instruction import CheckResult, Instruction, InstructionFamily, check_amount
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.instructions.quantity import NUMBER, Bounds, Quantity, in_words, number, read_bounds
from failsight.engine.instructions.terms import read_terms

_MARKER = re.compile(
    r"\b(?P<marker>[A-Z][A-Za-z]{2,14}|[A-Z]{3,14})\s+(?:X\b|"
    r"#?1\b)(?=.{0,60}(?:\b(?P=marker)\s+#?2\b)|(?<=X)|\s*X?['\"”’).,]*\s*(?:\(where|,|\.|$))",
    re.M,
)
_MARKING = re.compile(r"\b(?:mark|label|begin|start|noted?|with|sections? \()\w*", re.I)
_SECTIONS = Quantity(
    r"sections?|parts?|paragraphs?|days?|chapters?|stanzas?|verses?|advertisements?",
    adjectives=r"(?:(?:different|distinct|short)\s+)?",
)
_PARAGRAPHS = Quantity(
    r"paragraphs?|absätzen?|absatz", adjectives=r"(?:(?:short|long|brief|full|concise|kurzen?)\s+){0,2}"
)
_PIECES = Quantity(
    r"paragraphs?|sections?|parts?|stanzas?|verses?|blocks?|pieces|steps|parts",
    adjectives=r"(?:(?:short|different|first)\s+){0,2}",
)
_STARS = re.compile(r"(?<!\*)\*\*\*(?!\*)|\b(?:3|three) (?:asterisk|aterisk)s?|markdown divider|horizontal rule", re.I)
_SIX = re.compile(r"(?<!\*)\*{6}(?!\*)|\b(?:6|six) (?:asterisk)", re.I)
_DIVIDED = re.compile(r"\b(?:separat|divid|delimit|split|break|broken)\w*", re.I)
_BLANKS = re.compile(
    r"two (?:new ?lines?|line ?breaks?)|double (?:new ?lines?|line ?breaks?)|blank lines?|\\n\\n|empty lines?", re.I
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth last final".split()  # noqa: SIM905
_NTH = re.compile(
    rf"\b(?:(?P<ordinal>{'|'.join(_ORDINALS)})\s+paragraph|"
    rf"paragraph\s+(?P<index>{NUMBER}))\s+(?:\w+\s+){{0,2}}?(?:start|"
    rf"begin)\w*\s+(?:with\s+)?(?:the\s+)?(?:word\s*)?|"
    rf"\b(?:start|begin)\w*\s+(?:the\s+)?(?:(?P<ordinal2>{'|'.join(_ORDINALS)})\s+paragraph|"
    rf"paragraph\s+(?P<index2>{NUMBER}))\s+(?:with\s+)(?:the\s+)?(?:word\s*)?",
    re.I,
)
_EACH_OF = re.compile(r"\b(?:each|every|per|both)\b[^.]{0,40}\Z|\bof (?:my|the|this|that)\s*\Z", re.I)
_VERSIONS = re.compile(
    r"\b(?:exactly )?(?P<first>two|2)\s+(?:\w+\s+){0,2}?(?:responses?|answers?|versions?|"
    r"essays?|poems?|jokes?|limericks?|options|haikus?|letters?|parts|alternatives)\b|\band\b|"
    r"\bthen\b",
    re.I,
)


class MarkedSections(InstructionFamily):
    """ "four sections, each marked with SECTION X"."""

    name = "marked_sections"
    subcategory = "output_format_non_compliance"
    clues = (" x", " 1")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _MARKER.finditer(prompt.masked):
            before = prompt.masked[max(0, match.start() - 60) : match.start()]
            if (
                not _MARKING.search(before)
                or not prompt.demands(match.start())
                or match["marker"].lower() in {"step", "example", "bullet"}
            ):
                continue
            counts = [
                m
                for m in _SECTIONS.finditer(prompt.masked)
                if abs(m.start() - match.start()) < 260 and prompt.demands(m.start())
            ]
            bounds = read_bounds(counts[-1], prompt.before(counts[-1].start())) if counts else None
            if bounds is not None and bounds.low:
                wording = in_words(bounds, f"sections marked “{match['marker']} 1”, “{match['marker']} 2” ...")
                bounds = Bounds(low=bounds.low)
                span = prompt.clause(match.start())
                yield self.instruction(prompt, span, wording, bounds=bounds, terms=(match["marker"],))
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        marker = re.escape(instruction.terms[0])
        numbered = rf"{marker}\s*#?(?:\d+|(?!X\b)[IVX]+\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)"
        exact = len(re.findall(numbered, answer.text))
        loose = len(re.findall(numbered, answer.text, re.I))
        return check_amount(instruction.bounds, exact, loose, f"sections marked “{instruction.terms[0]}”")


class DividedParts(InstructionFamily):
    """ "exactly 4 paragraphs separated by ***"."""

    name = "divided_parts"
    subcategory = "output_format_non_compliance"
    clues = ("***", "asterisk", "divider", "aterisk", "horizontal rule")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        star = _STARS.search(prompt.masked)
        if star is None or not prompt.demands(star.start()):
            return
        counts = [
            m
            for m in _PIECES.finditer(prompt.masked)
            if abs(m.start() - star.start()) < 400 and prompt.demands(m.start())
        ]
        template = len(re.findall(r"^\s*\*\*\*\s*$", prompt.masked, re.M))
        if counts:
            best = min(counts, key=lambda m: abs(m.start() - star.start()))
            bounds = read_bounds(best, prompt.before(best.start()))
        else:
            bounds = Bounds(template + 1, template + 1) if template else None
        if bounds is not None and bounds.low and (_DIVIDED.search(prompt.masked) or template):
            span = prompt.clause(star.start())
            yield self.instruction(prompt, span, in_words(bounds, "parts divided by ***"), bounds=bounds)

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = len(answer.starred_parts)
        hollow = any(not part for part in answer.starred_parts)
        result = check_amount(instruction.bounds, count, count, "parts between *** dividers")
        return CheckResult(False, result.measured + ", one of them empty") if hollow else result


class ParagraphCount(InstructionFamily):
    """ "exactly 3 paragraphs separated by two line breaks", "in two paragraphs"."""

    name = "paragraph_count"
    subcategory = "output_format_non_compliance"
    clues = ("paragraph", "absatz", "absätze")
    reliability = 0.9

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        if _STARS.search(prompt.masked) or _SIX.search(prompt.masked):
            return
        strict = _BLANKS.search(prompt.text) is not None
        for match in _PARAGRAPHS.finditer(prompt.masked):
            before = prompt.before(match.start())
            if (
                not prompt.demands(match.start())
                or _EACH_OF.search(before)
                or re.match(r"\s*(?:each|above|below|essay you)\b", prompt.masked[match.end() : match.end() + 12])
            ):
                continue
            bounds = read_bounds(match, before)
            if bounds is not None:
                mode = "blank lines" if strict else ""
                yield self.instruction(
                    prompt, prompt.clause(match.start()), in_words(bounds, "paragraphs"), bounds=bounds, mode=mode
                )
                return

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        assert instruction.bounds is not None
        count = len(answer.paragraphs)
        if instruction.mode:
            return check_amount(instruction.bounds, count, count, "paragraphs between blank lines")
        lines = sum(bool(line.strip()) for line in answer.stripped.split("\n"))
        bodies = sum(len(part.split()) > 12 for part in answer.paragraphs) or 1
        return check_amount(instruction.bounds, min(bodies, count), max(count, lines), "paragraphs")


class ParagraphStart(InstructionFamily):
    """ "the second paragraph must start with the word 'Winter'"."""

    name = "paragraph_start"
    subcategory = "output_format_non_compliance"
    clues = ("paragraph",)
    reliability = 0.9

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        for match in _NTH.finditer(prompt.masked):
            ordinal = (match["ordinal"] or match["ordinal2"] or "").lower()
            index = match["index"] or match["index2"]
            place = (-1 if ordinal in {"last", "final"} else _ORDINALS.index(ordinal) + 1) if ordinal else number(index)
            terms, _ = read_terms(prompt.text, match.end(), bare="one")
            if terms and place and prompt.demands(match.start()):
                wording = f"paragraph {place if place > 0 else 'at the end'} starts with “{terms[0]}”"
                yield self.instruction(prompt, prompt.clause(match.start()), wording, terms=terms[:1], mode=str(place))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:
        place, word = int(instruction.mode), instruction.terms[0].lower()
        paragraphs = answer.paragraphs
        if place > len(paragraphs) or not paragraphs:
            return CheckResult(False, f"only {len(paragraphs)} paragraphs")
        paragraph = paragraphs[place if place < 0 else place - 1]
        opening = paragraph.lstrip("*_#\"'“”‘ >").lower()
        followed = re.match(rf"{re.escape(word)}(?!\w)", opening) is not None
        start = answer.text.find(paragraph)
        places = () if followed or start < 0 else ((start, start + min(40, len(paragraph))),)
        return CheckResult(followed, f"it starts with “{paragraph[:40]}”", places)


class Versions(InstructionFamily):
    """ "two different responses separated by ******"."""

    name = "versions"
    subcategory = "task_not_followed"
    clues = ("******", "six asterisk", "6 asterisk")

    def read(self, prompt: Prompt) -> Iterable[Instruction]:
        star = _SIX.search(prompt.masked)
        if (
            star is not None
            and _DIVIDED.search(prompt.masked)
            and _VERSIONS.search(prompt.masked)
            and prompt.demands(star.start())
        ):
            wording = "two different answers separated by ******"
            yield self.instruction(prompt, prompt.clause(star.start()), wording, bounds=Bounds(2, 2))

    def check(self, instruction: Instruction, answer: Answer) -> CheckResult:  # noqa: ARG002
        parts = [part.strip() for part in answer.text.split("******")]
        inner = [part for index, part in enumerate(parts) if part or 0 < index < len(parts) - 1]
        if any(not part for part in inner):
            return CheckResult(False, "an empty part between the dividers", delivered=0.5)
        if len(inner) == 2 and inner[0] == inner[1]:
            return CheckResult(False, "twice the same answer", delivered=0.5)
        return CheckResult(
            len(inner) == 2, f"{len(inner)} parts between ****** dividers", delivered=min(1.0, len(inner) / 2)
        )
