"""The judging of the runs that this process works on, opened when a run first needs it and kept between its turns.

Keys that requests brought are here and nowhere else: in memory, until their run has ended.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from failsight.engine.judging.shown import ITEM_CHARS
from failsight.engine.rubric import Rubric
from failsight.errors import InvalidSetting
from failsight.model.job import Judging, Piece
from failsight.model.judge import JudgeMode, JudgeReply, JudgeRequest, JudgeUsage
from failsight.service.judge_items import JudgePlan
from failsight.service.ports import Judge

NO_MODEL = "no judge model is set on this server (FAILSIGHT_JUDGE_MODEL)"
KEY_GONE = "the request's own key is gone with the process that had it; the rest has local verdicts"
MOST_OPEN = 64

OpenJudge = Callable[[str, str | None, JudgeUsage], AbstractContextManager[Judge]]
"""A judge for an organization, with the key of a request or None for the settings' own, whose budget is what a run has
left that used so much already. Raises InvalidSetting."""


@dataclass(frozen=True, slots=True)
class JudgePolicy:
    """mode: when runs without a key of their own ask a judge. model: whom they ask, None when no judge may be asked.
    item_chars: how much of an item is shown, at most."""

    mode: JudgeMode = "never"
    model: str | None = None
    item_chars: int = ITEM_CHARS


class RunJudges:
    """Threads share it."""

    def __init__(self, policy: JudgePolicy, open_judge: OpenJudge, rubrics: Callable[[], Sequence[Rubric]]) -> None:
        self._policy = policy
        self._open_judge = open_judge
        self._rubrics = rubrics
        self._keys: dict[str, str] = {}
        self._open: OrderedDict[str, tuple[JudgePlan, AbstractContextManager[Judge] | None]] = OrderedDict()
        self._lock = threading.Lock()

    def wish(self, api_key: str | None) -> Judging | None:
        """What a new run asks of a judge, None for nothing. A request that brings a key of its own asks where the local
        checks are uncertain, unless the settings say more."""
        mode = self._policy.mode
        if not (api_key or "").strip():
            return None if mode == "never" else Judging(mode=mode)
        mode = "uncertain" if mode == "never" else mode
        if self._policy.model is None:
            return Judging(mode=mode, usage=JudgeUsage(mode=mode, stopped=NO_MODEL))
        return Judging(mode=mode, own_key=True)

    def lend(self, run_id: str, api_key: str) -> None:
        """Keeps a request's key for its run, until ``end``."""
        with self._lock:
            self._keys[run_id] = api_key

    def judging(self, piece: Piece) -> JudgePlan | None:
        """The judging of a run, None when it asks nothing; it goes on counting where the run is."""
        wish = piece.judging
        if wish is None or (wish.usage is not None and wish.usage.stopped == NO_MODEL):
            return None
        return self.open(piece.job.id, piece.job.organization_id, wish)

    def open(self, run_id: str, organization_id: str, wish: Judging) -> JudgePlan:
        """The judging of a run as it was opened before, or newly."""
        with self._lock:
            if run_id not in self._open:
                self._open[run_id] = self._opened(organization_id, wish, self._keys.get(run_id))
            plan = self._open[run_id][0]
            oldest = next(iter(self._open)) if len(self._open) > MOST_OPEN else None
        if oldest is not None:
            self._close(oldest)  # of a run that was cancelled between two turns
        return plan

    def end(self, run_id: str) -> None:
        """Closes the connections of a run's judge and forgets its key."""
        with self._lock:
            self._keys.pop(run_id, None)
        self._close(run_id)

    def interrupt(self, run_id: str) -> None:
        """Closes a run's judge; the next turn opens another one."""
        self._close(run_id)

    def _opened(
        self, organization_id: str, wish: Judging, key: str | None
    ) -> tuple[JudgePlan, AbstractContextManager[Judge] | None]:
        used = wish.usage or JudgeUsage(model=self._policy.model or "", mode=wish.mode)
        if wish.own_key and key is None and used.stopped is None:
            used = used.model_copy(update={"stopped": KEY_GONE})
        context = None
        judge: Judge = _Nobody(used.model)
        if used.stopped is None:
            try:
                context = self._open_judge(organization_id, key, used)
                judge = context.__enter__()
            except InvalidSetting as bad:
                context, used = None, used.model_copy(update={"stopped": str(bad)})
        shown = self._policy.item_chars
        return JudgePlan(judge, self._rubrics(), wish.mode, item_chars=shown, used=used), context

    def _close(self, run_id: str) -> None:
        with self._lock:
            _, context = self._open.pop(run_id, (None, None))
        if context is not None:
            context.__exit__(None, None, None)


class _Nobody:
    """Stands for a judge where no question is asked any more."""

    concurrency = 1

    def __init__(self, model: str) -> None:
        self.model = model

    def ask(self, request: JudgeRequest) -> JudgeReply:
        return JudgeReply(text=None, model=self.model, request_hash=request.hash(self.model), problem="cancelled")

    def stop(self) -> None:
        """Nothing is under way."""
