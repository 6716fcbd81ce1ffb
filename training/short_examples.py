"""Short items cut out of long ones, so that short contexts and free wording do not by themselves look unsupported."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator

from corruptions import WORD
from grounding_examples import Example, Span

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
        words = {w.lower() for w in WORD.findall(output) if len(w) > 3}
        shared = [len(words & {w.lower() for w in WORD.findall(sentence)}) for sentence in given]
        scored = [(count + self.random.random() / 2, i) for i, count in enumerate(shared)]
        chosen = sorted(i for _, i in sorted(scored, reverse=True)[: self.random.choice((1, 2, 3, 3, 4))])
        text = " ".join(given[i] for i in chosen)
        have = {w.lower() for w in WORD.findall(text)}
        return text, len(words & have) / max(1, len(words))

    def _dress(self, example: Example, context: str, output: str, spans: list[Span]) -> Example:
        before = self.random.choice(_OPENINGS) if self.random.random() < 0.3 else ""
        after = self.random.choice(_CLOSINGS) if self.random.random() < 0.25 else ""
        moved = tuple((a + len(before), b + len(before), kind) for a, b, kind in spans)
        question = example.question if self.random.random() < 0.7 else ""
        return Example(
            example.origin,
            example.group,
            question,
            (context,),
            before + output + after,
            bool(spans),
            moved,
            contradiction=any(kind == "conflict" for *_, kind in moved),
            wrong_entity=None if moved else False,
        )


def cut_out(example: Example) -> list[Example]:
    """One short item out of a long one of ragtruth_qa, the same every time; none where that is not possible."""
    seed = int(hashlib.sha256((example.group + example.output).encode()).hexdigest()[:8], 16)
    return list(Shortener(seed).examples(example, 1)) if example.origin == "ragtruth_qa" else []
