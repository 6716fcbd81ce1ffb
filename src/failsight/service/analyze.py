"""Analyse items: examine each, learn what recurs, then score and report. Memory does not grow with the items unless
the spool keeps them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing

from failsight.engine.assembly import build_input, build_tags, failing_subcategories
from failsight.engine.pipeline import Engine, Examination
from failsight.engine.run_tally import RunTally
from failsight.engine.summary import SummaryTally
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.run import FARunInput, FARunResult, RecordError
from failsight.model.tag import FATag
from failsight.model.taxonomy import Taxonomy
from failsight.service.judge_items import JudgePlan, judge_items
from failsight.service.ports import Clock, Progress, Spool

MAX_RECORD_ERRORS = 100
Visitor = Callable[[FARunInput, list[FATag]], None]


class Analysis:
    """A finished first pass: iterate it for each item's record and tags, then ask for ``result`` without the lists.

    ``items()`` may be called several times and gives the same answer each time.
    """

    def __init__(
        self, engine: Engine, options: AnalysisOptions, run_id: str, spool: Spool, judging: JudgePlan | None = None
    ) -> None:
        self.engine = engine
        self.options = options
        self.run_id = run_id
        self.errors: list[RecordError] = []
        self.records_skipped = 0
        self._spool = spool
        self._judging = judging
        self._tally = RunTally()
        self._failing: Counter[str] = Counter()
        self._created_at = ""
        self._duration_ms = 0

    def __len__(self) -> int:
        return len(self._spool)

    def items(self) -> Iterator[tuple[FARunInput, list[FATag]]]:
        """Each item's record and its tags, scored with the recurrence of the whole run."""
        total = len(self._spool)
        for examination in self._spool:
            tags = build_tags(examination, self.engine.taxonomy, self.run_id, self._failing, total)
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
        result = self._tally.result(self.run_id, self.options, summary.summary(), self._created_at)
        rest = {
            "failure_tags": tags,
            "inputs": inputs,
            "duration_ms": self._duration_ms,
            "record_errors": self.errors,
            "records_skipped": self.records_skipped,
            "engine_version": self.engine.version,
            "taxonomy_version": self.engine.taxonomy.version,
        }
        if self._judging is not None:
            usage = self._judging.usage()
            rest |= {"judge": usage, "tokens_used": usage.tokens_in + usage.tokens_out}
        return result.model_copy(update=rest)

    @property
    def taxonomy(self) -> Taxonomy:
        """What was looked for."""
        return self.engine.taxonomy

    @property
    def skipped(self) -> Mapping[tuple[str, str], int]:
        """Subcategory id (or ``metric:<name>``) and the reason why it was not judged, to on how many items."""
        return self._tally.skipped

    def close(self) -> None:
        self._spool.close()

    def absorb(self, items: Iterable[Item | RecordError], clock: Clock, progress: Progress | None) -> None:
        """The first pass: examine every item; a record error is counted and the run goes on."""
        plan = self.engine.plan(self.options)
        started, self._created_at = clock.monotonic_ms(), clock.now_iso()
        examinations = (plan.examine(item, index) for index, item in enumerate(self._items(items)))
        with closing(judge_items(plan, examinations, self._judging)) as judged:
            for examination in judged:
                self._count(examination)
                self._spool.add(examination)
                if progress is not None:
                    progress(len(self._spool), None)
        self._duration_ms = clock.monotonic_ms() - started

    def _items(self, records: Iterable[Item | RecordError]) -> Iterator[Item]:
        """The items among the records; an error is counted, and the first ones are kept."""
        for record in records:
            if not isinstance(record, RecordError):
                yield record
                continue
            self.records_skipped += 1
            if len(self.errors) < MAX_RECORD_ERRORS:
                self.errors.append(record)

    def _count(self, seen: Examination) -> None:
        self._failing.update(failing_subcategories(seen))
        metrics = {name: score.value for name, score in seen.scores.items()}
        self._tally.add(seen.feature_kind, seen.ran, seen.skipped, metrics, seen.flags)


def analyze(  # noqa: PLR0913  (the ports of this use case, by name)
    engine: Engine,
    items: Iterable[Item | RecordError],
    options: AnalysisOptions,
    *,
    run_id: str,
    spool: Spool,
    clock: Clock,
    progress: Progress | None = None,
    judging: JudgePlan | None = None,
) -> Analysis:
    """Runs the first pass over ``items``, with a judge where one is given, and returns the analysis, ready to be
    read."""
    analysis = Analysis(engine, options, run_id, spool, judging)
    analysis.absorb(items, clock, progress)
    return analysis
