"""A digest: what a person wants to see of a run at a glance, in bounded size whatever the number of items."""

from __future__ import annotations

from pydantic import Field

from failsight.model.noun import Noun
from failsight.model.run import FARunInput, FARunResult
from failsight.model.tag import FATag


class CheckCount(Noun):
    """How many items have one decision on one subcategory; ``worst_severity`` is that of its worst failure."""

    bucket_id: str
    bucket_name: str
    subcategory_id: str
    subcategory_name: str
    items: int
    worst_severity: float = 0.0


class WorstItem(Noun):
    """One of the worst items with its failures, worst first."""

    item: FARunInput
    failures: list[FATag]


class FlagCount(Noun):
    """On how many items a security category failed, and on how many it passed."""

    code: str
    name: str
    severity: str
    failed: int
    passed: int


class SkippedChecks(Noun):
    """Subcategories that were judged on no item of the run, by their most frequent reason."""

    reason: str
    subcategory_ids: list[str]


class RunDigest(Noun):
    """``result`` carries no items and no tags. failures: most items first. unsure: likewise. worst: worst first."""

    result: FARunResult
    failures: list[CheckCount] = Field(default_factory=list)
    unsure: list[CheckCount] = Field(default_factory=list)
    worst: list[WorstItem] = Field(default_factory=list)
    flags: list[FlagCount] = Field(default_factory=list)
    skipped: list[SkippedChecks] = Field(default_factory=list)
