"""What judging would cost, before anything is sent: tokens counted without the judge's tokenizer."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from failsight.model.judge import JudgePrice, JudgeRequest

TOKENS_OUT_EACH = 90
FRAME_TOKENS = 8
_PIECE = re.compile(r"[A-Za-z]+|[0-9]|[^\sA-Za-z0-9]")
_LETTERS_PER_TOKEN = 6


@dataclass(slots=True)
class Estimate:
    """Counts of a run: items seen, items that would be asked about, requests, how many of these a kept reply answers,
    tokens in and out of the others, and how many items each rubric (by receipt) would be asked on. Repairs,
    repetitions and smaller requests are in it only as far as kept replies lead to them."""

    items: int = 0
    items_asked: int = 0
    requests: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    rubrics: Counter[str] = field(default_factory=Counter)

    def add(self, requests: Iterable[JudgeRequest], kept: int = 0) -> None:
        """One item's requests that would be sent, and how many others are answered already."""
        made = list(requests)
        self.items += 1
        self.items_asked += bool(made) or kept > 0
        self.requests += len(made) + kept
        self.kept += kept
        for request in made:
            self.tokens_in += estimate_tokens_in(request)
            self.tokens_out += min(TOKENS_OUT_EACH * len(request.rubrics), request.max_tokens)

    def cost(self, price: JudgePrice | None) -> float | None:
        """US dollars; None where no price is known."""
        return None if price is None else price.cost(self.tokens_in, self.tokens_out)


def estimate_tokens_in(request: JudgeRequest) -> int:
    """About how many tokens are sent; the schema counts, because many endpoints show it to the model."""
    messages = sum(FRAME_TOKENS + estimate_tokens(message.content) for message in request.messages)
    return messages + estimate_tokens(json.dumps(request.response_schema, ensure_ascii=False))


def estimate_tokens(text: str) -> int:
    """About how many tokens a byte-pair tokenizer makes of a text: a word of up to six letters is one, so is each
    digit, sign, and each character of other alphabets. Rather too many than too few on English, code and JSON."""
    return sum(1 + (len(piece) - 1) // _LETTERS_PER_TOKEN for piece in _PIECE.findall(text))
