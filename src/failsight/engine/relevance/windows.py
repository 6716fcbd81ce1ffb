"""Pieces of passages that are encoded, under a budget for each item.

One text costs the encoder from about 2 ms (a short sentence) to 30 ms (256 tokens) of one core. An item costs at most
``MOST_WINDOWS`` windows of ``WINDOW`` characters and two queries, however much context it carries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from failsight.engine.relevance.lexical import coverage, stems
from failsight.engine.text import Sentence
from failsight.engine.value import value_class

WINDOW = 900
MOST_WINDOWS = 12
READ_CHARACTERS = 20_000


@value_class
class Window:
    """A run of whole sentences of one passage: ``text == passage[start:end]``."""

    passage: int
    text: str
    start: int
    end: int


def cut_windows(passage: int, text: str, sentences: Sequence[Sentence]) -> list[Window]:
    """A passage's first 20,000 characters in runs of sentences of at most 900 characters; longer sentences are cut."""
    windows: list[Window] = []
    start = end = -1
    for sentence in sentences:
        if sentence.start >= READ_CHARACTERS:
            break
        if start >= 0 and sentence.end - start > WINDOW:
            windows.append(Window(passage, text[start:end], start, end))
            start = -1
        if start < 0:
            start = sentence.start
        while sentence.end - start > WINDOW:
            windows.append(Window(passage, text[start : start + WINDOW], start, start + WINDOW))
            start += WINDOW
        end = sentence.end
    if start >= 0:
        windows.append(Window(passage, text[start:end], start, end))
    return windows


def choose_windows(cut: Sequence[Sequence[Window]], terms: Mapping[str, float]) -> list[Window]:
    """At most 12 windows of an item: round by round over the passages, each giving its lexically best one first; where
    even one of each is too much, the passages with the best ones.

    cut: the windows of each passage. Passages beyond the budget are judged by their words alone.
    """
    if sum(map(len, cut)) <= MOST_WINDOWS:
        return [window for windows in cut for window in windows]
    ranked = [
        [(turn, -share, window) for turn, (share, window) in enumerate(_ranked(windows, terms))] for windows in cut
    ]
    order = sorted((entry for entries in ranked for entry in entries), key=lambda entry: entry[:2])
    return [window for _, _, window in order[:MOST_WINDOWS]]


def _ranked(windows: Sequence[Window], terms: Mapping[str, float]) -> list[tuple[float, Window]]:
    """The windows of a passage with their lexical agreement, best first."""
    shares = [(coverage(terms, stems(window.text)), window) for window in windows]
    return sorted(shares, key=lambda pair: (-pair[0], pair[1].start))
