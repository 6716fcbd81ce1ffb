"""``ground(subject)``: how far an output rests on its context. Read it through ``subject.memo(ground)``.

Detectors and metrics share it: ``Grounding.probability`` is the calibrated probability that the output states
something the support lacks or denies, ``Grounding.score`` is its complement (1.0: everything is supported), and
``claims`` lists each claim with its closest sentence, what is new in it and where it disagrees. It needs a context:
without one, and where the output asserts nothing, ``probability`` and ``score`` are None.
"""

from __future__ import annotations

from dataclasses import field, replace

from failsight.engine.grounding.capitals import capitals_tell_names
from failsight.engine.grounding.claims import split_claims
from failsight.engine.grounding.conflicts import Conflict, find_conflicts
from failsight.engine.grounding.derived import without_derived
from failsight.engine.grounding.features import FEATURES, item_features
from failsight.engine.grounding.reading import Reading, Unmatched, read_claim
from failsight.engine.grounding.short_answer import AnswerKind, ShortAnswer, read_short_answer
from failsight.engine.grounding.support import Support, SupportSentence, index_support
from failsight.engine.grounding.weights import INTERCEPT, WEIGHTS
from failsight.engine.language.english import looks_english, output_is_english
from failsight.engine.logistic import logistic
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

FEW = 2  # claims of an output that may be a short answer


@value_class
class Claim:
    """One claim of the output, ``text == output[start:end]``.

    doubt: 0 to 1, how little of it the support has; it orders the claims, it is no probability. closest: the passage
    sentence that covers it best, None when no word matches; covered: the weighted share of its content words there;
    content: the stems of those words.
    """

    text: str
    start: int
    end: int
    doubt: float
    covered: float
    content: tuple[str, ...]
    closest: SupportSentence | None
    new_words: tuple[Unmatched, ...]
    new_numbers: tuple[Unmatched, ...]
    new_names: tuple[Unmatched, ...]
    conflicts: tuple[Conflict, ...]


@value_class
class Grounding:
    """An output against its support.

    no_answers: sentences that say the answer is not known. structured: the context is data rather than prose.
    comparable: output and context are both English, so that missing words mean something; what is not comparable is
    never failed. features: the model's input, named in ``features.FEATURES``. answer: how the number of a short answer,
    which is the whole output, stands to what the context says of what the question asks for.
    """

    claims: tuple[Claim, ...]
    probability: float | None
    no_answers: int
    structured: bool
    comparable: bool = True
    features: tuple[float, ...] = field(default=())
    answer: AnswerKind | None = None

    @property
    def score(self) -> float | None:
        """1 - probability: higher is better grounded."""
        return None if self.probability is None else 1.0 - self.probability

    def worst(self, count: int = 3) -> tuple[Claim, ...]:
        """The most doubtful claims first."""
        return tuple(sorted(self.claims, key=lambda claim: (-claim.doubt, claim.start))[:count])


def ground(subject: Subject) -> Grounding:
    """The grounding of the subject's output; pure, linear in the lengths of output and context."""
    if not subject.item.context:
        return Grounding((), None, 0, False)
    support: Support = subject.memo(index_support)
    texts, no_answers = split_claims(subject.item.output, subject.output_sentences)
    english = subject.memo(output_is_english)
    names = english and capitals_tell_names(subject.item.output)
    readings = [reading for text in texts if (reading := read_claim(text, support, names=names)).content]
    if not readings:
        return Grounding((), None, no_answers, support.structured)
    readings = without_derived(subject, readings)
    features = item_features(readings)
    claims = tuple(_claim(reading) for reading in readings)
    numbers = any(conflict.kind == "number" for conflict in claims[0].conflicts)
    short = english and len(claims) <= FEW
    answer = read_short_answer(subject, readings[0], in_conflict=numbers) if short else None
    if answer is not None:
        claims = (_with_answer(claims[0], answer), *claims[1:])
    comparable = english and (support.structured or looks_english(_context_sample(subject)))
    return Grounding(
        claims, _probability(features), no_answers, support.structured, comparable, tuple(features),
        answer.kind if answer and len(claims) == 1 else None,
    )  # fmt: skip


def _context_sample(subject: Subject) -> str:
    """The beginning of each passage: enough to guess the language."""
    return " ".join(passage[:400] for passage in (subject.item.context or ())[:5])


def _claim(reading: Reading) -> Claim:
    doubt = 0.45 * (1 - reading.covered_by_two) + 0.25 * (1 - reading.known) + 0.3 * (1 - reading.triples)
    marks = len(reading.new_numbers) + len(reading.new_names)
    return Claim(
        reading.claim.text, reading.claim.start, reading.claim.end, min(1.0, doubt + 0.15 * marks), reading.covered,
        reading.content, reading.closest, reading.new_words, reading.new_numbers, reading.new_names,
        find_conflicts(reading),
    )  # fmt: skip


def _with_answer(claim: Claim, answer: ShortAnswer) -> Claim:
    """The claim with what only the question lets one see of its number, in place of what its own words say of it."""
    others = tuple(conflict for conflict in claim.conflicts if conflict.kind != "number")
    if answer.conflict is None:
        return replace(claim, conflicts=others)
    return claim if len(others) < len(claim.conflicts) else replace(claim, conflicts=(*others, answer.conflict))


def _probability(features: list[float]) -> float:
    logit = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(FEATURES, features, strict=True))
    return logistic(logit)
