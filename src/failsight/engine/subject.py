"""An item under examination: the item, the bundled models, and everything computed from it once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar, cast

from failsight.engine.encoder import Encoder
from failsight.engine.local_judge import LocalJudge
from failsight.engine.text import Sentence, split_sentences
from failsight.model.item import Item

T = TypeVar("T")


class Subject:
    """Detectors, metrics and heads share one Subject per item; ``memo`` keeps a computation they have in common."""

    def __init__(self, item: Item, encoder: Encoder | None = None, local_judge: LocalJudge | None = None) -> None:
        self.item = item
        self.encoder = encoder
        self.local_judge = local_judge
        self._memo: dict[Callable[[Any], Any], Any] = {}
        self._missing: dict[tuple[str, ...], str | None] = {}

    def memo(self, compute: Callable[[Subject], T]) -> T:
        """``compute(self)``, computed at most once per item; the function itself is the key."""
        if compute not in self._memo:
            self._memo[compute] = compute(self)
        return cast("T", self._memo[compute])

    @cached_property
    def output_sentences(self) -> tuple[Sentence, ...]:
        return split_sentences(self.item.output)

    @cached_property
    def context_sentences(self) -> tuple[tuple[Sentence, ...], ...]:
        """One tuple of sentences for each context passage."""
        return tuple(split_sentences(passage) for passage in self.item.context or ())

    @cached_property
    def last_user_text(self) -> str:
        """The last thing the user said: the item's input, else the last user message of the conversation."""
        if self.item.input.strip():
            return self.item.input
        for message in reversed(self.item.conversation or ()):
            if message.role == "user" and message.content.strip():
                return message.content
        return ""

    def missing(self, needs: tuple[str, ...]) -> str | None:
        """The reason why something with these needs cannot run on this item, or None when it can.

        A need is a field of Item. Texts must not be blank, collections must not be empty, except ``tool_calls``: an
        empty tuple says that no tool was called, which is something to judge. ``encoder`` asks for the encoder.
        """
        if needs not in self._missing:
            self._missing[needs] = self._first_missing(needs)
        return self._missing[needs]

    def _first_missing(self, needs: tuple[str, ...]) -> str | None:
        for need in needs:
            if need == "encoder":
                if self.encoder is None:
                    return "the sentence encoder is switched off"
                continue
            value = getattr(self.item, need)
            empty = not value.strip() if isinstance(value, str) else value in (None, (), {})
            if value is None or (empty and need != "tool_calls"):
                return f"the item has no {need}"
        return None
