"""Smaller requests for a judge whose context is too small: fewer rubrics at once, and less of the item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from failsight.engine.judging.estimate import estimate_tokens, estimate_tokens_in
from failsight.engine.judging.prompt import split
from failsight.engine.judging.shown import Shown
from failsight.engine.rubric import Rubric
from failsight.model.judge import JudgeRequest

LEAST_ITEM_CHARS = 400


@dataclass(frozen=True, slots=True)
class Portion:
    """Rubrics that one request asks, and how many characters of the item it shows at most."""

    rubrics: tuple[Rubric, ...]
    chars: int


def smaller(rubrics: Sequence[Rubric], chars: int, request: JudgeRequest, shown: Shown) -> list[Portion]:
    """What to ask instead of a request that was too long; nothing where it cannot be made smaller.

    Rubrics are divided as long as the item is the smaller part of the request, so that it stays whole where it can;
    else the item loses half. A single rubric with ``LEAST_ITEM_CHARS`` of the item is the least.
    """
    item = estimate_tokens(shown.text)
    whole = estimate_tokens_in(request) + request.max_tokens
    left = min(chars, len(shown.text)) // 2
    if len(rubrics) > 1 and (2 * item <= whole or left < LEAST_ITEM_CHARS):
        return [Portion(tuple(part), chars) for part in split(rubrics, -(-len(rubrics) // 2))]
    return [] if left < LEAST_ITEM_CHARS else [Portion(tuple(rubrics), left)]
