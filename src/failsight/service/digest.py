"""Makes the digest of a run in one pass over its items, in memory that does not grow with them."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from failsight.model.digest import CheckCount, FlagCount, RunDigest, SkippedChecks, WorstItem
from failsight.model.run import FARunInput, FARunResult
from failsight.model.tag import FATag
from failsight.model.taxonomy import Taxonomy


class Judged(Protocol):
    """What a digest needs to know of a run besides its items."""

    @property
    def taxonomy(self) -> Taxonomy: ...

    @property
    def skipped(self) -> Mapping[tuple[str, str], int]:
        """Subcategory id and the reason why it was not judged, to on how many items."""


class DigestTally:
    """Give every item to ``add``, then ask for ``digest``. ``top`` worst items are kept."""

    def __init__(self, run: Judged, top: int) -> None:
        self._run = run
        self._top = top
        self._decided: dict[str, Counter[str]] = {"fail": Counter(), "unsure": Counter(), "pass": Counter()}
        self._worst_severity: dict[str, float] = {}
        self._flags: dict[str, Counter[str]] = {"fail": Counter(), "pass": Counter()}
        self._heap: list[tuple[tuple[float, float, int, int], FARunInput, list[FATag]]] = []

    def add(self, record: FARunInput, tags: list[FATag]) -> None:
        failures = []
        for tag in tags:
            self._decided[tag.decision][tag.subcategory_id] += 1
            if tag.decision == "fail":
                failures.append(tag)
                known = self._worst_severity.get(tag.subcategory_id, 0.0)
                self._worst_severity[tag.subcategory_id] = max(known, tag.severity)
        for code, decision in record.security_flags.items():
            self._flags[decision][code] += 1
        if failures and self._top > 0:
            self._keep(record, failures)

    def digest(self, result: FARunResult) -> RunDigest:
        """The digest; ``result`` is the same run's, without items."""
        worst = sorted(self._heap, key=lambda kept: kept[0], reverse=True)
        return RunDigest.model_construct(
            result=result,
            failures=self._counts("fail"),
            unsure=self._counts("unsure"),
            worst=[WorstItem.model_construct(item=item, failures=failures) for _, item, failures in worst],
            flags=self._flag_counts(),
            skipped=self._skipped(),
        )

    def _keep(self, record: FARunInput, failures: list[FATag]) -> None:
        failures.sort(key=lambda tag: (tag.severity, tag.confidence), reverse=True)
        rank = (failures[0].severity, failures[0].confidence, len(failures), -record.item_index)
        if len(self._heap) < self._top:
            heapq.heappush(self._heap, (rank, record, failures))
        elif rank > self._heap[0][0]:
            heapq.heapreplace(self._heap, (rank, record, failures))

    def _counts(self, decision: str) -> list[CheckCount]:
        known = self._run.taxonomy.subcategories()
        counts = [
            CheckCount(
                bucket_id=bucket.bucket_id,
                bucket_name=bucket.bucket_name,
                subcategory_id=name,
                subcategory_name=sub.subcategory_name,
                items=self._decided[decision][name],
                worst_severity=self._worst_severity.get(name, 0.0) if decision == "fail" else 0.0,
            )
            for name, (bucket, sub) in known.items()
            if self._decided[decision][name]
        ]
        return sorted(counts, key=lambda count: (-count.items, -count.worst_severity))

    def _flag_counts(self) -> list[FlagCount]:
        return [
            FlagCount(
                code=category.code,
                name=category.name,
                severity=category.severity,
                failed=self._flags["fail"][category.code],
                passed=self._flags["pass"][category.code],
            )
            for category in self._run.taxonomy.security_categories
            if self._flags["fail"][category.code] or self._flags["pass"][category.code]
        ]

    def _skipped(self) -> list[SkippedChecks]:
        judged = {name for counts in self._decided.values() for name in counts}
        reasons: dict[str, Counter[str]] = {}
        for (name, reason), count in self._run.skipped.items():
            if name in self._run.taxonomy.subcategories() and name not in judged:
                reasons.setdefault(name, Counter())[reason] += count
        grouped: dict[str, list[str]] = {}
        for name, counts in reasons.items():
            grouped.setdefault(counts.most_common(1)[0][0], []).append(name)
        groups = [SkippedChecks(reason=reason, subcategory_ids=sorted(names)) for reason, names in grouped.items()]
        return sorted(groups, key=lambda group: (-len(group.subcategory_ids), group.reason))
