"""Training examples of the grounding model: labelled sets, and corruptions of sentences made here.

A corruption takes a passage, quotes or shortens some of its sentences as the output, and changes a number, a name, a
word or a negation, splices two sentences, or states a sentence the context was robbed of; which characters are
unsupported is then known exactly. The passages of corruptions come from sets that are not measured.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FOLDS = 2
SETS = ("ragtruth_qa", "frank", "quintd_data2txt", "wice", "begin_dialogue")
PLAIN = ("qed_retrieval", "lfqa_completeness", "halueval_general")
CONFLICTS = frozenset({"Evident Conflict", "Subtle Conflict", "incorrect"})
UNKNOWN = frozenset({"misleading", "other"})

Span = tuple[int, int, str]  # start, end, "new" | "conflict" | "unknown"


@dataclass(frozen=True, slots=True)
class Example:
    """spans: None where only the label of the whole is known."""

    origin: str
    group: str
    question: str
    context: tuple[str, ...]
    output: str
    label: bool | None
    spans: tuple[Span, ...] | None
    source: str = ""


def labelled(folder: Path, name: str) -> list[Example]:
    """The items of a labelled set that have a context, an output and a label."""
    found = []
    for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        label = row["labels"].get("hallucination")
        if label is None or not row["context"]:
            continue
        spans = None if label else ()
        if name in {"ragtruth_qa", "quintd_data2txt"}:
            spans = tuple(span for raw in row["meta"]["spans"] if (span := _span(raw)))
        group, texts = f"{name}:{row['meta']['group']}", (row["input"], tuple(row["context"]), row["output"])
        found.append(Example(name, group, *texts, bool(label), spans, row["source"]))
    return found


def _span(raw: dict[str, Any]) -> Span | None:
    kind = raw.get("label_type") or raw.get("type") or ""
    end = raw["start"] + len(raw["text"])
    name = "conflict" if kind in CONFLICTS else "unknown" if kind in UNKNOWN else "new"
    return (raw["start"], end, name) if end > raw["start"] else None


_SENTENCE = re.compile(r"[^.!?\n]{20,400}[.!?](?=\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+|\d[\d,.]*\d|\d")
_OPPOSITES = {
    "increase": "decrease", "increased": "decreased", "more": "less", "before": "after", "first": "last", "high": "low",
    "higher": "lower", "always": "never", "all": "none of the", "can": "cannot", "north": "south", "east": "west",
    "largest": "smallest", "early": "late", "old": "new", "best": "worst", "long": "short", "large": "small",
    "good": "bad", "hot": "cold", "easy": "difficult", "start": "end", "began": "ended", "won": "lost", "up": "down",
    "left": "right", "open": "closed", "male": "female", "son": "daughter", "father": "mother", "he": "she",
    "his": "her", "increases": "decreases", "many": "few", "most": "few", "above": "below", "inside": "outside",
    "with": "without",
}  # fmt: skip
_DENIABLE = re.compile(r"\b(is|are|was|were|can|will|should|has|have|had|does|do|did)\b(?! not\b)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def passages(folder: Path) -> list[list[str]]:
    """Sentences of texts that are not measured, one list a text, each text once."""
    texts: dict[str, None] = {}
    for name in PLAIN:
        for line in (folder / f"{name}.dev.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            for text in row["context"] or [row["output"]]:
                texts.setdefault(re.sub(r"\s+([.,;:!?%)])", r"\1", text), None)
    split = ([m.group().strip() for m in _SENTENCE.finditer(text)] for text in texts)
    return [sentences for sentences in split if len(sentences) >= 2]


class Corruptor:
    """Makes examples out of passages; ``seed`` is its only chance."""

    def __init__(self, texts: list[list[str]], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.names = [w for text in texts for s in text for w in _WORD.findall(s)[1:] if w[0].isupper() and len(w) > 2]
        self.words = [w for text in texts for s in text for w in _WORD.findall(s) if w.islower() and len(w) > 4]

    def example(self) -> Example:
        """One example, about half of them with something unsupported."""
        chance = self.random
        text = chance.choice(self.texts)
        context = list(text[: chance.randint(2, 10)])
        for _ in range(chance.choice((0, 0, 1, 2))):
            other = chance.choice(self.texts)
            context += other[: chance.randint(1, 4)]
        count = chance.choice((1, 1, 1, 2, 3))
        chosen = [chance.choice(context) for _ in range(count)]
        bad = chance.random() < 0.6
        where = chance.randrange(count)
        parts: list[tuple[str, list[Span]]] = []
        for number, sentence in enumerate(chosen):
            plain = self.shorten(sentence)
            wrong = bad and (number == where or chance.random() < 0.2)
            parts.append(self.corrupt(plain, context) if wrong else (plain, []))
        if bad and chance.random() < 0.15:
            robbed = chosen[where]
            context = [s for s in context if s != robbed] or [chance.choice(chance.choice(self.texts))]
            plain = self.shorten(robbed)
            parts[where] = (plain, [(0, len(plain), "new")])
        output, spans = "", []
        for piece, marks in parts:
            spans += [(a + len(output), b + len(output), kind) for a, b, kind in marks]
            output += piece + " "
        if chance.random() < 0.3:
            chance.shuffle(context)
        if chance.random() < 0.25 and output.isascii():
            output = output.lower()
        return Example("made", "made", "", (" ".join(context),), output.rstrip(), bool(spans), tuple(spans))

    def shorten(self, sentence: str) -> str:
        """A sentence that says no more: a clause dropped, a subordinate clause or an adverb left out."""
        chance = self.random
        if chance.random() < 0.45:
            return sentence
        clauses = re.split(r"(?<=[,;]) ", sentence)
        if len(clauses) > 1 and chance.random() < 0.7:
            keep = [c for c in clauses if chance.random() < 0.7] or clauses[:1]
            joined = " ".join(keep).rstrip(",;")
            sentence = joined if joined.endswith((".", "!", "?")) else joined + "."
        sentence = re.sub(r" \([^)]*\)", "", sentence) if chance.random() < 0.7 else sentence
        if chance.random() < 0.3:
            sentence = re.sub(r"\b(?:very|also|however|often|usually|generally|typically),? ", "", sentence)
        return sentence[0].upper() + sentence[1:] if sentence else sentence

    def corrupt(self, sentence: str, context: list[str]) -> tuple[str, list[Span]]:
        """The sentence with something the context does not say, and where."""
        makers = [
            self._number,
            self._name,
            self._name,
            self._word,
            self._deny,
            self._opposite,
            self._splice,
            self._foreign,
        ]
        for _ in range(6):
            made = self.random.choice(makers)(sentence, context)
            if made is not None:
                return made
        return self._foreign(sentence, context)

    def _swap(self, sentence: str, start: int, end: int, new: str, kind: str) -> tuple[str, list[Span]] | None:
        if not new or new.lower() == sentence[start:end].lower():
            return None
        return sentence[:start] + new + sentence[end:], [(start, start + len(new), kind)]

    def _number(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        marks = [m for m in _WORD.finditer(sentence) if m.group()[0].isdigit() or m.group() in _MONTHS]
        if not marks:
            return None
        mark = self.random.choice(marks)
        old = mark.group()
        if old in _MONTHS:
            return self._swap(sentence, *mark.span(), self.random.choice(_MONTHS), "conflict")
        near = [w for s in context for w in _WORD.findall(s) if w[0].isdigit()]
        if near and self.random.random() < 0.4:
            return self._swap(sentence, *mark.span(), self.random.choice(near), "conflict")
        digits = [i for i, c in enumerate(old) if c.isdigit()]
        at = self.random.choice(digits)
        new = old[:at] + str(self.random.randint(1, 9)) + old[at + 1 :]
        return self._swap(sentence, *mark.span(), new, "conflict")

    def _name(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        marks = [m for m in _WORD.finditer(sentence) if m.start() and m.group()[0].isupper() and len(m.group()) > 2]
        if not marks:
            return None
        mark = self.random.choice(marks)
        near = [w for s in context for w in _WORD.findall(s)[1:] if w[0].isupper() and len(w) > 2]
        pool = near if near and self.random.random() < 0.5 else self.names
        return self._swap(sentence, *mark.span(), self.random.choice(pool), "conflict")

    def _word(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        marks = [m for m in _WORD.finditer(sentence) if m.group().islower() and len(m.group()) > 4]
        if not marks:
            return None
        mark = self.random.choice(marks)
        near = [w for s in context for w in _WORD.findall(s) if w.islower() and len(w) > 4]
        pool = near if near and self.random.random() < 0.5 else self.words
        return self._swap(sentence, *mark.span(), self.random.choice(pool), "conflict")

    def _deny(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:  # noqa: ARG002
        if re.search(r"\b(?:not|never|no)\b", sentence):
            changed = re.sub(r"\b(?:not|never) ", "", sentence, count=1)
            at = re.search(r"\b(?:not|never) ", sentence)
            if at is None:
                return None
            begin = sentence.rfind(" ", 0, max(0, at.start() - 1)) + 1
            end = changed.find(" ", at.start())
            return changed, [(begin, end if end > 0 else len(changed), "conflict")]
        mark = _DENIABLE.search(sentence)
        if mark is None:
            return None
        return sentence[: mark.end()] + " not" + sentence[mark.end() :], [(mark.start(), mark.end() + 4, "conflict")]

    def _opposite(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:  # noqa: ARG002
        marks = [m for m in _WORD.finditer(sentence) if m.group().lower() in _OPPOSITES]
        if not marks:
            return None
        mark = self.random.choice(marks)
        return self._swap(sentence, *mark.span(), _OPPOSITES[mark.group().lower()], "conflict")

    def _splice(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        """The first half of one sentence with the second half of another of the same context."""
        other = self.random.choice(context)
        if other == sentence or len(other.split()) < 8 or len(sentence.split()) < 8:
            return None
        first, rest = sentence.split(), other.split()
        head = " ".join(first[: len(first) // 2])
        tail = " ".join(rest[len(rest) // 2 :])
        return f"{head} {tail}", [(len(head) + 1, len(head) + 1 + len(tail), "conflict")]

    def _foreign(self, sentence: str, context: list[str]) -> tuple[str, list[Span]]:  # noqa: ARG002
        """A sentence, or the second half of one, from elsewhere."""
        other = self.random.choice(self.random.choice(self.texts))
        if self.random.random() < 0.5:
            return other, [(0, len(other), "new")]
        head = " ".join(sentence.rstrip(".").split()[: max(3, len(sentence.split()) * 2 // 3)])
        tail = " ".join(other.split()[len(other.split()) // 2 :])
        return f"{head} {tail}", [(len(head) + 1, len(head) + 1 + len(tail), "new")]


_OPENINGS = (
    "Yes. ", "Sure! ", "According to the document, ", "Hello! ", "Thanks for asking. ", "Of course. ", "Good news: ",
    "In short: ", "Based on the information provided, ", "Hi there,\n\n",
)  # fmt: skip
_CLOSINGS = (
    " Let me know if you have more questions.", " I hope this helps!", "\n\nKind regards,\nYour support team",
    " Is there anything else I can help with?", " Please contact us if anything is unclear.",
)  # fmt: skip
_PIECE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_LEAST_COVERED = 0.35


class Shortener:
    """Short items out of long ones: one to three sentences of an answer, and the one to four of its context that come
    closest, so that short contexts and free wording do not by themselves look unsupported. Courtesies stand around some
    of them, which are never marked. ``seed`` is its only chance."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def examples(self, example: Example, count: int = 2) -> Iterator[Example]:
        """At most ``count`` of them; a stretch without a span whose words the chosen context lacks is left out."""
        said = [m for m in _PIECE.finditer(example.output) if len(m.group().split()) > 2]
        given = [m.group().strip() for text in example.context for m in _PIECE.finditer(text) if len(m.group()) > 15]
        if not said or not given or example.spans is None:
            return
        for _ in range(count):
            first = self.random.randrange(len(said))
            last = min(len(said), first + self.random.choice((1, 1, 2, 3))) - 1
            start, end = said[first].start(), said[last].end()
            output = example.output[start:end]
            start += len(output) - len(output.lstrip())
            output = output.strip()
            spans = [(max(a, start), min(b, start + len(output)), kind) for a, b, kind in example.spans]
            spans = [(a - start, b - start, kind) for a, b, kind in spans if b > a]
            context, covered = self._closest(output, given)
            if spans or covered >= _LEAST_COVERED:
                yield self._dress(example, context, output, spans)

    def _closest(self, output: str, given: list[str]) -> tuple[str, float]:
        """The sentences that share most words with the output, in reading order, and the share of words they have."""
        words = {w.lower() for w in _WORD.findall(output) if len(w) > 3}
        shared = [len(words & {w.lower() for w in _WORD.findall(sentence)}) for sentence in given]
        scored = [(count + self.random.random() / 2, i) for i, count in enumerate(shared)]
        chosen = sorted(i for _, i in sorted(scored, reverse=True)[: self.random.choice((1, 2, 3, 3, 4))])
        text = " ".join(given[i] for i in chosen)
        have = {w.lower() for w in _WORD.findall(text)}
        return text, len(words & have) / max(1, len(words))

    def _dress(self, example: Example, context: str, output: str, spans: list[Span]) -> Example:
        before = self.random.choice(_OPENINGS) if self.random.random() < 0.3 else ""
        after = self.random.choice(_CLOSINGS) if self.random.random() < 0.25 else ""
        moved = tuple((a + len(before), b + len(before), kind) for a, b, kind in spans)
        question = example.question if self.random.random() < 0.7 else ""
        return Example(example.origin, example.group, question, (context,), before + output + after, bool(spans), moved)


def cut_out(example: Example) -> list[Example]:
    """One short item out of a long one of ragtruth_qa, the same every time; none where that is not possible."""
    seed = int(hashlib.sha256((example.group + example.output).encode()).hexdigest()[:8], 16)
    return list(Shortener(seed).examples(example, 1)) if example.origin == "ragtruth_qa" else []


def fold_of(groups: list[str]) -> npt.NDArray[np.int64]:
    """The fold of each item, 0 or 1, drawn by group with a fixed seed."""
    names = sorted(set(groups))
    draw = np.random.default_rng(7).permutation(len(names)) % FOLDS
    number = dict(zip(names, draw.tolist(), strict=True))
    return np.array([number[group] for group in groups])
