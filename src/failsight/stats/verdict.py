"""Whether a result passed, from its ``test_metrics``."""

from __future__ import annotations

from typing import Any


class UnreadableVerdict(Exception):
    """The metrics say something that is neither true, false nor undecided."""


def read_verdict(test_metrics: Any) -> tuple[tuple[str, bool], ...]:
    """Every decided metric with whether it passed, sorted by name.

    test_metrics: ``{"metrics": {name: {"is_successful": bool | None, ...}}}``. A metric without ``is_successful``, with
    null, or that is no object is undecided and left out. Raises UnreadableVerdict for a text or number there, because
    ``"false"`` could be taken for true.
    """
    if test_metrics is None:
        return ()
    if not isinstance(test_metrics, dict):
        raise UnreadableVerdict("test_metrics must be an object")
    metrics = test_metrics.get("metrics")
    if metrics is None:
        return ()
    if not isinstance(metrics, dict):
        raise UnreadableVerdict("test_metrics.metrics must be an object of metrics by name")
    decided = []
    for name, metric in metrics.items():
        success = metric.get("is_successful") if isinstance(metric, dict) else None
        if success is None:
            continue
        if success is not True and success is not False:
            raise UnreadableVerdict(f"is_successful of metric '{name}' must be true, false or null, not {success!r}")
        decided.append((name, success))
    return tuple(sorted(decided))


def passes(verdict: tuple[tuple[str, bool], ...]) -> bool | None:
    """True when every decided metric passed, None (pending) when none is decided."""
    return all(success for _, success in verdict) if verdict else None
