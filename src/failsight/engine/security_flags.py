"""The S1-S23 flags of an item, derived from its failure tags and the category heads by the taxonomy's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from failsight.engine.head import CategoryFinding
from failsight.model.tag import Decision
from failsight.model.taxonomy import Taxonomy

_ORDER = {"pass": 0, "unsure": 1, "fail": 2}


def derive_flags(
    taxonomy: Taxonomy, decisions: Mapping[str, Sequence[Decision]], categories: Iterable[CategoryFinding]
) -> dict[str, str]:
    """S-code to ``fail`` or ``pass``; a category that nothing looked at, or that is unsure, is absent, never ``pass``.

    Each source of a category (a tag of the table's ``tags``, a finding of a head) votes; the worst vote counts.
    """
    votes: dict[str, list[Decision]] = {}
    for category in taxonomy.security_categories:
        for sub in category.tags:
            votes.setdefault(category.code, []).extend(decisions.get(sub, ()))
    for finding in categories:
        votes.setdefault(finding.code, []).append(finding.decision)
    known = [category.code for category in taxonomy.security_categories]
    worst = {code: max(votes[code], key=_ORDER.__getitem__) for code in known if votes.get(code)}
    return {code: decision for code, decision in worst.items() if decision != "unsure"}


def join_flags(run: dict[str, str], item: Mapping[str, str]) -> None:
    """Adds an item's flags to the run's: ``fail`` when any item fails, ``pass`` when at least one was checked."""
    for code, decision in item.items():
        if run.get(code) != "fail":
            run[code] = decision
