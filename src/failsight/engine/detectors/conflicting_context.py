"""Retrieved passages that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.relevance.disagreement import Disagreement, Place, compare_passages
from failsight.engine.subject import Subject

CERTAINTY = {"number": 0.75, "negation": 0.8, "opposite": 0.75}
SHOWN = 4
NOTHING = "no two passages say the same thing in comparable words; other contradictions need a judge"


class ConflictingContext(Detector):
    """Two passages say the same thing with another number, with and without "not", or with opposite words.

    Only sentences are compared that agree in every other content word, so that another product, person or year is no
    contradiction; contradictions in free paraphrase are not found, and then nothing is claimed.

    Fails: "The warranty of the X200 lasts 24 months." and "The warranty of the X200 lasts 12 months."
    Passes: "The warranty of the X200 lasts 24 months." and "The X200 warranty lasts 24 months."
    """

    name = "conflicting_context"
    subcategories = ("conflicting_context",)
    needs = ("context",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        passages = subject.item.context or ()
        if len(passages) < 2:
            yield NotApplicable(self.name, "there is only one passage")
            return
        compared = subject.memo(compare_passages)
        signals = {"agreeing": float(compared.agreeing), "disagreeing": float(len(compared.disagreements))}
        if compared.disagreements:
            yield _failed(compared.disagreements, len(passages), signals)
        elif compared.agreeing:
            pairs = "pair of sentences" if compared.agreeing == 1 else "pairs of sentences"
            reason = f"{compared.agreeing} {pairs} from different passages state the same, none the contrary."
            yield Finding(self.name, "pass", 0.1, reason, signals=signals)
        else:
            yield NotApplicable(self.name, NOTHING, for_judge=True)


def _failed(found: tuple[Disagreement, ...], passages: int, signals: dict[str, float]) -> Finding:
    probability = min(0.95, max(CERTAINTY[each.kind] for each in found) + 0.05 * (len(found) - 1))
    involved = {place.passage for each in found for place in (each.first, each.second)}
    first = found[0]
    places = f"{first.first.passage + 1} and {first.second.passage + 1}"
    reason = f"Passages {places} contradict each other: {_difference(first)}."
    if len(found) > 1:
        reason += f" There are {len(found) - 1} more contradictions."
    evidence = tuple(piece for each in found[:SHOWN] for piece in _evidence(each))
    return Finding(
        "conflicting_context", "fail", probability, reason, evidence, extent=len(involved) / passages, signals=signals
    )


def _difference(found: Disagreement) -> str:
    if found.kind == "negation":
        return "one affirms what the other denies"
    return f"'{found.said}' in one, '{found.other}' in the other"


def _evidence(found: Disagreement) -> Iterator[Evidence]:
    yield _sentence(found.first, found.second, _difference(found))
    yield _sentence(found.second, found.first, _difference(found))


def _sentence(place: Place, other: Place, difference: str) -> Evidence:
    description = f"contradicts passage {other.passage + 1}: {difference}"
    source = f"context[{place.passage}]"
    return Evidence("passage", description, source, place.text, place.start, place.end)
