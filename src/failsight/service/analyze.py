"""Analyse items: examine each, learn what recurs, then score and report. Memory does not grow with the items unless
the spool keeps them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from failsight.engine.assembly import build_input, build_tags, failing_subcategories
from failsight.engine.feature_kind import join
from failsight.engine.pipeline import Engine, Examination
from failsight.engine.security_flags import join_flags
from failsight.engine.summary import SummaryTally
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import FARunInput, FARunResult, RecordError
from failsight.model.tag import FATag
from failsight.model.taxonomy import FeatureKind
from failsight.service.ports import Clock, Progress, Spool

MAX_RECORD_ERRORS = 100
MAX_REASONS = 20
MAX_SKIPS = 5000
OTHER_REASONS = "for other reasons"

Visitor = Callable[[FARunInput, list[FATag]], None]


@dataclass(slots=True)
class _Tally:
    """What the first pass learns about a run."""

    failing: Counter[str] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    ran: set[str] = field(default_factory=set)
    metric_sums: dict[str, float] = field(default_factory=dict)
    metric_counts: Counter[str] = field(default_factory=Counter)
    flags: dict[str, str] = field(default_factory=dict)
    kind: FeatureKind | None = None

    def add(self, examination: Examination) -> None:
        self.failing.update(failing_subcategories(examination))
        self.skipped.update(examination.skipped.items())
        if len(self.skipped) > MAX_SKIPS:
            self.skipped = _folded(self.skipped)
        self.ran |= examination.ran
        for name, score in examination.scores.items():
            self.metric_sums[name] = self.metric_sums.get(name, 0.0) + score.value
            self.metric_counts[name] += 1
        join_flags(self.flags, examination.flags)
        self.kind = join(self.kind, examination.feature_kind)


class Analysis:
    """A finished first pass: iterate it for each item's record and tags, then ask for ``result`` without the lists.

    ``items()`` may be called several times and gives the same answer each time.
    """

    def __init__(self, engine: Engine, options: AnalysisOptions, run_id: str, spool: Spool) -> None:
        self.engine = engine
        self.options = options
        self.run_id = run_id
        self.errors: list[RecordError] = []
        self.records_skipped = 0
        self._spool = spool
        self._tally = _Tally()
        self._created_at = ""
        self._duration_ms = 0

    def __len__(self) -> int:
        return len(self._spool)

    def items(self) -> Iterator[tuple[FARunInput, list[FATag]]]:
        """Each item's record and its tags, scored with the recurrence of the whole run."""
        total = len(self._spool)
        for examination in self._spool:
            tags = build_tags(examination, self.engine.taxonomy, self.run_id, self._tally.failing, total)
            yield build_input(examination, tags), tags

    def result(self, *, with_items: bool = True, visit: Visitor | None = None) -> FARunResult:
        """The run; without items its ``failure_tags`` and ``inputs`` stay empty and memory stays flat. ``visit`` is
        called with each item's record and tags on the way."""
        summary, inputs, tags = SummaryTally(), [], []
        for record, own in self.items():
            summary.add_item(own)
            if visit is not None:
                visit(record, own)
            if with_items:
                inputs.append(record)
                tags.extend(own)
        tally, options = self._tally, self.options
        return FARunResult(
            run_id=self.run_id,
            status="completed",
            mode=options.mode,
            input_type=options.input_type,
            feature_kind=options.feature_kind or tally.kind or "generic_llm",
            summary=summary.summary(),
            failure_tags=tags,
            eval_metrics=self._eval_metrics(),
            security_flags=tally.flags if options.run_security or options.mandatory_security_categories else None,
            detectors_run=sorted(tally.ran),
            detectors_skipped=_skip_lines(tally.skipped, len(self)),
            duration_ms=self._duration_ms,
            created_at=self._created_at,
            inputs=inputs,
            record_errors=self.errors,
            records_skipped=self.records_skipped,
            engine_version=self.engine.version,
            taxonomy_version=self.engine.taxonomy.version,
        )

    @property
    def skipped(self) -> Mapping[tuple[str, str], int]:
        """Subcategory id (or ``metric:<name>``) and the reason why it was not judged, to on how many items."""
        return self._tally.skipped

    def close(self) -> None:
        self._spool.close()

    def _eval_metrics(self) -> dict[str, float] | None:
        if not self.options.run_eval and not self.options.mandatory_eval_metrics:
            return None
        tally = self._tally
        return {name: round(total / tally.metric_counts[name], 4) for name, total in sorted(tally.metric_sums.items())}

    def absorb(self, items: Iterable[Item | RecordError], clock: Clock, progress: Progress | None) -> None:
        """The first pass: examine every item; a record error is counted and the run goes on."""
        plan = self.engine.plan(self.options)
        started, self._created_at = clock.monotonic_ms(), clock.now_iso()
        index = 0
        for item in items:
            if isinstance(item, RecordError):
                self.records_skipped += 1
                if len(self.errors) < MAX_RECORD_ERRORS:
                    self.errors.append(item)
                continue
            examination = plan.examine(item, index)
            self._tally.add(examination)
            self._spool.add(examination)
            index += 1
            if progress is not None:
                progress(index, None)
        self._duration_ms = clock.monotonic_ms() - started


def analyze(  # noqa: PLR0913  (the ports of this use case, by name)
    engine: Engine,
    items: Iterable[Item | RecordError],
    options: AnalysisOptions,
    *,
    run_id: str,
    spool: Spool,
    clock: Clock,
    progress: Progress | None = None,
) -> Analysis:
    """Runs the first pass over ``items`` and returns the analysis, ready to be read."""
    analysis = Analysis(engine, options, run_id, spool)
    analysis.absorb(items, clock, progress)
    return analysis


def _skip_lines(skipped: Counter[tuple[str, str]], items: int) -> list[str]:
    """``<subcategory>: <reason>``, with ``(k of N items)`` where it was checked on the others."""
    lines = []
    for (name, reason), count in sorted(skipped.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1])):
        lines.append(f"{name}: {reason}" + ("" if count == items else f" ({count} of {items} items)"))
    return lines


def _folded(skipped: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """The same counts with only the most frequent reasons of each name kept apart, so that memory stays flat."""
    kept: Counter[tuple[str, str]] = Counter()
    seen: Counter[str] = Counter()
    for (name, reason), count in skipped.most_common():
        seen[name] += 1
        kept[name, reason if seen[name] <= MAX_REASONS else OTHER_REASONS] += count
    return kept
