"""A judge that remembers: what was answered once is not asked again."""

from __future__ import annotations

import threading
import time

from failsight.judge.cache import ReplyCache
from failsight.model.judge import JudgeReply, JudgeRequest
from failsight.service.ports import Judge


class CachedJudge:
    """Answers from the cache, else asks ``judge`` and keeps the reply; with no judge (a replay) such a reply says
    ``not_recorded``. Whatever the judge said is kept, cut and refused replies too; accidents are not.

    Threads that ask the same question at the same time make one call. A reply from the cache has cost nothing: no
    tokens, no money.
    """

    def __init__(self, cache: ReplyCache, judge: Judge | None, *, model: str | None = None) -> None:
        self._cache = cache
        self._judge = judge
        self._model = model or (judge.model if judge else "")
        self._asking: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        return self._model

    @property
    def concurrency(self) -> int:
        return self._judge.concurrency if self._judge else 1

    def ask(self, request: JudgeRequest) -> JudgeReply:
        """The kept reply, or the judge's."""
        address = request.hash(self._model)
        with self._lock:
            other = self._asking.get(address)
            if other is None:
                self._asking[address] = threading.Event()
        if other is None:
            try:
                return self._kept(address) or self._ask(request, address)
            finally:
                with self._lock:
                    self._asking.pop(address).set()
        other.wait()
        return self._kept(address) or self._ask(request, address)

    def _kept(self, address: str) -> JudgeReply | None:
        kept = self._cache.get(address)
        free = {"cached": True, "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0}
        return None if kept is None else kept.model_copy(update=free)

    def _ask(self, request: JudgeRequest, address: str) -> JudgeReply:
        if self._judge is None:
            detail = f"no reply to this question is kept in {self._cache.folder}"
            return JudgeReply(text=None, model=self._model, request_hash=address, problem="not_recorded", detail=detail)
        began = time.monotonic()
        reply = self._judge.ask(request)
        if reply.text is None or reply.cached:
            return reply
        kept = self._cache.put(request, reply, time.monotonic() - began)
        spent = {"tokens_in": reply.tokens_in, "tokens_out": reply.tokens_out, "cost_usd": reply.cost_usd}
        return kept.model_copy(update=spent)

    def stop(self) -> None:
        if self._judge is not None:
            self._judge.stop()
