"""How many cores this process may use."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """At least 1. Where the system does not say which cores a process is bound to (macOS), all of the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
