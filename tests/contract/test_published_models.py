"""Every field of the published client's evaluation, security and trace models has a field of its name here."""

from __future__ import annotations

import dataclasses
import warnings

import pytest

from failsight.model import account, evaluation, job, security, trace
from failsight.model.noun import Noun

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from valiqor.eval import models as eval_models
    from valiqor.security import models as security_models
    from valiqor.trace import models as trace_models

NEVER_ON_THE_WIRE = {("JobStatus", "result"), ("TraceMessage", "extra"), ("TraceEvalStep", "extra")}
PAIRS: list[tuple[type, type[Noun]]] = [
    (eval_models.EvaluationResult, evaluation.EvaluationResult),
    (eval_models.RunMetric, evaluation.RunMetric),
    (eval_models.EvalItemDetail, evaluation.EvalItemDetail),
    (eval_models.EvalItemsPage, evaluation.EvalItemsPage),
    (eval_models.EvalTrendPoint, evaluation.EvalTrendPoint),
    (eval_models.EvalRunComparison, evaluation.EvalRunComparison),
    (eval_models.MetricInfo, evaluation.MetricInfo),
    (eval_models.ProjectInfo, account.ProjectInfo),
    (eval_models.JobStatus, job.FAJobStatus),
    (eval_models.CancelResponse, job.CancelResponse),
    (security_models.SecurityAuditResult, security.SecurityAuditResult),
    (security_models.AuditBatch, security.AuditBatch),
    (security_models.AuditBatchItem, security.AuditBatchItem),
    (security_models.AuditBatchItemsPage, security.AuditBatchItemsPage),
    (security_models.SecurityJobStatus, job.FAJobStatus),
    (security_models.VulnerabilityInfo, security.VulnerabilityInfo),
    (security_models.AttackVectorInfo, security.AttackVectorInfo),
    (security_models.ProjectVulnerability, security.ProjectVulnerability),
    (security_models.ProjectAttackVector, security.ProjectAttackVector),
    (security_models.UsageInfo, account.UsageInfo),
    (trace_models.TraceListResponse, trace.TraceListResponse),
    (trace_models.TraceRecord, trace.TraceRecord),
    (trace_models.TraceOverview, trace.TraceOverview),
    (trace_models.TraceSummary, trace.TraceSummary),
    (trace_models.TraceMessage, trace.TraceMessage),
    (trace_models.TraceSpan, trace.TraceSpan),
    (trace_models.TraceFullResult, trace.TraceFullResult),
    (trace_models.TraceEvalStep, trace.TraceEvalStep),
]


@pytest.mark.parametrize(("published", "own"), PAIRS, ids=lambda model: model.__module__.split(".")[0] + model.__name__)
def test_no_field_is_missing(published: type, own: type[Noun]) -> None:
    names = {field.name for field in dataclasses.fields(published)}
    wanted = {name for name in names if (published.__name__, name) not in NEVER_ON_THE_WIRE}
    assert wanted <= set(own.model_fields)


@pytest.mark.parametrize(("published", "own"), PAIRS, ids=lambda model: model.__module__.split(".")[0] + model.__name__)
def test_an_answer_is_read_without_loss(published: type, own: type[Noun]) -> None:
    """The client's parser reads each field of an answer under its own name."""
    empty = own.model_validate({}) if not any(f.is_required() for f in own.model_fields.values()) else None
    assert empty is not None
    read = published.from_dict(empty.model_dump(mode="json"))  # type: ignore[attr-defined]  # every model has it
    for field in dataclasses.fields(published):
        if (published.__name__, field.name) not in NEVER_ON_THE_WIRE:
            assert getattr(read, field.name) == empty.model_dump(mode="json")[field.name], field.name
