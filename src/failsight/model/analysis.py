"""What an analysis is asked to do; the names are those of the wire body."""

from __future__ import annotations

from pydantic import Field

from failsight.model.noun import Noun
from failsight.model.run import InputType, Mode
from failsight.model.taxonomy import FeatureKind


class AnalysisOptions(Noun):
    """Empty lists mean "no restriction"; ``feature_kind`` None means "detect it". ``run_checks`` false leaves out the
    failure checks themselves, for runs that only evaluate or audit. ``security_thresholds``: the
    probability from which on a category fails, by S-code, instead of where its sources decide so."""

    feature_kind: FeatureKind | None = None
    mode: Mode = "minimal"
    input_type: InputType = "json"
    buckets: tuple[str, ...] = ()
    subcategories: tuple[str, ...] = ()
    run_checks: bool = True
    run_eval: bool = True
    run_security: bool = True
    mandatory_eval_metrics: tuple[str, ...] = ()
    mandatory_security_categories: tuple[str, ...] = Field(default_factory=tuple)
    security_thresholds: dict[str, float] = Field(default_factory=dict)

    @property
    def with_eval(self) -> bool:
        """Whether the run measures metrics."""
        return self.run_eval or bool(self.mandatory_eval_metrics)

    @property
    def with_security(self) -> bool:
        """Whether the run sets security flags."""
        return self.run_security or bool(self.mandatory_security_categories)

    @property
    def asked_thresholds(self) -> dict[str, float]:
        """The thresholds of the categories that the run checks."""
        asked = None if self.run_security else self.mandatory_security_categories
        return {code: value for code, value in self.security_thresholds.items() if asked is None or code in asked}
