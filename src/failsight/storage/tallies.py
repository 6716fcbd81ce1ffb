"""Tallies of test results, from any database that runs the statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from failsight.model.statistics import Count, ResultFilter, RunCount, Tally
from failsight.storage import result_tables as t
from failsight.storage import statistics_statements as statements
from failsight.storage.database import read, snapshot
from failsight.storage.result_names import CACHE_LIMIT, parts

Numbers = npt.NDArray[np.int64]
Key = TypeVar("Key", int, Numbers)
Fetch = Callable[[statements.Build], Sequence[Numbers]]
_SECTIONS = (("behavior", t.behaviors), ("category", t.categories), ("topic", t.topics))
_HALF = 32


class SqlTallies:
    """See ``service.result_ports.Tallies``: counts in the database itself."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._labels = Labels(engine)

    def version(self, organization_id: str) -> int:
        mine = sa.select(t.tenants.c.version).where(t.tenants.c.organization_id == organization_id)
        with read(self._engine) as connection:
            return int(connection.scalar(mine) or 0)

    def refresh(self) -> None:
        """Nothing: it is the truth."""

    def tally(self, organization_id: str, wanted: ResultFilter, *, with_runs: bool) -> Tally:
        window = {"low": wanted.start_ms, "high": wanted.end_ms}
        with snapshot(self._engine) as connection:
            mine = sa.select(t.tenants.c.key).where(t.tenants.c.organization_id == organization_id)
            tenant = connection.scalar(mine)
            if tenant is None:
                return Tally()
            shape = wanted.model_copy(update={"start_ms": 0, "end_ms": 0})

            def fetch(build: statements.Build) -> Sequence[Numbers]:
                return _columns(connection.execute(_statement(build, tenant, shape), window))

            return count(fetch, self._labels, with_runs=with_runs)


class Labels:
    """Names of keys, kept: neither ever changes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._known: dict[str, dict[int, tuple[Any, ...]]] = {}

    def of(self, table: sa.Table, keys: Iterable[int], columns: Sequence[str] = ("name",)) -> dict[int, Any]:
        """The columns of the rows with these keys."""
        known = self._known.get(table.name, {})
        wanted = list(keys)
        missing = [key for key in wanted if key not in known]
        if missing:
            known = {} if len(known) > CACHE_LIMIT else dict(known)
            missing = [key for key in wanted if key not in known]
            with read(self._engine) as connection:
                for some in parts(missing):
                    rows = sa.select(table.c.key, *(table.c[name] for name in columns)).where(table.c.key.in_(some))
                    known.update((key, tuple(rest)) for key, *rest in connection.execute(rows))
            self._known[table.name] = known
        return {key: known[key] for key in wanted}


def count(fetch: Fetch, labels: Labels, *, with_runs: bool) -> Tally:
    """Runs the statements and puts their rows together."""
    tally = Tally()
    *kinds, slot, n = fetch(statements.by_test)
    for (kind, table), keys, section in zip(
        _SECTIONS, kinds, (tally.behaviors, tally.categories, tally.topics), strict=True
    ):
        counts = {key: count for key, count in _counts(keys, slot, n) if key}
        for key, (name,) in labels.of(table, counts).items():
            section.setdefault(name or f"Unknown {kind.capitalize()}", Count()).add(counts[key])
    if with_runs:
        run, month, metric, slot, n = fetch(statements.by_run)
        tally.runs = _runs(labels, run, metric, slot, n)
        tally.total_test_runs = len(tally.runs)
    else:
        month, metric, slot, n = fetch(statements.by_month)
        run, in_run = fetch(statements.runs_seen)
        tally.total_test_runs = sum(key != 0 for key, _ in _counts(run, np.zeros_like(run), in_run))
    _add_months(tally, labels, _counts(month << _HALF | metric, slot, n))
    return tally


def _add_months(tally: Tally, labels: Labels, counts: list[tuple[int, Count]]) -> None:
    names = labels.of(t.metrics, sorted({_low(key) for key, _ in counts} - {0}))
    for key, one in counts:
        month, metric = key >> _HALF, _low(key)
        if metric:
            tally.month_metrics.setdefault(month, {})[names[metric][0]] = one
        else:
            tally.months[month] = one


def _runs(labels: Labels, run: Numbers, metric: Numbers, slot: Numbers, n: Numbers) -> list[RunCount]:
    """One for each run that has results. Rows of one run lie together, those of the results themselves first."""
    seen, sums = _sums(run << _HALF | metric, slot, n)
    of_run = seen >> _HALF
    (known,) = np.nonzero(of_run)
    of_run, sums, keys = of_run[known], sums[known], _low(seen[known]).tolist()
    runs, starts = np.unique(of_run, return_index=True)
    known_runs = labels.of(t.test_runs, runs.tolist(), ("id", "name", "created_ms"))
    names = labels.of(t.metrics, sorted(set(keys) - {0}))
    named = [names[key][0] if key else "" for key in keys]
    failed, passed, pending = sums.T.tolist()
    pairs = list(zip(passed, failed, strict=True))
    found, ends = [], [*starts.tolist(), len(keys)][1:]
    for (run_id, name, ms), at, end in zip(known_runs.values(), starts.tolist(), ends, strict=True):
        first = at + (keys[at] == 0)
        whole = Count(passed[at], failed[at], pending[at]) if first > at else Count()
        found.append(RunCount(run_id, name, ms, whole, dict(zip(named[first:end], pairs[first:end], strict=True))))
    return found


def _low(key: Key) -> Key:
    return key & ((1 << _HALF) - 1)


def _sums(keys: Numbers, slot: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """The keys that have any results, ascending, and how many of each failed, passed and are pending."""
    unique, places = np.unique(keys, return_inverse=True)
    summed = np.bincount(places * 3 + slot, weights=n, minlength=len(unique) * 3).astype(np.int64).reshape(-1, 3)
    seen = summed.any(axis=1)
    return unique[seen], summed[seen]


def _counts(keys: Numbers, slot: Numbers, n: Numbers) -> list[tuple[int, Count]]:
    """The counts of every key that has any."""
    seen, sums = _sums(keys, slot, n)
    rows = zip(seen.tolist(), sums.tolist(), strict=True)
    return [(key, Count(passed, failed, pending)) for key, (failed, passed, pending) in rows]


@lru_cache(maxsize=256)
def _statement(build: statements.Build, tenant: int, shape: ResultFilter) -> statements.Statement:
    runs, tests = statements.wanted_runs(tenant, shape), statements.wanted_tests(tenant, shape)
    return build(statements.Scope(tenant, runs, tests))


def _columns(result: sa.CursorResult[Any]) -> Sequence[Numbers]:
    width = len(result.keys())
    return np.fromiter(chain.from_iterable(result), np.int64).reshape(-1, width).T  # type: ignore[return-value]
