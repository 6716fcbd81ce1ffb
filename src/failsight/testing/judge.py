"""A judge that answers by a function instead of a language model."""

from __future__ import annotations

import threading
from collections.abc import Callable

from failsight.model.judge import JudgeReply, JudgeRequest


class ScriptedJudge:
    """Answers each request with what ``answer`` returns: a text, or a whole JudgeReply for problems and costs. What it
    raises (JudgeRefused) goes on to the asker. Threads may share it.

    A token is a word, so that counts are exact. ``requests`` holds what was asked, in the order of the calls; after
    ``stop`` every reply is ``cancelled`` and nothing is added to it.
    """

    def __init__(
        self, answer: Callable[[JudgeRequest], str | JudgeReply], *, model: str = "scripted", concurrency: int = 4
    ) -> None:
        self._answer = answer
        self._model = model
        self._concurrency = concurrency
        self._stopped = False
        self._lock = threading.Lock()
        self.requests: list[JudgeRequest] = []

    @property
    def model(self) -> str:
        return self._model

    @property
    def concurrency(self) -> int:
        return self._concurrency

    @property
    def calls(self) -> int:
        """How many requests were answered or are being answered."""
        with self._lock:
            return len(self.requests)

    def ask(self, request: JudgeRequest) -> JudgeReply:
        """The reply that the function makes of the request."""
        address = request.hash(self._model)
        with self._lock:
            if self._stopped:
                detail = "the judge was stopped"
                return JudgeReply(
                    text=None, model=self._model, request_hash=address, problem="cancelled", detail=detail
                )
            self.requests.append(request)
        answer = self._answer(request)
        if isinstance(answer, JudgeReply):
            return answer
        words_in = sum(len(message.content.split()) for message in request.messages)
        words_out = len(answer.split())
        return JudgeReply(
            text=answer, model=self._model, request_hash=address, tokens_in=words_in, tokens_out=words_out
        )

    def stop(self) -> None:
        """Every later call comes back as ``cancelled``."""
        with self._lock:
            self._stopped = True
