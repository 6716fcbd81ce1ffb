"""From an item to its checked instructions."""

from __future__ import annotations

from collections.abc import Iterator

from failsight.engine.instructions.answer import Answer
from failsight.engine.instructions.families import FAMILIES
from failsight.engine.instructions.instruction import CheckResult, Instruction
from failsight.engine.instructions.prompt import Prompt
from failsight.engine.subject import Subject
from failsight.engine.value import value_class

_FAMILIES = tuple(FAMILIES)
_CLUES = {  # clue to the places of the families that have it: one look-up instead of one for each family
    clue: tuple(place for place, family in enumerate(_FAMILIES) if clue in family.clues)
    for clue in dict.fromkeys(clue for family in _FAMILIES for clue in family.clues)
}


@value_class
class Checked:
    """An instruction and what its check answered."""

    instruction: Instruction
    result: CheckResult


def read_instructions(prompt: Prompt) -> tuple[Instruction, ...]:
    """Every verifiable instruction of a prompt, in the order of the families; the same demand only once."""
    found: dict[tuple[object, ...], Instruction] = {}
    low = prompt.lower
    for place in sorted({place for clue, places in _CLUES.items() if clue in low for place in places}):
        for each in _FAMILIES[place].read(prompt):
            found.setdefault((each.family, each.bounds, each.terms, each.mode), each)
    return tuple(found.values())


def checked_instructions(subject: Subject) -> tuple[Checked, ...]:
    """All instructions of an item's prompts against its output; use through ``subject.memo``."""
    answer = Answer(subject.item.output)
    return tuple(
        Checked(instruction, FAMILIES[instruction.family].check(instruction, answer))
        for prompt in prompts(subject)
        for instruction in read_instructions(prompt)
    )


def prompts(subject: Subject) -> Iterator[Prompt]:
    """The system prompt and the last thing the user said; messages of the conversation where the fields are empty."""
    item = subject.item
    messages = tuple(enumerate(item.conversation or ()))
    if item.system_prompt and item.system_prompt.strip():
        yield Prompt("system_prompt", item.system_prompt, subject.last_user_text)
    else:
        said = [(i, m) for i, m in messages if m.role in {"system", "developer"}]
        yield from (Prompt(f"conversation[{i}]", m.content, subject.last_user_text) for i, m in said)
    if item.input.strip():
        yield Prompt("input", item.input)
        return
    asked = [(i, m) for i, m in messages if m.role == "user" and m.content.strip()]
    if asked:
        yield Prompt(f"conversation[{asked[-1][0]}]", asked[-1][1].content)
