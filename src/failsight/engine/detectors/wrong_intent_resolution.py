"""Answers about something else than what was asked."""

from __future__ import annotations

from collections.abc import Iterable

from failsight.engine.detector import Detector, Evidence, Family, Finding, NotApplicable
from failsight.engine.instructions.demand import asks_only_a_summary
from failsight.engine.instructions.question import is_plain_question, sets_a_task
from failsight.engine.language.english import output_is_english
from failsight.engine.refusal.measure import measure_refusal
from failsight.engine.relevance import Query, read_query
from failsight.engine.relevance.answer_type import asked_for, holds
from failsight.engine.relevance.closeness import LONGEST
from failsight.engine.relevance.condensed import condense
from failsight.engine.relevance.intent import READ, Intent, measure_intent
from failsight.engine.relevance.lexical import coverage, stems
from failsight.engine.subject import Subject
from failsight.model.tag import Decision

SUB = "wrong_intent_resolution"
SURE, PASSED, DOUBTED, FAILED = 0.02, 0.05, 0.25, 0.6
MOST_MISSING = 0.3
FAR, HARDLY_COVERED, FEWEST_TERMS = 0.15, 0.1, 5
SHORT = 400
TAKEN_UP = 0.3
TASK = "the answer seems to be about the topic, but that says little about a task; only a judge can tell"
PART = "the answer seems to be about the topic, but it does not take up all that was asked; only a judge can tell"
SHOWN = 160
NO_SUMMARY = "whether the answer sums up the given text only a judge can tell"


class WrongIntentResolution(Detector):
    """Whether the answer is about what was asked, by sentence vectors, shared words and the kind of answer wanted.

    A pass is given to questions only, whose telling words the answer takes up with something of the kind that is asked
    for, and to summaries, where nothing else is asked for and the answer is made of the given text's words. It says
    that the answer is about the question, not that it is right. Fails where a question meets an answer that shares
    neither meaning nor words with it. Between them it is ``unsure``; other tasks ("write", "translate"), where the
    topic tells little about what was meant, are left to a judge, and so are other languages and code.

    Fails: input "How do I descale the kettle?", output "The parade starts at noon by the old town hall and ends on
    the river bank, where a brass band plays until the evening."
    Passes: the same input, output "To descale the kettle, boil water with citric acid in it and rinse."
    """

    name = SUB
    version = 2
    subcategories = (SUB,)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        reason = _closed(subject)
        if reason is not None:
            yield reason
            return
        if subject.memo(asks_only_a_summary):
            yield _summary(subject)
            return
        query = subject.memo(read_query)
        plain = topic_tells(subject, query)
        if not plain and coverage(query.terms, stems(subject.item.output[:LONGEST])) >= TAKEN_UP:
            yield NotApplicable(SUB, TASK, for_judge=True)  # whatever the encoder says, it would be no verdict
            return
        found = subject.memo(measure_intent)
        if plain and _about_it(found) and of_that_kind(subject, query):
            yield _finding(subject, "pass", found, f"The answer is about what was asked ({_measure(found)}).")
        elif _elsewhere(subject, query, found):
            why = f"The answer is about something else than what was asked ({_measure(found)})."
            yield _finding(subject, "fail", found, why, _evidence(subject, query, found))
        elif found.probability >= DOUBTED:
            why = f"It is not clear whether the answer is about what was asked ({_measure(found)})."
            yield _finding(subject, "unsure", found, why)
        else:
            yield NotApplicable(SUB, PART if plain else TASK, for_judge=True)


def _closed(subject: Subject) -> NotApplicable | None:
    """Why nothing can be told, if so."""
    query = subject.memo(read_query)
    if not subject.last_user_text.strip():
        return NotApplicable(SUB, "the item has no request")
    if query.unusable is not None and not subject.memo(asks_only_a_summary):
        return NotApplicable(SUB, query.unusable, for_judge=True)
    if not subject.memo(output_is_english):
        return NotApplicable(SUB, "only English prose can be held against the question", for_judge=True)
    if _declines(subject):
        return NotApplicable(SUB, "the output declines or says that it does not know")
    return None


def _declines(subject: Subject) -> bool:
    refusal = subject.memo(measure_refusal)
    return refusal.probability >= 0.5 or (refusal.unanswerable and len(subject.item.output) <= SHORT)


def topic_tells(subject: Subject, query: Query) -> bool:
    """One whose topic tells what was meant, further demands or not."""
    if query.kind == "keywords" or is_plain_question(subject.last_user_text):
        return True
    return query.kind == "question" and query.doubt is None and not sets_a_task(subject.last_user_text)


def of_that_kind(subject: Subject, query: Query) -> bool:
    """Whether the answer has a person, a time or a number where one is asked for."""
    kind = asked_for(query)
    return kind is None or holds(kind, subject.item.output[:READ])


def _summary(subject: Subject) -> Finding | NotApplicable:
    found = subject.memo(condense)
    if not found.in_short:
        return NotApplicable(SUB, NO_SUMMARY, for_judge=True)
    why = f"The answer is the given text in short ({found.covered:.0%} of its words, {found.length:.0%} of the length)."
    signals = {"covered": found.covered, "length": found.length}
    return Finding(SUB, "pass", PASSED, why, signals=signals)


def _about_it(found: Intent) -> bool:
    return found.probability <= (PASSED if found.missing <= MOST_MISSING else SURE)


def _elsewhere(subject: Subject, query: Query, found: Intent) -> bool:
    """Clearly about something else: a question of its own, an answer of some words, and nothing that joins the two."""
    if found.similarity is None or query.doubt is not None or query.kind not in {"question", "keywords"}:
        return False
    if found.terms < FEWEST_TERMS or subject.item.output.rstrip().endswith("?"):
        return False
    apart = found.similarity < FAR and found.coverage <= HARDLY_COVERED
    return apart and found.probability >= FAILED


def _measure(found: Intent) -> str:
    words = f"{found.coverage:.0%} of the question's words"
    return words if found.similarity is None else f"similarity {found.similarity:.2f}, {words}"


def _finding(
    subject: Subject, decision: Decision, found: Intent, why: str, shown: tuple[Evidence, ...] = ()
) -> Finding:
    signals = {"coverage": found.coverage, "missing": found.missing, "off_topic": found.probability}
    if found.similarity is not None:
        signals["similarity"] = found.similarity
    family: Family = "rule" if subject.encoder is None else "model"
    return Finding(SUB, decision, found.probability, why, shown, family=family, signals=signals)


def _evidence(subject: Subject, query: Query, found: Intent) -> tuple[Evidence, ...]:
    output = subject.item.output
    there = set(stems(output))
    absent = [word for word in sorted(query.terms, key=query.terms.__getitem__, reverse=True) if word not in there][:4]
    start = len(output) - len(output.lstrip())
    end = min(len(output), start + SHOWN)
    said = f"the answer is about something else; it has nothing of {', '.join(absent)}"
    return (Evidence("off_topic", said, "output", output[start:end], start, end, found.probability),)
