"""What a run adds up to besides its summary: metrics, flags, kind, which detectors ran and what was skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from failsight.engine.feature_kind import join
from failsight.engine.security_flags import join_flags
from failsight.model.analysis import AnalysisOptions
from failsight.model.run import FARunResult, FASummary
from failsight.model.taxonomy import FeatureKind

MAX_REASONS = 20
MAX_SKIPS = 5000
OTHER_REASONS = "for other reasons"


@dataclass(slots=True)
class RunTally:
    """Adds items one by one in memory that does not grow with them. ``skipped`` counts items by what was not judged
    (a subcategory, or ``metric:<name>``) and the reason."""

    items: int = 0
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
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
        self.skipped.update(skipped.items())
        if len(self.skipped) > MAX_SKIPS:
            self.skipped = _folded(self.skipped)
        for name, value in metrics.items():
            self.metric_sums[name] = self.metric_sums.get(name, 0.0) + value
            self.metric_counts[name] += 1
        join_flags(self.flags, flags)
        self.checked_items += bool(flags)
        self.unsafe_items += "fail" in flags.values()
        for code, decision in flags.items():
            if code not in self.flag_items:
                self.flag_items[code] = Counter()
            self.flag_items[code][decision] += 1
        self.kind = join(self.kind, kind)

    def metrics(self) -> dict[str, float]:
        """The mean of each metric over the items that have it."""
        return {name: round(total / self.metric_counts[name], 4) for name, total in sorted(self.metric_sums.items())}

    def skip_lines(self) -> list[str]:
        """``<subcategory>: <reason>``, with ``(k of N items)`` where it was checked on the others."""
        lines = []
        for (name, reason), count in sorted(self.skipped.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1])):
            lines.append(f"{name}: {reason}" + ("" if count == self.items else f" ({count} of {self.items} items)"))
        return lines

    def result(self, run_id: str, options: AnalysisOptions, summary: FASummary, created_at: str) -> FARunResult:
        """A completed run without its items and tags."""
        return FARunResult(
            run_id=run_id,
            status="completed",
            mode=options.mode,
            input_type=options.input_type,
            feature_kind=options.feature_kind or self.kind or "generic_llm",
            summary=summary,
            eval_metrics=self.metrics() if options.with_eval else None,
            security_flags=self.flags if options.with_security else None,
            detectors_run=sorted(self.ran),
            detectors_skipped=self.skip_lines(),
            created_at=created_at,
        )


def _folded(skipped: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The same counts with only the most frequent reasons of each name kept apart, so that memory stays flat."""
    kept: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    for (name, reason), count in skipped.most_common():
        seen[name] += 1
        kept[name, reason if seen[name] <= MAX_REASONS else OTHER_REASONS] += count
    return kept
