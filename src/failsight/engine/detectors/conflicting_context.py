"""Retrieved passages that contradict each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.relevance.common_ground import APART, UNLIKE, common_ground, passage_closeness
from failsight.engine.relevance.disagreement import Disagreement, Place, compare_passages
from failsight.engine.subject import Subject

CERTAINTY = {"number": 0.75, "negation": 0.8, "opposite": 0.75}
SHOWN = 4
NOTHING = "no two passages say the same thing in comparable words; other contradictions need a judge"


class ConflictingContext(Detector):
    """Two passages say the same thing with another number, with and without "not", or with opposite words.

    Only sentences are compared that agree in every other content word, so that another product, person or year is no
    contradiction, nor are passages that name other years; contradictions in free paraphrase are not found, and then
    nothing is claimed. Where no sentence of a passage shares a fifth of its content words with one of another, and the
    sentence encoder finds none of them alike, they speak of different things and it passes.

    Fails: "The warranty of the X200 lasts 24 months." and "The warranty of the X200 lasts 12 months."
    Passes: "The warranty of the X200 lasts 24 months." and "The X200 warranty lasts 24 months."
    """

    name = "conflicting_context"
    version = 3
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
            yield _apart(subject, signals)


def _apart(subject: Subject, signals: dict[str, float]) -> Finding | NotApplicable:
    """A pass where the passages have no matter in common, by words and by meaning; else a judge is needed."""
    open_still = NotApplicable("conflicting_context", NOTHING, for_judge=True)
    shared = None if subject.encoder is None else subject.memo(common_ground)
    if shared is None or shared >= APART:
        return open_still
    closest = subject.memo(passage_closeness)
    if closest is None or closest >= UNLIKE:
        return open_still
    reason = (
        f"No two passages state anything about the same thing ({shared:.0%} shared words, similarity {closest:.2f})."
    )
    signals = {**signals, "common_ground": shared, "closeness": round(closest, 4)}
    return Finding("conflicting_context", "pass", 0.1, reason, family="model", signals=signals)


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
