"""What a run adds up to besides its summary: metrics, flags, kind, which detectors ran and what was skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from failsight.engine.feature_kind import join
from failsight.engine.security_flags import join_flags
from failsight.model.taxonomy import FeatureKind


@dataclass(slots=True)
class RunTally:
    """Adds items one by one in memory that does not grow with them."""

    items: int = 0
    skipped: dict[str, Counter[str]] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    metric_sums: dict[str, float] = field(default_factory=dict)
    metric_counts: Counter[str] = field(default_factory=Counter)
    flags: dict[str, str] = field(default_factory=dict)
    flag_items: dict[str, Counter[str]] = field(default_factory=dict)
    checked_items: int = 0
    unsafe_items: int = 0
    unsafe_inputs: int = 0
    kind: FeatureKind | None = None

    def add(
        self,
        kind: FeatureKind,
        ran: Iterable[str],
        skipped: Mapping[str, str],
        metrics: Mapping[str, float],
        flags: Mapping[str, str],
    ) -> None:
        """One item: its kind, receipts of detectors that ran, reasons by what was skipped, scores and flags."""
        self.items += 1
        self.ran.update(ran)
        for name, reason in skipped.items():
            self.skipped.setdefault(name, Counter())[reason] += 1
        for name, value in metrics.items():
            self.metric_sums[name] = self.metric_sums.get(name, 0.0) + value
            self.metric_counts[name] += 1
        join_flags(self.flags, flags)
        self.checked_items += bool(flags)
        self.unsafe_items += "fail" in flags.values()
        for code, decision in flags.items():
            self.flag_items.setdefault(code, Counter())[decision] += 1
        self.kind = join(self.kind, kind)

    def metrics(self) -> dict[str, float]:
        """The mean of each metric over the items that have it."""
        return {name: round(total / self.metric_counts[name], 4) for name, total in sorted(self.metric_sums.items())}

    def skip_lines(self) -> list[str]:
        """``<subcategory>: <reason>``, with ``(k of N items)`` where it was checked on the others."""
        lines = []
        for name, reasons in sorted(self.skipped.items()):
            for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])):
                suffix = "" if count == self.items else f" ({count} of {self.items} items)"
                lines.append(f"{name}: {reason}{suffix}")
        return lines
