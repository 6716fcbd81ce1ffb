"""Carry an analysis' questions to a judge: several items at once, in order, in memory that does not grow with them.

A judge that refuses everything, or whose budget is spent, ends the asking, never the run: what is left keeps its local
verdicts and says why no judge was asked.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from failsight.engine.judging.estimate import Estimate
from failsight.engine.judging.interview import SILENT, Interview
from failsight.engine.judging.selection import select_rubrics
from failsight.engine.judging.shown import ITEM_CHARS
from failsight.engine.pipeline import Examination, Plan
from failsight.engine.rubric import Rubric
from failsight.errors import JudgeRefused
from failsight.model.judge import JudgeMode, JudgeReply, JudgeRequest, JudgeUsage
from failsight.service.ports import Judge

WINDOW = 2


class JudgePlan:
    """The judging of one run: whom to ask, what and when; it counts what was used. Threads may share it.

    rejudge: how often a borderline verdict is asked again. item_chars: how much of an item is shown. used: what the run
    used before, which counting goes on from; where it says ``stopped`` nothing is asked.
    """

    def __init__(
        self,
        judge: Judge,
        rubrics: Sequence[Rubric],
        mode: JudgeMode = "uncertain",
        *,
        rejudge: int = 0,
        item_chars: int = ITEM_CHARS,
        used: JudgeUsage | None = None,
    ) -> None:
        self.judge = judge
        self.rubrics = tuple(rubrics)
        self.mode = mode
        self._rejudge = rejudge
        self._item_chars = item_chars
        self._lock = threading.Lock()
        self._usage = used or JudgeUsage(model=judge.model, mode=mode)
        self._asked: set[str] = set(self._usage.rubrics)

    def usage(self) -> JudgeUsage:
        """What was used so far."""
        with self._lock:
            return self._usage.model_copy(update={"rubrics": sorted(self._asked)})

    def stop(self) -> None:
        """Lets no further call begin."""
        self._end("stopped")
        self.judge.stop()

    def interview(self, plan: Plan, seen: Examination) -> Interview:
        """What would be asked about an item; without rubrics it is over at once."""
        rubrics = select_rubrics(plan, seen, self.rubrics, self.mode)
        return Interview(plan, seen, rubrics, rejudge=self._rejudge, budget=self._item_chars)

    def hold(self, interview: Interview) -> Examination:
        """Carries an interview through to its conclusion, one call after the other."""
        asked = False
        try:
            while self._stopped() is None and (requests := interview.requests()):
                for request in requests:
                    reply = None if self._stopped() else self._ask(request)
                    if reply is not None:
                        asked |= reply.problem not in ("budget", "cancelled")
                        interview.accept(request, reply)
        except Exception as broken:  # noqa: BLE001  (one item's judging that breaks is reported, it never stops the run)
            interview.stop(f"judging broke on this item: {type(broken).__name__}: {broken}")
        stopped = self._stopped()
        if stopped is not None:
            interview.stop(SILENT["budget"] if stopped.startswith("budget") else f"no judge was asked: {stopped}")
        self._count_item(asked)
        return interview.conclude()

    def _ask(self, request: JudgeRequest) -> JudgeReply | None:
        """The reply, counted; None when the judge refuses everything, which ends the asking."""
        try:
            reply = self.judge.ask(request)
        except JudgeRefused as refused:
            self._end(str(refused))
            return None
        self._count(request, reply)
        if reply.problem in ("budget", "cancelled"):
            self._end(f"{reply.problem}: {reply.detail}" if reply.detail else SILENT[reply.problem])
        return reply

    def _stopped(self) -> str | None:
        with self._lock:
            return self._usage.stopped

    def _end(self, reason: str) -> None:
        with self._lock:
            if self._usage.stopped is None:
                self._usage = self._usage.model_copy(update={"stopped": reason})

    def _count_item(self, asked: bool) -> None:
        with self._lock:
            self._usage = self._usage.model_copy(update={"items_asked": self._usage.items_asked + asked})

    def _count(self, request: JudgeRequest, reply: JudgeReply) -> None:
        sent = reply.sent and not reply.cached and reply.problem not in ("budget", "cancelled", "not_recorded")
        with self._lock:
            used = self._usage
            cost = used.cost_usd
            if reply.cost_usd is not None and sent:
                cost = (cost or 0.0) + reply.cost_usd
            if sent or reply.cached:
                self._asked.update(request.rubrics)
            self._usage = used.model_copy(
                update={
                    "model": reply.model or used.model,
                    "calls": used.calls + sent,
                    "cached": used.cached + reply.cached,
                    "failed": used.failed + (reply.text is None and reply.problem not in ("budget", "cancelled")),
                    "tokens_in": used.tokens_in + (reply.tokens_in or 0) * sent,
                    "tokens_out": used.tokens_out + (reply.tokens_out or 0) * sent,
                    "cost_usd": cost,
                }
            )


def judge_items(plan: Plan, examinations: Iterable[Examination], judging: JudgePlan | None) -> Generator[Examination]:
    """The examinations in their order, with what the judge said about them. As many items are under way as the judge
    wants calls, and twice as many are waited for at most. Whoever leaves early stops the judge."""
    if judging is None or judging.mode == "never":
        yield from examinations
        return
    threads = max(1, judging.judge.concurrency)
    waiting: deque[Future[Examination]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="judge")
    done = False
    try:
        for seen in examinations:
            interview = judging.interview(plan, seen)
            waiting.append(pool.submit(judging.hold, interview) if interview.rubrics else _done(seen))
            if len(waiting) >= WINDOW * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
        done = True
    finally:
        if not done:
            judging.stop()
        pool.shutdown(wait=True, cancel_futures=True)


def estimate_items(
    plan: Plan,
    examinations: Iterable[Examination],
    rubrics: Sequence[Rubric],
    modes: Sequence[JudgeMode],
    item_chars: int = ITEM_CHARS,
    kept: Callable[[JudgeRequest], JudgeReply | None] = lambda _: None,
) -> dict[JudgeMode, Estimate]:
    """What ``judge_items`` would ask in each of the modes; nothing is sent. kept: the reply to a request that needs no
    call, None where it would be sent."""
    estimates = {mode: Estimate() for mode in modes}
    for seen in examinations:
        for mode, estimate in estimates.items():
            chosen = select_rubrics(plan, seen, rubrics, mode)
            interview = Interview(plan, seen, chosen, budget=item_chars)
            sent, answered = [], 0
            while requests := interview.requests():
                for request in requests:
                    reply = kept(request)
                    if reply is None:
                        sent.append(request)
                    else:
                        interview.accept(request, reply)
                        answered += 1
            estimate.add(sent, answered)
            estimate.rubrics.update(rubric.receipt for rubric in chosen)
    return estimates


def _done(seen: Examination) -> Future[Examination]:
    future: Future[Examination] = Future()
    future.set_result(seen)
    return future
