"""A question to a judge, what came back, and what it all cost. Plain data: the engine writes and reads it, floor 4
carries it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from failsight.model.noun import Noun

JudgeMode = Literal["always", "uncertain", "never"]
JudgeProblem = Literal["budget", "cancelled", "not_recorded", "refused", "unreachable", "cut", "too_long"]


class JudgeMessage(Noun):
    """One chat message to the judge."""

    role: Literal["system", "user", "assistant"]
    content: str


class JudgeRequest(Noun):
    """One call: messages and the JSON schema that the reply must meet.

    rubrics: receipts (``name@version``) of what is asked. temperature and sample: sample 0 is the verdict, the others
    are repetitions that measure the judge's spread; both are part of the call's address in the cache.
    """

    messages: tuple[JudgeMessage, ...]
    response_schema: dict[str, Any]
    rubrics: tuple[str, ...]
    max_tokens: int
    temperature: float = 0.0
    sample: int = 0

    def hash(self, model: str) -> str:
        """sha256 (64 hex digits) of the model's name and of everything that is sent to it: the address of the reply in
        a cache, the same for every endpoint that serves this model. ``rubrics`` are not sent and do not count."""
        sent = {**self.model_dump(mode="json", exclude={"rubrics"}), "model": model, "protocol": "openai-chat"}
        return hashlib.sha256(json.dumps(sent, sort_keys=True).encode("ascii")).hexdigest()


class JudgeReply(Noun):
    """What came back for one request.

    text: the raw reply, None when none came. model: as the endpoint names it. request_hash: sha256 of everything
    that was sent but the key; the reply's address in the cache. problem: why there is no usable text (``cut``: the
    reply ended at max_tokens; its text is kept. ``too_long``: the request did not fit into the model's context; what of
    the reply did is kept), ``detail`` in words. Tokens are None where the endpoint did not count
    them; cost_usd is None where no price is known. cached: no call was made for it, since
    it was kept. sent: False where none was made because one that was no longer did not fit either.
    """

    text: str | None
    model: str
    request_hash: str
    problem: JudgeProblem | None = None
    detail: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost_usd: float | None = None
    cached: bool = False
    sent: bool = True


class JudgePrice(Noun):
    """What a judge costs, in US dollars for a million tokens in and out."""

    usd_in: float = Field(ge=0, allow_inf_nan=False)
    usd_out: float = Field(ge=0, allow_inf_nan=False)

    def cost(self, tokens_in: float, tokens_out: float) -> float:
        """US dollars for that many tokens."""
        return (tokens_in * self.usd_in + tokens_out * self.usd_out) / 1_000_000

    def __str__(self) -> str:
        return f"{_plain(self.usd_in)}/{_plain(self.usd_out)}"


class JudgeBudget(Noun):
    """The most that a run may ask of its judge: tokens (in and out together) and US dollars; None is no limit."""

    max_tokens: int | None = Field(default=None, gt=0)
    max_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)

    def __str__(self) -> str:
        tokens = [] if self.max_tokens is None else [str(self.max_tokens)]
        return ",".join(tokens + ([] if self.max_usd is None else [f"{_plain(self.max_usd)}usd"]))


def _plain(amount: float) -> str:
    return f"{amount:.12f}".rstrip("0").rstrip(".")


class JudgeUsage(Noun):
    """What a run asked of its judge. stopped: why asking ended early (the rest has no judge's verdict), else None.

    calls: requests sent, repetitions and repairs included. cached: replies taken from the cache. failed: requests
    without a usable reply. cost_usd: None where no price is known.
    """

    model: str = ""
    mode: JudgeMode = "never"
    items_asked: int = 0
    calls: int = 0
    cached: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    stopped: str | None = None
    rubrics: list[str] = Field(default_factory=list)

    def plus(self, other: JudgeUsage) -> JudgeUsage:
        """What both used together; model, mode and the reason why asking ended are the other's."""
        costs = [cost for cost in (self.cost_usd, other.cost_usd) if cost is not None]
        counted = ("items_asked", "calls", "cached", "failed", "tokens_in", "tokens_out")
        sums: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in counted}
        sums |= {"cost_usd": sum(costs) if costs else None, "rubrics": sorted({*self.rubrics, *other.rubrics})}
        return other.model_copy(update=sums)
