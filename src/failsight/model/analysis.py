"""What an analysis is asked to do; the names are those of the wire body."""

from __future__ import annotations

from pydantic import Field

from failsight.model.noun import Noun
from failsight.model.run import InputType, Mode
from failsight.model.taxonomy import FeatureKind


class AnalysisOptions(Noun):
    """Empty lists mean "no restriction"; ``feature_kind`` None means "detect it"."""

    feature_kind: FeatureKind | None = None
    mode: Mode = "minimal"
    input_type: InputType = "json"
    buckets: tuple[str, ...] = ()
    subcategories: tuple[str, ...] = ()
    run_eval: bool = True
    run_security: bool = True
    mandatory_eval_metrics: tuple[str, ...] = ()
    mandatory_security_categories: tuple[str, ...] = Field(default_factory=tuple)
