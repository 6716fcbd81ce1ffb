"""Ctrl-C while a judge is asked: it is asked no more, and what is known is shown."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from failsight.cli.guard import say
from failsight.service.judge_items import JudgePlan


class Interruption:
    """Whether the user has interrupted."""

    happened = False


@contextmanager
def judge_interrupts(judging: JudgePlan | None) -> Iterator[Interruption]:
    """Within it the first interrupt stops the judge, the second the command; without a judge the first does."""
    seen = Interruption()
    heard = signal.getsignal(signal.SIGINT)
    if judging is None or heard is not signal.default_int_handler:
        yield seen
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, heard)
        seen.happened = True
        say("failsight: the judge is asked no more; the rest keeps its local verdicts. Ctrl-C again leaves at once.")
        # In a thread of its own: the interrupted one may hold the locks that stopping needs.
        threading.Thread(target=judging.stop, daemon=True).start()

    signal.signal(signal.SIGINT, stop)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, heard)
