"""Instructions of the prompt that can be checked on the output: lengths, words, layout, case, language, framing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from failsight.engine.detector import Detector, Evidence, Finding, NotApplicable
from failsight.engine.instructions.demand import asks_only_a_summary, is_only_a_remark
from failsight.engine.instructions.families import FAMILIES
from failsight.engine.instructions.question import asks_one_thing, asks_only_a_question
from failsight.engine.instructions.reading import Checked, checked_instructions
from failsight.engine.subject import Subject

FORMAT = "output_format_non_compliance"
NOTHING = "no verifiable instruction in the prompt; whether the task was followed needs a judge"
PARTIAL = "partial_task_completion"
TASK = "task_not_followed"
QUESTION = "the only demand is a question; whether the answer deals with it is told as wrong_intent_resolution"
ONE_THING = "one thing is asked for; nothing can be missing in part"
SUMMARY = "the only demand is a summary; whether the answer is one is told as wrong_intent_resolution"
REMARK = "the input is a remark that demands nothing"


class VerifiableInstructions(Detector):
    """A demand of the prompt or system prompt that can be counted or looked up is not met by the output.

    Read are, among others: length in words, sentences, characters and paragraphs, words to use or to avoid and how
    often, bullet points, sections, headings, highlighted phrases, titles, placeholders, postscripts, JSON and other
    formats, letter case, forbidden signs, language, first and last words, quotation marks, answers from given options,
    a repeated request, so many items of a list, numbered questions, criteria of a comparison.
    What a prompt merely talks about, quotes or makes conditional is not read. Layout, case, length and framing count as
    format; words, language, versions and repetition as task, and a broken limit of length or a forbidden sign as task
    too. When some of several instructions are followed and others not, or a list, a numbered answer or a table lacks
    a part that was asked for, the task is completed in part. A pass says that the instructions that were read are
    followed, nothing more.

    Fails: "Describe a harbour in exactly two sentences." answered with five sentences.
    Passes: "Describe a harbour without using the word 'sea'." answered with "Ships rest, ropes creak and gulls wait."
    """

    name = "verifiable_instructions"
    version = 4
    subcategories = (FORMAT, TASK, PARTIAL)
    needs = ("output",)

    def detect(self, subject: Subject) -> Iterable[Finding | NotApplicable]:
        checked = [one for one in subject.memo(checked_instructions) if _is_checked(one)]
        if not checked:
            yield from _nothing_to_check(subject)
            return
        output = subject.item.output
        form, task, parts = ([one for one in checked if _of(one) == sub] for sub in self.subcategories)
        yield _judge(FORMAT, form, output) if form else NotApplicable(FORMAT, NOTHING)
        yield _judge_task(task, [one for one in form if one.result.followed is False and _binds_task(one)], output)
        yield _judge_parts(parts, [*form, *task], output)


def _of(one: Checked) -> str:
    return FAMILIES[one.instruction.family].subcategory


def _is_checked(one: Checked) -> bool:
    """A part that could not be counted is as if it had not been asked for."""
    return one.result.followed is not None or _of(one) != PARTIAL


def _binds_task(one: Checked) -> bool:
    return FAMILIES[one.instruction.family].binds_task(one.instruction)


def _judge_task(task: Sequence[Checked], limits: Sequence[Checked], output: str) -> Finding | NotApplicable:
    """A broken limit or ban breaks the task, but leaves it open where the words or the language asked for are there."""
    if not task:
        return _judge(TASK, limits, output) if limits else NotApplicable(TASK, NOTHING, for_judge=True)
    own = _judge(TASK, task, output)
    if not limits or own.decision != "pass":
        return own
    rationale = f"{len(task)} of {len(task)} instructions on content are followed; a limit is not: {_named(limits)}."
    return Finding(TASK, "unsure", 0.45, rationale, signals=own.signals)


def _judge_parts(parts: Sequence[Checked], others: Sequence[Checked], output: str) -> Finding | NotApplicable:
    """A part that was asked for and is not there; else the share of the other instructions that is followed. That no
    part is missing says nothing of what each holds."""
    missing = [one for one in parts if one.result.followed is False]
    if missing:
        return _judge(PARTIAL, missing, output)
    others = [one for one in others if not FAMILIES[one.instruction.family].of_the_whole]
    return _judge_share(others, output) if others else NotApplicable(PARTIAL, NOTHING, for_judge=True)


def _nothing_to_check(subject: Subject) -> Iterable[NotApplicable]:
    """Where nothing can be verified a judge is needed, but not for demands that a plain question, a wish for a summary
    or a remark does not make."""
    yield NotApplicable(FORMAT, NOTHING)
    if subject.memo(asks_only_a_summary) or subject.memo(is_only_a_remark):
        summary = subject.memo(asks_only_a_summary)
        yield NotApplicable(TASK, SUMMARY if summary else REMARK)
        yield NotApplicable(PARTIAL, ONE_THING if summary else REMARK)
        return
    plain = subject.memo(asks_only_a_question)
    yield NotApplicable(TASK, QUESTION) if plain else NotApplicable(TASK, NOTHING, for_judge=True)
    whole = plain and subject.memo(asks_one_thing)
    yield NotApplicable(PARTIAL, ONE_THING) if whole else NotApplicable(PARTIAL, NOTHING, for_judge=True)


def _judge(subcategory: str, checked: Sequence[Checked], output: str) -> Finding:
    """One verdict on the instructions of a subcategory: one that is not followed makes it fail."""
    broken = [one for one in checked if one.result.followed is False]
    open_ones = [one for one in checked if one.result.followed is None]
    total = len(checked)
    signals = {"instructions": float(total), "not_followed": float(len(broken)), "undecided": float(len(open_ones))}
    if broken:
        doubt = prod(1.0 - FAMILIES[one.instruction.family].reliability for one in broken)
        rationale = f"{len(broken)} of {total} verifiable instructions not followed: {_named(broken)}."
        evidence = tuple(piece for one in broken[:6] for piece in _evidence(one, output))
        return Finding(
            subcategory, "fail", round(1.0 - doubt, 4), rationale, evidence, extent=len(broken) / total, signals=signals
        )
    if open_ones:
        rationale = f"It depends on how one counts or reads: {_named(open_ones)}."
        return Finding(subcategory, "unsure", 0.4, rationale, signals=signals)
    risk = 1.0 - prod(1.0 - 0.3 * (1.0 - FAMILIES[one.instruction.family].reliability) for one in checked)
    rationale = f"{total} of {total} verifiable instructions are followed: {_named(checked)}."
    return Finding(subcategory, "pass", round(min(0.45, 0.02 + risk), 4), rationale, signals=signals)


def _judge_share(checked: Sequence[Checked], output: str) -> Finding | NotApplicable:
    """Done in part: some of several instructions are followed, or a part of the one amount that is asked for."""
    broken = [one for one in checked if one.result.followed is False]
    followed = sum(one.result.followed is True for one in checked)
    total = len(checked)
    signals = {"instructions": float(total), "followed": float(followed)}
    if total == 1 and broken and not 0.0 < broken[0].result.delivered < 1.0:
        return NotApplicable(PARTIAL, "the only verifiable instruction is not followed at all")
    if broken and (followed or total == 1):
        evidence = tuple(piece for one in broken[:6] for piece in _evidence(one, output))
        doubt = prod(1.0 - FAMILIES[one.instruction.family].reliability for one in broken)
        what = f"{followed} of {total} verifiable instructions followed; open: {_named(broken)}."
        return Finding(
            PARTIAL, "fail", round(0.97 * (1.0 - doubt), 4), what, evidence, extent=len(broken) / total, signals=signals
        )
    if broken:
        return Finding(PARTIAL, "pass", 0.3, f"None of {total} verifiable instructions is followed.", signals=signals)
    if followed < total:
        return Finding(PARTIAL, "unsure", 0.35, "Not every instruction could be decided.", signals=signals)
    return Finding(PARTIAL, "pass", 0.05, f"{total} of {total} verifiable instructions are followed.", signals=signals)


def _named(checked: Sequence[Checked]) -> str:
    return "; ".join(f"{one.instruction.wording} (found: {one.result.measured})" for one in checked[:4])


def _evidence(one: Checked, output: str) -> Iterable[Evidence]:
    instruction, result = one.instruction, one.result
    sure = FAMILIES[instruction.family].reliability
    details = {"family": instruction.family, "expected": instruction.wording, "measured": result.measured}
    asked, (start, end) = f"asked for: {instruction.wording}", (instruction.start, instruction.end)
    yield Evidence("instruction", asked, instruction.source, instruction.quote, start, end, sure, details)
    if not result.places:
        yield Evidence("measure", f"found: {result.measured}", "output", None, None, None, sure, details)
    for start, end in result.places[:3]:
        yield Evidence("violation", f"found: {result.measured}", "output", output[start:end], start, end, sure, details)
