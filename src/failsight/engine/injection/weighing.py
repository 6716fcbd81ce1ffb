"""Requests in passages weighed with how far they are from what stands around them and from what the user asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from failsight.engine.encoder import Encoder
from failsight.engine.injection import head_weights as fitted
from failsight.engine.injection.planted import Planted
from failsight.engine.injection.weights import FEATURES
from failsight.engine.logistic import logistic

SUSPECT = 0.1  # by the words alone; below it the encoder is not asked
MOST = 8
LONG = 250  # characters; a longer one holds text around the request too
REACH = 300  # characters on each side
QUESTION = 400
UNKNOWN = 0.3
LIKENESS = ("near", "asked", "begs_near", "begs_asked")
_IMPERATIVE, _QUESTION = FEATURES.index("imperative"), FEATURES.index("question")


def weigh_requests(
    found: Sequence[Planted], texts: Mapping[str, str], question: str, encoder: Encoder | None
) -> list[Planted]:
    """``found`` with the probabilities of its suspicious requests weighed anew: the eight strongest are encoded, the
    others are held for no likelier than the likeliest of them; long ones are left to the words. ``texts``: passage or
    result by its source. Without an encoder everything stays as it is."""
    suspects = [
        one for one in found if one.kind == "request" and one.probability >= SUSPECT and one.end < one.start + LONG
    ]
    if encoder is None or not suspects:
        return list(found)
    suspects.sort(key=lambda one: -one.probability)
    first = suspects[:MOST]
    near = likeness(encoder, [(texts[one.source], one.start, one.end) for one in first], question)
    weighed = {id(one): _weigh(one, *row) for one, row in zip(first, near.tolist(), strict=True)}
    most = max(weighed.values())
    weighed |= {id(one): min(one.probability, most) for one in suspects[MOST:]}
    return [
        replace(one, probability=round(weighed[id(one)], 4), words_alone=one.probability) if id(one) in weighed else one
        for one in found
    ]


def likeness(encoder: Encoder, places: Sequence[tuple[str, int, int]], question: str) -> npt.NDArray[np.float32]:
    """Shape (len(places), 2): cosine of each ``text[start:end]`` to the 300 characters on each side of it and to the
    question, 0.3 where there is nothing to compare with."""
    said = encoder.encode([text[start:end] for text, start, end in places])
    around = [surroundings(text, start, end) for text, start, end in places]
    found = np.full((len(places), 2), UNKNOWN, dtype=np.float32)
    held = [number for number, text in enumerate(around) if text]
    if held:
        found[held, 0] = (said[held] * encoder.encode([around[number] for number in held])).sum(axis=1)
    if question.strip():
        found[:, 1] = said @ encoder.encode([question[:QUESTION]])[0]
    return found


def surroundings(text: str, start: int, end: int) -> str:
    """What stands before and after a place."""
    return (text[max(0, start - REACH) : start] + " " + text[end : end + REACH]).strip()


def head_marks(words: Sequence[float], addressed: bool, near: float, asked: float) -> tuple[float, ...]:
    """What the weights are for: what the words say, and both cosines, apart for orders and questions."""
    begs = max(words[_IMPERATIVE], words[_QUESTION])
    return (*words, float(addressed), near, asked, begs * near, begs * asked)


def _weigh(planted: Planted, near: float, asked: float) -> float:
    marks = head_marks(planted.marks, planted.addressed, near, asked)
    return logistic(fitted.BIAS + sum([weight * mark for weight, mark in zip(fitted.WEIGHTS, marks, strict=True)]))
