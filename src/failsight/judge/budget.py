"""The most that may be spent on a judge: each call's likely cost is set aside before it begins."""

from __future__ import annotations

import threading

from failsight.engine.judging.estimate import estimate_tokens, estimate_tokens_in
from failsight.model.judge import JudgeBudget, JudgePrice, JudgeReply, JudgeRequest
from failsight.service.ports import Judge


class Purse:
    """What is spent and what is set aside of a budget. Threads share it.

    A call sets aside its estimated tokens in and all the tokens out that it allows, and afterwards pays what the
    endpoint counted. So the limit is passed only by what estimates and endpoints get wrong on the calls that are under
    way at that moment (an endpoint that ignores ``max_tokens``); a call without any answer is not counted, because
    nothing tells what it cost. Where the rest is too small for a call, it waits for those under way, whose
    estimates were high; if it is still too small, the purse is closed for good.
    """

    def __init__(self, budget: JudgeBudget, price: JudgePrice | None = None) -> None:
        self.budget = budget
        self.price = price
        self.tokens = 0
        self.usd = 0.0
        self._aside_tokens, self._aside_usd = 0, 0.0
        self._closed = False
        self._changed = threading.Condition()

    def set_aside(self, tokens: int, usd: float) -> bool:
        """True when the call may begin; ``pay`` must follow. False: the budget is spent."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._fits(tokens, usd) or not self._aside_tokens)
            if self._closed or not self._fits(tokens, usd):
                self._closed = True
                self._changed.notify_all()
                return False
            self._aside_tokens += tokens
            self._aside_usd += usd
            return True

    def pay(self, aside: tuple[int, float], spent: tuple[int, float]) -> None:
        """Takes back what a call had set aside and counts what it cost; both in tokens and US dollars."""
        with self._changed:
            self._aside_tokens -= aside[0]
            self._aside_usd -= aside[1]
            self.tokens += spent[0]
            self.usd += spent[1]
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more may be set aside."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _fits(self, tokens: int, usd: float) -> bool:
        most, dollars = self.budget.max_tokens, self.budget.max_usd
        return (most is None or self.tokens + self._aside_tokens + tokens <= most) and (
            dollars is None or self.usd + self._aside_usd + usd <= dollars
        )

    def __str__(self) -> str:
        limits = []
        if self.budget.max_tokens is not None:
            limits.append(f"{self.tokens:,} of {self.budget.max_tokens:,} tokens")
        if self.budget.max_usd is not None:
            limits.append(f"{self.usd:.4f} of {self.budget.max_usd:.4f} USD")
        return " and ".join(limits)


class BudgetedJudge:
    """A judge that asks another one until the budget is spent; from then on every reply says ``budget``."""

    def __init__(self, judge: Judge, purse: Purse) -> None:
        self._judge = judge
        self._purse = purse

    @property
    def model(self) -> str:
        return self._judge.model

    @property
    def concurrency(self) -> int:
        return self._judge.concurrency

    def ask(self, request: JudgeRequest) -> JudgeReply:
        """The other judge's reply, or the problem ``budget``."""
        price = self._purse.price
        sent = estimate_tokens_in(request)
        aside = sent + request.max_tokens, price.cost(sent, request.max_tokens) if price else 0.0
        if not self._purse.set_aside(*aside):
            return JudgeReply(
                text=None,
                model=self.model,
                request_hash=request.hash(self.model),
                problem="budget",
                detail=f"the judge's budget is spent: {self._purse}; the next question may need {aside[0]:,} tokens",
            )
        spent = 0, 0.0
        try:
            reply = self._judge.ask(request)
            if reply.text is not None and not reply.cached and (reply.text or reply.problem != "too_long"):
                counted = reply.tokens_in if reply.tokens_in is not None else sent
                said = reply.tokens_out if reply.tokens_out is not None else estimate_tokens(reply.text)
                spent = counted + said, price.cost(counted, said) if price else 0.0
            return reply
        finally:
            self._purse.pay(aside, spent)

    def stop(self) -> None:
        self._judge.stop()
