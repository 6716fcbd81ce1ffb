"""Ctrl-C while a judge is asked: it is asked no more, and what is known is shown. A second one leaves at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from failsight.cli.guard import INTERRUPTED
from failsight.service.judge_items import JudgePlan

_STOPPING = b"failsight: the judge is asked no more; the rest keeps its local verdicts. Ctrl-C again leaves at once.\n"
_LEAVING = b"failsight: stopped.\n"
_SHOW_CURSOR = b"\x1b[?25h"


class Interruption:
    """Whether the user has interrupted."""

    happened = False


@contextmanager
def judge_interrupts(judging: JudgePlan | None) -> Iterator[Interruption]:
    """Within it the first interrupt stops the judge, the second ends the process without waiting for calls under way;
    without a judge the first ends the command as ever."""
    seen = Interruption()
    heard = signal.getsignal(signal.SIGINT)
    if judging is None or heard is not signal.default_int_handler:
        yield seen
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        if seen.happened:
            os.write(2, (_SHOW_CURSOR if sys.stderr.isatty() else b"") + _LEAVING)
            os._exit(INTERRUPTED)
        seen.happened = True
        os.write(2, _STOPPING)
        # In a thread of its own: the interrupted one may hold the locks that stopping needs.
        threading.Thread(target=judging.stop, daemon=True).start()

    signal.signal(signal.SIGINT, stop)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, heard)
