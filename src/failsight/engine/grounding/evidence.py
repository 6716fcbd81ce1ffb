"""Evidence of a doubtful claim: the claim as it stands in the output, and the passage that comes closest to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from failsight.engine.detector import Evidence
from failsight.engine.grounding.conflicts import Conflict
from failsight.engine.grounding.grounding import Claim
from failsight.engine.grounding.judged import Span

_LONGEST = 300
_SPANS = 5


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


def span_evidence(spans: Sequence[Span], output: str) -> Iterator[Evidence]:
    """What the local judge marks in the output, the five most probable stretches."""
    for span in spans[:_SPANS]:
        end = min(span.end, span.start + _LONGEST)
        shown = output[span.start : end]
        said = f"the local judge finds no support for this (probability {span.probability:.2f})"
        details = {"probability": round(span.probability, 4)}
        yield Evidence("span", said, "output", shown, span.start, end, span.probability, details)


def denial_evidence(spans: Sequence[Span], output: str, denied_from: float = 0.2) -> Iterator[Evidence]:
    """Where the local judge is likeliest to read the opposite in the context. Single words are hard to tell: the
    probability of a place stays low where that of the whole is high."""
    denied = sorted(
        (span for span in spans if span.conflict >= denied_from), key=lambda one: (-one.conflict, one.start)
    )
    for span in denied[:_SPANS]:
        end = min(span.end, span.start + _LONGEST)
        said = f"the likeliest place that the context denies (probability {span.conflict:.2f})"
        details = {"probability": round(span.conflict, 4)}
        yield Evidence("span", said, "output", output[span.start : end], span.start, end, span.conflict, details)


def conflict_evidence(claim: Claim, conflict: Conflict, spans: Sequence[Span] = ()) -> Iterator[Evidence]:
    """What the output says and what the passage says in its place, and how sure the local judge is of that place."""
    said = conflict.said
    details: dict[str, str | float] = {"claim": claim.text[:_LONGEST]}
    marked = [span.probability for span in spans if span.start < said.end and said.start < span.end]
    if marked:
        details["judge_probability"] = round(max(marked), 4)
    yield Evidence(
        "conflict", f"the output says “{said.text}”, the context “{conflict.given}”", "output", said.text, said.start,
        said.end, conflict.certainty, details,
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
