"""How often Python looks for garbage: during a run that stays in memory, and while a server answers.

Nearly everything such a run makes is still there at its end, so that Python's collector, called every 700 new objects,
walks over the same findings and tags again and again and finds nothing: a fifth of the time of a large run. For the
length of a run it is called more rarely; it is never switched off, and garbage of other threads still goes.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (50_000, 20, 20)

_lock = threading.Lock()
_runs = 0
_usual = gc.get_threshold()


@contextmanager
def rare_collections() -> Iterator[None]:
    """The first run of several at once sets the thresholds, the last one sets them back; stricter ones are kept."""
    global _runs, _usual  # noqa: PLW0603  (there is one collector in a process)
    with _lock:
        _runs += 1
        if _runs == 1:
            _usual = gc.get_threshold()
            if 0 < _usual[0] < RARELY[0]:  # 0 is "never", and who chose more than ours knows why
                gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        with _lock:
            _runs -= 1
            if _runs == 0 and gc.get_threshold() == RARELY:
                gc.set_threshold(*_usual)


@contextmanager
def frozen_start() -> Iterator[None]:
    """What is here now stays: searching all of it for garbage while an answer is made would hold that answer up."""
    known = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*known)
        gc.unfreeze()
