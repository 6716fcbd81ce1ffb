"""How long a question may be, as an endpoint's model has shown: nobody tells beforehand."""

from __future__ import annotations

import threading

from failsight.engine.judging.estimate import estimate_tokens_in
from failsight.model.judge import JudgeRequest

MUCH_LONGER = 1.5


class Room:
    """The longest question that fitted and the shortest that did not, in estimated tokens with the room for the reply.
    Threads share it.

    Estimates err, on codes and keys more than on prose: so what is no longer than one that fitted is always tried, and
    so is what is not much longer than the shortest that did not fit.
    """

    def __init__(self) -> None:
        self._longest: JudgeRequest | None = None
        self._characters = -1
        self._too_long: int | None = None
        self._lock = threading.Lock()

    def has(self, request: JudgeRequest) -> bool:
        """Whether a question is worth sending."""
        if self._too_long is None:
            return True
        size = _size(request)
        with self._lock:
            too_long, longest = self._too_long, self._longest
        return size <= MUCH_LONGER * too_long or (longest is not None and size <= _size(longest))

    def fitted(self, request: JudgeRequest) -> None:
        """It was answered. Only its characters are counted: most runs never need an estimate."""
        characters = sum(len(message.content) for message in request.messages)
        with self._lock:
            if characters > self._characters:
                self._characters, self._longest = characters, request

    def was_too_small(self, request: JudgeRequest) -> None:
        """It did not fit."""
        size = _size(request)
        with self._lock:
            self._too_long = size if self._too_long is None else min(self._too_long, size)


def _size(request: JudgeRequest) -> int:
    return estimate_tokens_in(request) + request.max_tokens
