"""One item through everything: detectors, metrics, category heads. Pure: the same item gives the same examination."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from failsight.engine.detector import Detector, Finding, NotApplicable
from failsight.engine.encoder import Encoder
from failsight.engine.feature_kind import detect_feature_kind
from failsight.engine.head import CategoryFinding, Head
from failsight.engine.local_judge import LocalJudge
from failsight.engine.metric import JudgeOnly, Metric, Score, Unmeasured
from failsight.engine.scoring import merge
from failsight.engine.security_flags import derive_flags
from failsight.engine.subject import Subject
from failsight.engine.taxonomy import applies, select
from failsight.engine.value import value_class
from failsight.errors import UnknownName
from failsight.model.analysis import AnalysisOptions
from failsight.model.item import Item
from failsight.model.tag import Decision
from failsight.model.taxonomy import FABucket, FASubcategory, FeatureKind, Taxonomy
from failsight.registry import Registry

SECURITY = "security"
NO_JUDGE = "only a judge can tell, and none is configured"
SILENT = "nothing in the item that it could be checked on"


@value_class
class SourcedFinding:
    """A finding and the receipt (``name@version``) of the detector that made it."""

    detector: str
    finding: Finding


@dataclass(slots=True)
class Examination:
    """All that was found on one item, before the run's recurrence is known.

    findings: by subcategory id. skipped: subcategory id (or ``metric:<name>``) to the reason. flags: S-code to
    ``fail`` or ``pass``. hidden: findings that only the flags need, because a filter left their subcategory out.
    for_judge: subcategories a detector left to a judge.
    """

    index: int
    item: Item
    feature_kind: FeatureKind
    findings: dict[str, list[SourcedFinding]] = field(default_factory=dict)
    hidden: dict[str, list[SourcedFinding]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    categories: list[CategoryFinding] = field(default_factory=list)
    flags: dict[str, str] = field(default_factory=dict)
    ran: set[str] = field(default_factory=set)
    for_judge: set[str] = field(default_factory=set)


@value_class
class _Part:
    """A detector, its receipt, and the subcategories asked of it."""

    detector: Detector
    receipt: str
    subs: tuple[str, ...]


@value_class
class _Scope:
    """What one feature kind leaves open: detectors with the subcategories asked of them; the rest with its reason."""

    closed: dict[str, str]
    open: tuple[_Part, ...]


class Engine:
    """The parts of an analysis, chosen by wiring; ``plan`` fixes what one run does with them."""

    def __init__(  # noqa: PLR0913  (the parts, by name)
        self,
        taxonomy: Taxonomy,
        detectors: Iterable[Detector],
        metrics: Iterable[Metric],
        heads: Iterable[Head],
        encoder: Encoder | None = None,
        *,
        local_judge: LocalJudge | None = None,
        judge_only: Iterable[JudgeOnly] = (),
        version: str = "",
    ) -> None:
        self.version = version
        self.taxonomy = taxonomy
        self.detectors = tuple(detectors)
        self.metrics = Registry("metric", tuple(metrics))
        self.heads = tuple(heads)
        self.encoder = encoder
        self.local_judge = local_judge
        self.judged_metrics = tuple(judge_only)
        self.judge_only = tuple(metric.name for metric in self.judged_metrics)

    def plan(self, options: AnalysisOptions) -> Plan:
        """Raises UnknownName for a bucket, subcategory, metric or category that does not exist."""
        wanted = select(self.taxonomy, options.buckets, options.subcategories) if options.run_checks else ()
        codes = [category.code for category in self.taxonomy.security_categories]
        for code in options.mandatory_security_categories:
            if code not in codes:
                raise UnknownName("security category", code, codes)
        for name in options.mandatory_eval_metrics:
            if name not in self.judge_only and name not in self.metrics.names():
                raise UnknownName("metric", name, (*self.metrics.names(), *self.judge_only))
        return Plan(self, options, wanted)


class Plan:
    """What a run examines: fixed before its first item."""

    def __init__(self, engine: Engine, options: AnalysisOptions, wanted: Sequence[str]) -> None:
        self.engine = engine
        self.options = options
        self.wanted = frozenset(wanted)
        self._known = engine.taxonomy.subcategories()
        self._served = {sub for detector in engine.detectors for sub in detector.subcategories}
        self._metrics = tuple(metric for metric in engine.metrics if self._metric_wanted(metric))
        asked = options.mandatory_eval_metrics
        self._judged = tuple(name for name in engine.judge_only if options.run_eval or name in asked)
        self._security = options.with_security
        categories = engine.taxonomy.security_categories
        flag_tags = {tag for category in categories for tag in category.tags}
        codes = () if options.run_security else options.mandatory_security_categories
        asked_tags = {tag for category in categories if not codes or category.code in codes for tag in category.tags}
        self._judgeable = frozenset(asked_tags) if self._security and not options.run_checks else self.wanted
        self._needed = self.wanted | flag_tags if self._security else self.wanted
        self._detectors = tuple(d for d in engine.detectors if self._needed.intersection(d.subcategories))
        self._scopes: dict[FeatureKind, _Scope] = {}

    def examine(self, item: Item, index: int) -> Examination:
        """Everything found on one item; a part that breaks is reported as unsure, it never stops the run."""
        kind = self.options.feature_kind or detect_feature_kind(item)
        result = Examination(index, item, kind)
        scope = self._scope(kind)
        result.skipped.update(scope.closed)
        subject = Subject(item, self.engine.encoder, self.engine.local_judge)
        for part in scope.open:
            lacking = subject.missing(part.detector.needs)
            if lacking is None:
                _detect(part, subject, result)
            else:
                for sub in part.subs:
                    result.skipped.setdefault(sub, lacking)
        for sub in result.findings:
            result.skipped.pop(sub, None)
        if len(self._needed) > len(self.wanted):
            self._hide(result)
        self._measure(subject, result)
        if self._security:
            self._secure(subject, result)
        return result

    def judgeable(self, kind: FeatureKind) -> list[str]:
        """Subcategories of this run that items of this kind can be judged on, in the order of the taxonomy. Without
        checks of its own they are those behind the security categories asked for."""
        closed = self._scope(kind).closed
        return [sub for sub in self._known if sub in self._judgeable and closed.get(sub, NO_JUDGE) == NO_JUDGE]

    @property
    def metrics(self) -> frozenset[str]:
        """Metrics of this run, those that only a judge can measure included."""
        return frozenset(metric.name for metric in self._metrics) | frozenset(self._judged)

    def set_apart(self, item: Item, index: int, reason: str) -> Examination:
        """What is said of an item that cannot be examined: every check open to it is unsure, for that reason."""
        kind = self.options.feature_kind or "generic_llm"
        scope = self._scope(kind)
        result = Examination(index, item, kind, skipped=dict(scope.closed))
        for part in scope.open:
            for sub in part.subs:
                unsure = SourcedFinding(part.receipt, Finding(sub, "unsure", 0.5, reason))
                result.findings.setdefault(sub, []).append(unsure)
        if len(self._needed) > len(self.wanted):
            self._hide(result)
        names = [*(metric.name for metric in self._metrics), *self._judged]
        result.skipped.update((f"metric:{name}", reason) for name in names)
        return result

    def _metric_wanted(self, metric: Metric) -> bool:
        return self.options.run_eval or metric.name in self.options.mandatory_eval_metrics

    def _named(self, bucket: str, subcategory: str) -> bool:
        return bucket in self.options.buckets or subcategory in self.options.subcategories

    def _hide(self, result: Examination) -> None:
        """Sets apart what only the flags asked for."""
        hidden = [sub for sub in result.findings if sub not in self.wanted]
        result.hidden = {sub: result.findings.pop(sub) for sub in hidden}
        result.skipped = {sub: why for sub, why in result.skipped.items() if sub in self.wanted}

    def _scope(self, kind: FeatureKind) -> _Scope:
        """What is checked on items of this kind, and which subcategories no such item can be judged on, and why."""
        if kind not in self._scopes:
            closed = {}
            for name, (bucket, sub) in self._known.items():
                reason = self._closed(kind, bucket, sub) if name in self._needed else None
                if reason is not None:
                    closed[name] = reason
            parts = []
            for detector in self._detectors:
                subs = tuple(sub for sub in detector.subcategories if sub in self._needed and sub not in closed)
                if subs:
                    parts.append(_Part(detector, detector.receipt, subs))
            self._scopes[kind] = _Scope(closed, tuple(parts))
        return self._scopes[kind]

    def _closed(self, kind: FeatureKind, bucket: FABucket, sub: FASubcategory) -> str | None:
        if not applies(sub, kind):
            return f"does not apply to feature kind {kind}"
        named = self._named(bucket.bucket_id, sub.subcategory_id)
        if bucket.bucket_id == SECURITY and not self._security and not named:
            return "security checks are switched off for this run"
        if self.options.mode == "minimal" and not sub.minimal_mode_compatible:
            return "needs a trace (mode full)"
        return None if sub.subcategory_id in self._served else NO_JUDGE

    def _measure(self, subject: Subject, result: Examination) -> None:
        for metric in self._metrics:
            lacking = subject.missing(metric.needs)
            score: Score | Unmeasured | None = None
            try:
                score = None if lacking else metric.score(subject)
            except Exception as broken:  # noqa: BLE001  (reported as not measured, with the reason)
                score, lacking = None, f"broke on this item: {type(broken).__name__}: {broken}"
            if isinstance(score, Score):
                result.scores[metric.name] = score
            else:
                reason = score.reason if isinstance(score, Unmeasured) else lacking
                result.skipped[f"metric:{metric.name}"] = reason or "nothing in the item that it could measure"
        result.skipped.update((f"metric:{name}", NO_JUDGE) for name in self._judged)

    def _secure(self, subject: Subject, result: Examination) -> None:
        for head in self.engine.heads:
            if subject.missing(head.needs) is not None:
                continue
            try:
                result.categories.extend(head.check(subject))
            except Exception as broken:  # noqa: BLE001  (reported, and its categories stay absent)
                result.skipped[f"head:{head.name}"] = f"broke on this item: {type(broken).__name__}: {broken}"
        self.flag(result)

    def flag(self, result: Examination) -> None:
        """Sets the security flags anew from what was found."""
        if not self._security:
            return
        everything = {**result.findings, **result.hidden}
        decisions = {sub: (decision_of(found),) for sub, found in everything.items()}
        flags = derive_flags(self.engine.taxonomy, decisions, result.categories)
        asked = () if self.options.run_security else self.options.mandatory_security_categories
        result.flags = {code: flag for code, flag in flags.items() if code in asked} if asked else flags


def decision_of(found: Sequence[SourcedFinding]) -> Decision:
    """The one decision that all findings on a subcategory come to."""
    return found[0].finding.decision if len(found) == 1 else merge([one.finding for one in found])[0]


def _detect(part: _Part, subject: Subject, result: Examination) -> None:
    """Adds what one detector answers; where it breaks it is unsure."""
    subs, receipt = part.subs, part.receipt
    try:
        answers = list(part.detector.detect(subject))
    except Exception as broken:  # noqa: BLE001  (silence is never health: a broken part becomes an unsure finding)
        reason = f"{receipt} broke on this item: {type(broken).__name__}: {broken}"
        answers = [Finding(sub, "unsure", 0.5, reason) for sub in subs]
    for answer in answers:
        sub = answer.subcategory_id
        if sub not in subs:
            continue
        if isinstance(answer, NotApplicable):
            result.skipped.setdefault(sub, answer.reason)
            if answer.for_judge:
                result.for_judge.add(sub)
            continue
        result.ran.add(receipt)
        sourced = SourcedFinding(receipt, answer)
        if sub in result.findings:
            result.findings[sub].append(sourced)
        else:
            result.findings[sub] = [sourced]
    for sub in subs:
        if sub not in result.findings and sub not in result.skipped:
            result.skipped[sub] = SILENT
