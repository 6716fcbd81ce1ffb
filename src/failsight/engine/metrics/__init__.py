"""The evaluation metrics. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.metric import JudgeOnly, Metric
from failsight.engine.metrics.answer_relevance import AnswerRelevance
from failsight.engine.metrics.contains import Contains
from failsight.engine.metrics.context_precision import ContextPrecision
from failsight.engine.metrics.context_recall import ContextRecall
from failsight.engine.metrics.equals import Equals
from failsight.engine.metrics.exact_match import ExactMatch
from failsight.engine.metrics.factual_accuracy import FactualAccuracy
from failsight.engine.metrics.hallucination import Hallucination
from failsight.engine.metrics.levenshtein import Levenshtein
from failsight.engine.metrics.non_refusal import NonRefusal
from failsight.engine.metrics.regex_match import RegexMatch
from failsight.engine.metrics.rouge_l import RougeL
from failsight.engine.metrics.task_adherence import TaskAdherence
from failsight.engine.metrics.token_f1 import TokenF1
from failsight.registry import Registry

METRICS: Registry[Metric] = Registry(
    "metric",
    (
        Contains(),
        Equals(),
        RegexMatch(),
        Levenshtein(),
        ExactMatch(),
        TokenF1(),
        RougeL(),
        AnswerRelevance(),
        ContextPrecision(),
        ContextRecall(),
        NonRefusal(),
        Hallucination(),
        FactualAccuracy(),
        TaskAdherence(),
    ),
)

# Metrics of the wire contract that nothing local measures honestly: known by name, listed as skipped without a judge.
JUDGE_ONLY: tuple[JudgeOnly, ...] = (
    JudgeOnly("coherence", "Coherence", "Whether the answer is in a logical order and does not contradict itself."),
    JudgeOnly("fluency", "Fluency", "Whether the language of the answer is correct and natural."),
    JudgeOnly("response_completeness", "Response completeness", "Whether every part of the question is answered."),
)
