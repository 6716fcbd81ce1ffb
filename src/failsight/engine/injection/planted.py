"""A place that may be an instruction planted for the assistant."""

from __future__ import annotations

from failsight.engine.value import value_class


@value_class
class Planted:
    """``probability`` that ``text[start:end]`` of ``source`` is an instruction planted there; ``addressed``: it
    speaks of the reply, a task for an assistant or code to take over. obeyed: share (0 to 1) of its own words that
    the output took up although nothing else in the item holds them. marks: what the words of a request say, in the
    order of the weights. words_alone: the probability before the encoder had its say, None where it had none."""

    kind: str
    source: str
    start: int
    end: int
    snippet: str
    probability: float
    addressed: bool
    obeyed: float = 0.0
    marks: tuple[float, ...] = ()
    words_alone: float | None = None
