"""The S1-S23 flags of an item, derived from its failure tags and the category heads by the taxonomy's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from failsight.engine.head import CategoryFinding
from failsight.model.tag import Decision
from failsight.model.taxonomy import Taxonomy


def derive_flags(
    taxonomy: Taxonomy, decisions: Mapping[str, Sequence[Decision]], categories: Iterable[CategoryFinding]
) -> dict[str, str]:
    """S-code to ``fail`` or ``pass``; a category that nothing looked at, or that is unsure, is absent, never ``pass``.

    Each source of a category (a tag of the table's ``tags``, a finding of a head) votes; the worst vote counts.
    """
    votes: dict[str, list[Decision]] = {}
    for finding in categories:
        votes.setdefault(finding.code, []).append(finding.decision)
    flags: dict[str, str] = {}
    for category in taxonomy.security_categories:
        cast = votes.get(category.code, [])
        for sub in category.tags:
            if sub in decisions:
                cast += decisions[sub]
        if "fail" in cast:
            flags[category.code] = "fail"
        elif cast and "unsure" not in cast:
            flags[category.code] = "pass"
    return flags


def join_flags(run: dict[str, str], item: Mapping[str, str]) -> None:
    """Adds an item's flags to the run's: ``fail`` when any item fails, ``pass`` when at least one was checked."""
    for code, decision in item.items():
        if run.get(code) != "fail":
            run[code] = decision
