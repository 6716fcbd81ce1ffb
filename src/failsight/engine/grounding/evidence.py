"""Evidence of a doubtful claim: the claim as it stands in the output, and the passage that comes closest to it."""

from __future__ import annotations

from collections.abc import Iterator

from failsight.engine.detector import Evidence
from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.grounding import Claim

_LONGEST = 300


def claim_evidence(claim: Claim, description: str) -> Iterator[Evidence]:
    """The claim itself, then its closest passage sentence where there is one."""
    text = claim.text[:_LONGEST]
    yield Evidence("claim", description, "output", text, claim.start, claim.start + len(text))
    closest = claim.closest
    if closest is not None and claim.covered > 0.2:
        shown = closest.text[:_LONGEST]
        yield Evidence(
            "passage", "the closest the context has", closest.source, shown, closest.start, closest.start + len(shown)
        )


def conflict_evidence(claim: Claim, conflict: Conflict) -> Iterator[Evidence]:
    """What the output says and what the passage says in its place."""
    said = conflict.said
    yield Evidence(
        "conflict", f"the output says “{said.text}”, the context “{conflict.given}”", "output", said.text, said.start,
        said.end, conflict.certainty, {"claim": claim.text[:_LONGEST]},
    )  # fmt: skip
    if claim.closest is not None:
        shown = claim.closest.text[:_LONGEST]
        start = claim.closest.start
        yield Evidence("passage", "the passage it rests on", claim.closest.source, shown, start, start + len(shown))


def lacking(claim: Claim) -> str:
    """What the support lacks of a claim, in plain words."""
    if claim.new_numbers:
        return "the context does not have " + _listed([mark.text for mark in claim.new_numbers])
    if claim.new_names:
        return "the context does not name " + _listed([mark.text for mark in claim.new_names])
    if claim.new_words:
        return "the context has no word of " + _listed([mark.text for mark in claim.new_words])
    return "no passage says this; its words stand apart in the context"


def _listed(texts: list[str], most: int = 5) -> str:
    unique = list(dict.fromkeys(texts))
    return ", ".join(f"“{text}”" for text in unique[:most]) + (" …" if len(unique) > most else "")
