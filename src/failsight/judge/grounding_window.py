"""Windows of token ids for the grounding model: the output, and the part of the context that bears on it.

A window is ``[CLS] question [SEP] context [SEP] output [SEP]``. A context that does not fit is cut into pieces,
sentences of at most 40 tokens, and those that share the rarest tokens with the output are taken, in reading order; an
output that does not fit is cut at sentence ends, and each part gets pieces of its own. Beside its id every token
carries flags that say whether it, its word, and the pairs and triples it stands in occur on the other side, in the
whole of it.

Time is linear in the length of the context. The same code makes the windows in training.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WINDOW, OUTPUT, QUESTION, PIECE = 304, 176, 24, 40  # tokens at most
FLAGS = 13
CLS, SEP = 101, 102
_BASE = 30_522
_END = re.compile(r"[.!?。！？][\"'”’)\]]*\s+|\n+")
_MOST_TOKENS = 60_000  # of a context; what lies beyond is not read


@dataclass(frozen=True, slots=True)
class Text:
    """A tokenised text. ids, starts, ends: one entry a token, offsets in characters; words: a number for each token's
    whole word, the same for the same word; cuts: token positions where a sentence begins."""

    ids: Ints
    starts: Ints
    ends: Ints
    words: Ints
    cuts: Ints


@dataclass(frozen=True, slots=True)
class Window:
    """ids, segments (0 question, 1 context, 2 output): (tokens,); flags: (tokens, FLAGS); the output's tokens
    ``first`` to ``last`` (exclusive) stand from ``offset`` on."""

    ids: Ints
    segments: Ints
    flags: Flags
    offset: int
    first: int
    last: int


def read_text(tokenizer: Any, text: str, most: int = _MOST_TOKENS) -> Text:
    """Tokenise a text, without special tokens; at most ``most`` tokens from its beginning."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ids = np.array(encoding.ids[:most], dtype=np.int64)
    places = np.array(encoding.offsets[:most], dtype=np.int64).reshape(-1, 2)
    numbers = np.array(encoding.word_ids[:most], dtype=np.int64)
    starts = places[:, 0]
    heads = np.flatnonzero(np.diff(numbers, prepend=-1))
    ends = np.array([mark.end() for mark in _END.finditer(text)], dtype=np.int64)
    cuts = np.unique(np.concatenate([[0], np.searchsorted(starts, ends)]))
    return Text(ids, starts, places[:, 1], _words(ids, heads), cuts[cuts < len(ids)])


def _words(ids: Ints, heads: Ints) -> Ints:
    """A hash of each token's whole word, from the ids of its tokens in order."""
    if not len(ids):
        return ids
    lengths = np.diff(heads, append=len(ids))
    place = np.arange(len(ids)) - np.repeat(heads, lengths)
    hashed = np.add.reduceat(ids * (1_000_003 + 7_919 * place), heads)
    return np.repeat(hashed, lengths)


def join(texts: list[Text]) -> Text:
    """Passages as one text; offsets lose their meaning."""
    if not texts:
        empty = np.zeros(0, dtype=np.int64)
        return Text(empty, empty, empty, empty, empty)
    shifts = np.cumsum([0, *(len(text.ids) for text in texts[:-1])])
    cuts = [text.cuts + shift for text, shift in zip(texts, shifts, strict=True)]
    ids, starts, ends, words = (
        np.concatenate([getattr(t, n) for t in texts]) for n in ("ids", "starts", "ends", "words")
    )
    return Text(ids, starts, ends, words, np.concatenate(cuts))


def windows(question: Text, context: Text, output: Text) -> list[Window]:
    """The windows of an item, one for each part of the output; none for an empty output."""
    asked = question.ids[:QUESTION]
    flags = _flags(output, context, question)
    mirrored = _mirrored(context, output)
    pieces = _pieces(context)
    return [_window(asked, context, output, (flags, mirrored), pieces, span) for span in _parts(output)]


