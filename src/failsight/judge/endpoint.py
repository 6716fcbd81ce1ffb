"""Any endpoint that speaks the OpenAI protocol's chat completions, as a judge."""

from __future__ import annotations

from dataclasses import dataclass, field

from failsight.errors import JudgeRefused
from failsight.judge.breaker import Breaker
from failsight.judge.completion import Outcome
from failsight.judge.dialect import Dialect
from failsight.judge.exchange import Exchange
from failsight.judge.pace import Pace, RealTime, Stopwatch
from failsight.judge.retry_after import back_off
from failsight.judge.room import Room
from failsight.model.judge import JudgePrice, JudgeProblem, JudgeReply, JudgeRequest

FULL = 0.9
"""Of the tokens that a reply may have; one that is cut before did not end at that limit."""
_FIXES = {
    "401": "Check OPENAI_API_KEY.",
    "402": "Check the account's credit.",
    "403": "Check what the key may do.",
    "404": "Check the model's name (--judge-model) and the address (OPENAI_BASE_URL): it often ends in /v1.",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """concurrency: calls at once, at most. timeout: seconds for one call; ten times that for a question with all its
    retries and pauses. retries: how often an accident or an overload is tried again. first_pause: seconds before the
    first retry, doubled each time."""

    concurrency: int = 4
    timeout: float = 60.0
    retries: int = 4
    first_pause: float = 0.5

    @property
    def deadline(self) -> float:
        """Seconds for one question."""
        return 10 * self.timeout


@dataclass(frozen=True, slots=True)
class Address:
    """Where the judge is. url: without the path ``/chat/completions``. key: sent as a bearer token, shown nowhere."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)


class EndpointJudge:
    """Asks one model. What it learns about the endpoint (the dialect, the pace, the context's size, that it is
    hopeless) holds for all of its threads. ``close`` gives its connections back."""

    def __init__(
        self,
        address: Address,
        limits: Limits | None = None,
        price: JudgePrice | None = None,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self._address = address
        self._limits = limits or Limits()
        self._price = price
        self._clock = (stopwatch or RealTime()).now
        self._exchange = Exchange(address.url, address.key, self._limits.concurrency)
        self._pace = Pace(self._limits.concurrency, stopwatch)
        self._breaker = Breaker(clock=self._clock)
        self._dialect = Dialect()
        self._room = Room()
        self._refused: dict[str, str] | None = None
        self._spoke = False

    @property
    def model(self) -> str:
        return self._address.model

    @property
    def concurrency(self) -> int:
        return self._limits.concurrency

    def stop(self) -> None:
        """Lets no further call begin and abandons those under way."""
        self._pace.stop()
        self._exchange.abandon()

    def close(self) -> None:
        """Gives the connections back; nothing may be asked afterwards."""
        self._exchange.close()

    def ask(self, request: JudgeRequest) -> JudgeReply:
        """The reply; raises JudgeRefused as soon as it is known that no call can succeed."""
        closed = self._breaker.open()
        if closed is not None:
            return self._without_text(request, "unreachable", closed)
        if not self._room.has(request):
            return self._too_long(request, "not sent: one that was no longer did not fit into the context", sent=False)
        deadline = self._clock() + self._limits.deadline
        attempt, dialect, last = 0, self._dialect, "no call was possible"
        while True:
            if self._refused is not None:
                raise JudgeRefused(**self._refused)
            leave = self._pace.enter(deadline)
            if leave == "stopped":
                return self._without_text(request, "cancelled", "the judge was stopped")
            if leave == "late":
                return self._given_up(request, f"no time was left; {last}")
            outcome = self._call(request, dialect, deadline)
            last = outcome.detail
            if outcome.kind == "reply":
                self._dialect, self._spoke = dialect, True
                self._breaker.answered()
                return self._reply(request, outcome)
            if outcome.kind in {"hopeless", "not_taken", "too_long"}:
                self._breaker.answered()
                changed = dialect.after_complaint(last) if outcome.kind == "not_taken" else None
                if changed is None:
                    return self._not_taken(request, outcome)
                dialect = changed
                continue
            if attempt >= self._retries(outcome) and not self._pace.stopped:
                return self._given_up(request, f"given up after {attempt + 1} tries; {last}")
            if outcome.retry_after is None:
                self._pace.rest(back_off(attempt, self._limits.first_pause))
            attempt += 1

    def _retries(self, outcome: Outcome) -> int:
        """An address where nobody has ever listened is tried twice only."""
        return min(1, self._limits.retries) if outcome.kind == "absent" and not self._spoke else self._limits.retries

    def _call(self, request: JudgeRequest, dialect: Dialect, deadline: float) -> Outcome:
        """One call, after which the pace is kept or slowed."""
        began = self._clock()
        outcome = Outcome("broken", detail="the call broke off")
        try:
            seconds = min(self._limits.timeout, max(0.0, deadline - began))
            outcome = self._exchange.send(dialect.body(request, self.model), seconds)
        finally:
            busy, well = outcome.kind == "busy", outcome.kind == "reply"
            self._pace.leave(began, busy=busy, well=well, pause=outcome.retry_after)
        return outcome

    def _not_taken(self, request: JudgeRequest, outcome: Outcome) -> JudgeReply:
        """The endpoint's no: to this request alone, or to all of them."""
        if outcome.kind == "too_long":
            self._room.was_too_small(request)
            return self._too_long(request, outcome.detail)
        if outcome.kind == "hopeless" and not (self._spoke and "status 403" in outcome.detail):
            fix = next((fix for status, fix in _FIXES.items() if f"status {status}" in outcome.detail), "")
            fix = fix or "Check OPENAI_BASE_URL, OPENAI_API_KEY and --judge-model."
            self._refused = {"url": self._address.url, "problem": outcome.detail, "fix": fix}
            raise JudgeRefused(**self._refused)
        return self._without_text(request, "refused", f"the endpoint does not take this question ({outcome.detail})")

    def _given_up(self, request: JudgeRequest, detail: str) -> JudgeReply:
        self._breaker.silent(detail)
        return self._without_text(request, "unreachable", detail)

    def _reply(self, request: JudgeRequest, outcome: Outcome) -> JudgeReply:
        counted = outcome.tokens_in is not None and outcome.tokens_out is not None
        cost = self._price.cost(outcome.tokens_in or 0, outcome.tokens_out or 0) if self._price and counted else None
        problem, detail = outcome.problem, outcome.detail
        if problem == "cut" and (outcome.tokens_out or request.max_tokens) < FULL * request.max_tokens:
            problem, detail = "too_long", "the reply ended early: the model's context was full"
            self._room.was_too_small(request)
        else:
            self._room.fitted(request)
        return JudgeReply(
            text=outcome.text,
            model=self.model,
            request_hash=request.hash(self.model),
            problem=problem,
            detail=detail or None,
            tokens_in=outcome.tokens_in,
            tokens_out=outcome.tokens_out,
            cost_usd=cost,
        )

    def _too_long(self, request: JudgeRequest, detail: str, *, sent: bool = True) -> JudgeReply:
        """A reply without words, which is kept like others: the same questions are asked again."""
        kept = {"text": "", "problem": "too_long", "detail": detail, "sent": sent}
        return JudgeReply(model=self.model, request_hash=request.hash(self.model), **kept)

    def _without_text(self, request: JudgeRequest, problem: JudgeProblem, detail: str) -> JudgeReply:
        return JudgeReply(
            text=None, model=self.model, request_hash=request.hash(self.model), problem=problem, detail=detail
        )
