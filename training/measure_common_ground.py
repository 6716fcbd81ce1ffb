"""What ``relevance/common_ground.py`` settles and misses: ``python training/measure_common_ground.py DATA_DIR``.

``conflicting_context`` passes where no two passages have a sentence about the same thing. How often that is wrong is
measured on contexts of RAGTruth (three web passages on one question, one context a question) into one passage of which
a contradiction of another is put: made ones (a sentence of the other passage with a number, a negation or an opposite
changed, as it is or with its halves swapped, or with every fourth content word left out), and natural ones (a sentence
that a model wrote from the context and that people marked as contradicting it, but for those that speak of the
passages themselves, as no passage does). Beside them: contexts as they are, and
contexts of passages on three different questions. Prints the share that passes by threshold, with 95 % intervals
(Wilson). The only chance is a fixed seed.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linear import read

from failsight.engine.relevance.common_ground import UNLIKE, common_ground, passage_closeness
from failsight.engine.relevance.lexical import STOP_WORDS
from failsight.engine.relevance.word_lists import OPPOSED
from failsight.engine.subject import Subject
from failsight.engine.text import split_sentences
from failsight.judge.encoder import OnnxEncoder
from failsight.model.item import Item

THRESHOLDS, SEED, MOST = (0.15, 0.2, 0.25, 0.3, 0.4), 11, 500
ENCODER = OnnxEncoder()
Passages = tuple[str, ...]
_ABOUT_PASSAGES = re.compile(r"\bpassages?\b|\bgiven (?:text|information)", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d+\b")
_BE = re.compile(r"\b(is|are|was|were|can|will|should|must|does|do)\b(?! not)")
_OPPOSITES = {word: other for pair in OPPOSED.strip().splitlines() for word, other in [pair.split()[:2]]}


def number(text: str) -> str:
    return _NUMBER.sub(lambda found: str(int(found[0]) * 3 + 1), text, count=1)


def negation(text: str) -> str:
    return _BE.sub(r"\1 not", text, count=1)


def opposite(text: str) -> str:
    return re.sub(r"[a-z]+", lambda found: _OPPOSITES.get(found[0], found[0]), text)


def turned(text: str) -> str:
    """The halves of a sentence in the other order."""
    words = text.rstrip(".!").split()
    return " ".join([*words[len(words) // 2 :], *words[: len(words) // 2]]) + "."


def thinned(text: str) -> str:
    """A sentence without every fourth of its content words."""
    kept, content = [], 0
    for word in text.split():
        content += word.lower().strip(".,") not in STOP_WORDS
        if content % 4 or word.lower() in STOP_WORDS:
            kept.append(word)
    return " ".join(kept)


def insert(passages: Passages, sentence: str, place: int) -> Passages:
    return tuple(f"{text}\n{sentence}" if i == place else text for i, text in enumerate(passages))


def made(contexts: list[Passages], change: Callable[[str], str], say: Callable[[str], str]) -> list[Passages]:
    """Contexts with a changed sentence of one passage in another, where one can be changed."""
    chance, found = random.Random(SEED), []
    for passages in contexts:
        source, target = chance.sample(range(len(passages)), 2)
        texts = [s.text for s in split_sentences(passages[source]) if 40 <= len(s.text) <= 300]
        fit = [text for text in texts if change(text) != text]
        if fit:
            found.append(insert(passages, say(change(chance.choice(fit))), target))
    return found


def natural(rows: list[dict[str, Any]], others: list[Passages] | None = None) -> list[Passages]:
    """Contexts with a sentence that contradicts them put into the passage that it has least in common with. others:
    instead put into a passage of another context, beside the one that it contradicts and a third."""
    found, chance = [], random.Random(SEED)
    for row in rows:
        for span in row["meta"].get("spans") or ():
            if "Conflict" in (span.get("type") or span.get("label_type") or ""):
                said = [s.text for s in split_sentences(row["output"]) if s.start <= span["start"] < s.end]
                said = [text for text in said if not _ABOUT_PASSAGES.search(text)]
                passages = tuple(row["context"])
                apart = [common_ground(_subject((text, *said))) or 0.0 for text in passages]
                if others is None:
                    found += [insert(passages, text, apart.index(min(apart))) for text in said]
                    continue
                near = passages[apart.index(max(apart))]
                found += [insert((near, *(chance.choice(others)[i] for i in (0, 1))), text, 1) for text in said]
    return found


def share(passages: Passages) -> float | None:
    """The share of words that decides; None where the encoder, or too little to read, leaves the context open."""
    subject = _subject(passages)
    shared = common_ground(subject)
    if shared is None or shared >= max(THRESHOLDS):
        return shared
    closest = passage_closeness(subject)
    return shared if closest is not None and closest < UNLIKE else None


def _subject(passages: Passages) -> Subject:
    return Subject(Item(input="-", output="-", context=passages), ENCODER)


def line(name: str, contexts: list[Passages]) -> str:
    values = [share(passages) for passages in contexts[:MOST]]
    cells = []
    for threshold in THRESHOLDS:
        n, k = len(values), sum(value is not None and value < threshold for value in values)
        middle, half = (k + 1.92) / (n + 3.84), 1.96 * (k * (n - k) / n + 0.96) ** 0.5 / (n + 3.84)
        cells.append(f"{k / n:.3f} ({max(0.0, middle - half):.3f}-{middle + half:.3f})")
    return f"| {name} | {len(values)} | " + " | ".join(cells) + " |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    options = arguments.parse_args()
    rows = read(options.data, "ragtruth_qa")
    contexts = [tuple(row["context"]) for row in {row["meta"]["group"]: row for row in rows}.values()]
    random.Random(SEED).shuffle(contexts)
    mixed = [(contexts[i][0], contexts[i - 1][1], contexts[i - 2][2]) for i in range(len(contexts))]
    print(f"| contexts | n | {' | '.join(f'below {threshold}' for threshold in THRESHOLDS)} |")
    print("|" + "---|" * (len(THRESHOLDS) + 2))
    print(line("as they are", contexts))
    print(line("of three questions", mixed))
    for base, kind in ((contexts, ""), (mixed, ", of three questions")):
        for change in (number, negation, opposite):
            for say in (str, turned, thinned):
                how = "" if say is str else f", {say.__name__}"
                print(line(f"{change.__name__}{how}{kind}", made(base, change, say)))
    print(line("natural contradictions", natural(rows)))
    print(line("natural contradictions, of three questions", natural(rows, contexts)))


if __name__ == "__main__":
    main()
