"""Counts that insights are made of."""

from __future__ import annotations

from failsight.model.noun import Noun


class RunCounts(Noun):
    """One completed run. ``day`` is its UTC date, YYYY-MM-DD."""

    run_id: str
    day: str
    items: int
    failed_items: int
    failures: int
    passes: int


class SubcategoryCounts(Noun):
    """Failures of one subcategory on one run."""

    run_id: str
    subcategory_id: str
    bucket_id: str
    failures: int
    severity_sum: float


class FlagCounts(Noun):
    """Items of one run that fail one security category."""

    run_id: str
    code: str
    failed_items: int
    checked_items: int
