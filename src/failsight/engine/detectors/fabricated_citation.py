"""Links, references, markers and quotations that the context does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.grounding import ground
from failsight.engine.grounding.citations import Citation, find_citations
from failsight.engine.grounding.cited import CitedSources, cited_sources
from failsight.engine.subject import Subject
from failsight.engine.value import value_class
from failsight.model.tag import Decision

_ID = "fabricated_citation"
_FAIL_FROM = 0.65
_ENOUGH_WORDS = 4
_PLACEHOLDER = re.compile(r"//(?:www\.)?(?:example\.|localhost|127\.0|your-?|\[)", re.IGNORECASE)


@value_class
class _Doubt:
    citation: Citation
    probability: float
    reason: str


class FabricatedCitation(Detector):
    """A quotation, reference, link or marker in the output that has no counterpart in what the application was given.

    Checked are links, DOIs, arXiv and PubMed numbers, markers such as [3] against the passages there are and the one
    they point to, references such as "Smith et al. (2019)", and attributed quotations of five words or more.

    Fails: two passages, output "The valve must be replaced yearly [5]."
    Passes: two passages, the second about the valve, output "The valve must be replaced yearly [2]."
    """

    name = "fabricated_citation"
    subcategories = (_ID,)
    needs = ("output", "context")

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        citations = find_citations(subject.item.output)
        if not citations:
            yield NotApplicable(_ID, "the output cites nothing")
            return
        sources = subject.memo(cited_sources)
        doubts = [doubt for citation in citations if (doubt := _examine(citation, sources, subject)) is not None]
        if not doubts:
            reason = f"All {len(citations)} citations stand in the context." if len(citations) > 1 else ""
            yield Finding(_ID, "pass", 0.04, reason or "The one citation stands in the context.")
            return
        doubts.sort(key=lambda doubt: -doubt.probability)
        worst = doubts[0]
        decision: Decision = "fail" if worst.probability >= _FAIL_FROM else "unsure"
        evidence = tuple(
            Evidence("citation", d.reason, "output", d.citation.text, d.citation.start, d.citation.end, d.probability)
            for d in doubts[:3]
        )
        rationale = f"“{worst.citation.text[:120]}”: {worst.reason}."
        yield Finding(_ID, decision, worst.probability, rationale, evidence, len(doubts) / len(citations))


def _examine(citation: Citation, sources: CitedSources, subject: Subject) -> _Doubt | None:
    if citation.kind == "url":
        return _url(citation, sources)
    if citation.kind == "identifier":
        known = re.sub(r"\s", "", citation.text.lower()) in sources.squeezed
        return None if known else _Doubt(citation, 0.9, "this identifier stands nowhere in the context")
    if citation.kind == "author_year":
        return _reference(citation, sources)
    if citation.kind == "quotation":
        share = sources.quoted_share(citation.text)
        if share >= 0.75:
            return None
        return _Doubt(citation, 0.75 if share < 0.4 else 0.55, f"{share:.0%} of these words stand so in the context")
    return _marker(citation, sources, subject)


def _url(citation: Citation, sources: CitedSources) -> _Doubt | None:
    if _PLACEHOLDER.search(citation.text):
        return None
    address = re.sub(r"^(?:https?://)?(?:www\.)?", "", citation.text.lower()).rstrip("/")
    if address in sources.squeezed:
        return None
    host, _, path = address.partition("/")
    if not path:
        return _Doubt(citation, 0.55, "the context does not name this site")
    known = host in sources.squeezed
    reason = "the context names this site, but not this address" if known else "this link stands nowhere in the context"
    return _Doubt(citation, 0.7 if known else 0.85, reason)


def _reference(citation: Citation, sources: CitedSources) -> _Doubt | None:
    author = re.split(r"[\s,]", citation.text, maxsplit=1)[0].lower()
    if author not in sources.lowered:
        return _Doubt(citation, 0.85, "the context does not name this author")
    if str(citation.numbers[0]) not in sources.lowered:
        return _Doubt(citation, 0.7, "the context names the author, but not this year")
    return None


def _marker(citation: Citation, sources: CitedSources, subject: Subject) -> _Doubt | None:
    """A number that no passage has, or one whose passage says nothing of the claim while another passage does."""
    if sources.own_list or not citation.numbers:
        return None
    passages = len(subject.item.context or ())
    last = sources.count - (1 if sources.from_zero else 0)
    beyond = [number for number in citation.numbers if number > last]
    if beyond:
        several = passages > 1 or sources.numbered
        return _Doubt(
            citation, 0.85 if several else 0.5, f"there is no passage {beyond[0]}, the context has {sources.count}"
        )
    if passages < 2 or sources.numbered:
        return None
    claim = next((c for c in subject.memo(ground).claims if c.start <= citation.start < c.end), None)
    if claim is None or len(claim.content) < _ENOUGH_WORDS:
        return None
    shares = sources.shares(claim.content)
    shift = 0 if sources.from_zero else 1
    pointed = [number - shift for number in citation.numbers]
    best = max(range(passages), key=lambda place: shares[place])
    if max(shares[place] for place in pointed) >= 0.3 or shares[best] < 0.75:
        return None
    maybe_from_zero = any(place + 1 == best for place in pointed)
    return _Doubt(
        citation, 0.5 if maybe_from_zero else 0.7, f"what it marks stands in passage {best + shift}, not here"
    )
