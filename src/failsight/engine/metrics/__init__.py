"""The evaluation metrics. A new one is one file and one line here."""

from __future__ import annotations

from failsight.engine.metric import Metric
from failsight.registry import Registry

METRICS: Registry[Metric] = Registry("metric", ())
