"""Which rubrics an item is asked."""

from __future__ import annotations

from collections.abc import Sequence

from failsight.engine.pipeline import NO_JUDGE, Examination, Plan, decision_of
from failsight.engine.rubric import Rubric
from failsight.engine.subject import Subject
from failsight.engine.taxonomy import applies_to
from failsight.model.judge import JudgeMode


def select_rubrics(plan: Plan, seen: Examination, rubrics: Sequence[Rubric], mode: JudgeMode) -> list[Rubric]:
    """``never``: none. ``uncertain``: subcategories that local checks are unsure of or leave to a judge, those that no
    detector serves, and metrics that only a judge can measure where the run names them. ``always``: every subcategory
    and metric of the run that has a rubric and what the rubric needs."""
    if mode == "never":
        return []
    open_subs = set(plan.judgeable(seen.feature_kind))
    subject = Subject(seen.item)
    return [
        rubric
        for rubric in rubrics
        if _wanted(plan, seen, rubric, mode, open_subs)
        and subject.missing(rubric.needs) is None
        and not any(subject.missing((name,)) is None for name in rubric.unless)
    ]


def _wanted(plan: Plan, seen: Examination, rubric: Rubric, mode: JudgeMode, open_subs: set[str]) -> bool:
    if not applies_to(rubric.applies_to, seen.feature_kind):
        return False
    if rubric.metric is not None:
        if mode == "always":
            return rubric.metric in plan.metrics
        return rubric.metric in plan.options.mandatory_eval_metrics and rubric.metric not in seen.scores
    name = rubric.serves
    if name not in open_subs:
        return False
    found = seen.findings.get(name) or seen.hidden.get(name)
    if mode == "always":
        return True
    if found:
        return decision_of(found) == "unsure"
    return name in seen.for_judge or seen.skipped.get(name) == NO_JUDGE
