"""Corruptions of sentences: examples whose unsupported characters are known because they were put there.

A corruption takes a passage, quotes or shortens some of its sentences as the output, and changes a number, a name, a
word or a negation, exchanges two names, splices two sentences, or states a sentence the context was robbed of.
"""

from __future__ import annotations

import random
import re

from grounding_examples import Example, Span

WORD = re.compile(r"[A-Za-z][A-Za-z'’-]+|\d[\d,.]*\d|\d")
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


class Corruptor:
    """Makes examples out of passages; ``seed`` is its only chance."""

    def __init__(self, texts: list[list[str]], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.names = [w for text in texts for s in text for w in WORD.findall(s)[1:] if w[0].isupper() and len(w) > 2]
        self.words = [w for text in texts for s in text for w in WORD.findall(s) if w.islower() and len(w) > 4]

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
        kinds = {kind for *_, kind in spans}
        return Example(
            "made", "made", "", (" ".join(context),), output.rstrip(), bool(spans), tuple(spans),
            contradiction=bool(kinds & {"conflict", "swap"}), wrong_entity="swap" in kinds,
        )  # fmt: skip

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
            self._exchange,
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
        marks = [m for m in WORD.finditer(sentence) if m.group()[0].isdigit() or m.group() in _MONTHS]
        if not marks:
            return None
        mark = self.random.choice(marks)
        old = mark.group()
        if old in _MONTHS:
            return self._swap(sentence, *mark.span(), self.random.choice(_MONTHS), "swap")
        near = [w for s in context for w in WORD.findall(s) if w[0].isdigit()]
        if near and self.random.random() < 0.4:
            return self._swap(sentence, *mark.span(), self.random.choice(near), "swap")
        digits = [i for i, c in enumerate(old) if c.isdigit()]
        at = self.random.choice(digits)
        new = old[:at] + str(self.random.randint(1, 9)) + old[at + 1 :]
        return self._swap(sentence, *mark.span(), new, "swap")

    def _name(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        marks = [m for m in WORD.finditer(sentence) if m.start() and m.group()[0].isupper() and len(m.group()) > 2]
        if not marks:
            return None
        mark = self.random.choice(marks)
        near = [w for s in context for w in WORD.findall(s)[1:] if w[0].isupper() and len(w) > 2]
        pool = near if near and self.random.random() < 0.5 else self.names
        return self._swap(sentence, *mark.span(), self.random.choice(pool), "swap")

    def _exchange(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:  # noqa: ARG002
        """Two names of the sentence in each other's place: who did what to whom."""
        marks = [m for m in WORD.finditer(sentence) if m.group()[0].isupper() and len(m.group()) > 2]
        if len(marks) < 2:
            return None
        first, second = sorted(self.random.sample(marks, 2), key=lambda mark: mark.start())
        if first.group().lower() == second.group().lower() or second.start() - first.end() < 3:
            return None
        changed = sentence[: first.start()] + second.group() + sentence[first.end() : second.start()]
        spans: list[Span] = [(first.start(), first.start() + len(second.group()), "swap")]
        spans.append((len(changed), len(changed) + len(first.group()), "swap"))
        return changed + first.group() + sentence[second.end() :], spans

    def _word(self, sentence: str, context: list[str]) -> tuple[str, list[Span]] | None:
        marks = [m for m in WORD.finditer(sentence) if m.group().islower() and len(m.group()) > 4]
        if not marks:
            return None
        mark = self.random.choice(marks)
        near = [w for s in context for w in WORD.findall(s) if w.islower() and len(w) > 4]
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
        marks = [m for m in WORD.finditer(sentence) if m.group().lower() in _OPPOSITES]
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
