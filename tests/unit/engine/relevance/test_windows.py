"""The encoder's budget holds, and every character within reach stands in exactly one window."""

from __future__ import annotations

from itertools import pairwise

from failsight.engine.relevance.windows import MOST_WINDOWS, READ_CHARACTERS, WINDOW, choose_windows, cut_windows
from failsight.engine.text import split_sentences

LONG = " ".join(f"Sentence number {i} speaks of boats." for i in range(2_000))


def test_windows_are_places_in_the_passage() -> None:
    windows = cut_windows(3, LONG, split_sentences(LONG))
    assert all(LONG[w.start : w.end] == w.text and len(w.text) <= WINDOW and w.passage == 3 for w in windows)
    assert all(a.end <= b.start for a, b in pairwise(windows))
    assert READ_CHARACTERS - 100 <= windows[-1].end <= READ_CHARACTERS + 100


def test_a_sentence_without_end_is_cut() -> None:
    text = "word " * 1_000
    windows = cut_windows(0, text, split_sentences(text))
    assert "".join(w.text for w in windows) == text.rstrip()


def test_no_passage_gives_no_window() -> None:
    assert cut_windows(0, "", ()) == []
    assert choose_windows([], {}) == []


def test_budget_prefers_the_lexically_best_of_each_passage() -> None:
    passages = [LONG, *("A short text about trains." for _ in range(20)), "Pelicans nest on the island."]
    cut = [cut_windows(i, text, split_sentences(text)) for i, text in enumerate(passages)]
    chosen = choose_windows(cut, {"pelican": 5.0, "island": 3.0})
    assert len(chosen) == MOST_WINDOWS
    assert chosen[0].passage == len(passages) - 1