def _window(
    asked: Ints,
    context: Text,
    output: Text,
    flags: tuple[Flags, Flags],
    pieces: list[tuple[int, int]],
    span: tuple[int, int],
) -> Window:
    first, last = span
    room = min(WINDOW - (last - first) - len(asked) - 4, 72 + 2 * (last - first))
    chosen = _choose(context.ids, pieces, output.ids[first:last], room)
    ids: list[Ints] = [np.array([CLS]), asked, np.array([SEP])]
    marks: list[Flags] = [np.zeros((len(asked) + 2, FLAGS), dtype=bool)]
    for (begin, end), (after, _) in pairwise([*chosen, (-1, -1)]):
        ids.append(context.ids[begin:end])
        marks.append(flags[1][begin:end])
        if after != end:
            ids.append(np.array([SEP]))
            marks.append(np.zeros((1, FLAGS), dtype=bool))
    if not chosen:
        ids.append(np.array([SEP]))
        marks.append(np.zeros((1, FLAGS), dtype=bool))
    offset = sum(map(len, ids))
    ids += [output.ids[first:last], np.array([SEP])]
    marks += [flags[0][first:last], np.zeros((1, FLAGS), dtype=bool)]
    segments = np.full(offset + last - first + 1, 1, dtype=np.int64)
    segments[: len(asked) + 2] = 0
    segments[offset:-1] = 2
    return Window(np.concatenate(ids), segments, np.concatenate(marks), offset, first, last)


def _parts(output: Text) -> list[tuple[int, int]]:
    """The output in parts of at most OUTPUT tokens, about equally long, cut at sentence ends where there are any."""
    total = len(output.ids)
    count = -(-total // OUTPUT)
    parts: list[tuple[int, int]] = []
    begin = 0
    while begin < total:
        left = max(1, count - len(parts))
        target = min(begin + OUTPUT, begin + -(-(total - begin) // left))
        limit = min(begin + OUTPUT, total)
        cuts = output.cuts[(output.cuts > begin + (target - begin) // 2) & (output.cuts <= limit)]
        end = int(cuts[np.argmin(np.abs(cuts - target))]) if len(cuts) and limit < total else min(target, limit)
        parts.append((begin, end))
        begin = end
    return parts


def _pieces(context: Text) -> list[tuple[int, int]]:
    bounds = [*context.cuts.tolist(), len(context.ids)]
    return [(begin, min(begin + PIECE, end)) for start, end in pairwise(bounds) for begin in range(start, end, PIECE)]


def _choose(ids: Ints, pieces: list[tuple[int, int]], output: Ints, room: int) -> list[tuple[int, int]]:
    """The pieces that together hold the most, and the rarest, of the output's tokens, in reading order."""
    if len(ids) + len(pieces) <= room:
        return pieces
    wanted = np.unique(output)
    place = np.minimum(np.searchsorted(wanted, ids), len(wanted) - 1)
    hit = wanted[place] == ids
    has = np.zeros((len(pieces), len(wanted)), dtype=np.float32)
    number = np.repeat(np.arange(len(pieces)), [end - begin for begin, end in pieces])
    has[number[hit], place[hit]] = 1.0
    weights = np.log1p(len(pieces) / np.maximum(has.sum(0), 1.0)).astype(np.float32)
    lengths = np.array([end - begin + 1 for begin, end in pieces])
    chosen: list[int] = []
    while True:
        gain = np.where(lengths <= room, has @ weights, -1.0)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            return [pieces[i] for i in sorted(chosen)]
        chosen.append(best)
        room -= int(lengths[best])
        weights = np.where(has[best] > 0, weights * np.float32(0.5), weights)
        lengths[best] = WINDOW * 2


def _flags(output: Text, context: Text, question: Text) -> Flags:
    """Of the output's tokens: what of them is in the context, and whether their word is in the question. Columns 0 to
    6."""
    found = np.zeros((len(output.ids), FLAGS), dtype=bool)
    _occurrences(found[:, 0:6], output, context)
    found[:, 6] = np.isin(output.words, question.words)
    return found


def _mirrored(context: Text, output: Text) -> Flags:
    """Of the context's tokens, the same against the output. Columns 7 to 12."""
    found = np.zeros((len(context.ids), FLAGS), dtype=bool)
    _occurrences(found[:, 7:13], context, output)
    return found


def _occurrences(found: Flags, text: Text, other: Text) -> None:
    """Token, word, pair with the token before, pair with the one behind, triple around, triple that ends here."""
    found[:, 0] = np.isin(text.ids, other.ids)
    found[:, 1] = np.isin(text.words, other.words)
    if len(text.ids) < 2 or len(other.ids) < 2:
        return
    pairs = np.isin(text.ids[:-1] * _BASE + text.ids[1:], other.ids[:-1] * _BASE + other.ids[1:])
    found[1:, 2] = pairs
    found[:-1, 3] = pairs
    if len(text.ids) < 3 or len(other.ids) < 3:
        return
    triples = np.isin(_triples(text.ids), _triples(other.ids))
    found[1:-1, 4] = triples
    found[2:, 5] = triples


def _triples(ids: Ints) -> Ints:
    return (ids[:-2] * _BASE + ids[1:-1]) * _BASE + ids[2:]
