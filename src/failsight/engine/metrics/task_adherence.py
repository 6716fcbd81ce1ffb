"""Share of the verifiable instructions that the output follows."""

from __future__ import annotations

from failsight.engine.instructions.reading import checked_instructions
from failsight.engine.metric import Metric, Score, Unmeasured
from failsight.engine.subject import Subject


class TaskAdherence(Metric):
    """Followed instructions over all that could be decided: lengths, words to use or avoid, layout, format, language.

    Instructions are read from the system prompt and the input as in IFEval (Zhou et al. 2023). Demands that only a
    judge can weigh do not count; without any verifiable instruction nothing is measured.
    """

    name = "task_adherence"
    display_name = "Task adherence"
    definition = "Share of the prompt's verifiable instructions that the answer follows."
    kind = "local"
    needs = ("output",)

    def score(self, subject: Subject) -> Score | Unmeasured:
        decided = [one for one in subject.memo(checked_instructions) if one.result.followed is not None]
        if not decided:
            return Unmeasured("the prompt has no instruction that can be verified without a judge")
        broken = [one.instruction.wording for one in decided if not one.result.followed]
        value = 1 - len(broken) / len(decided)
        note = f"; not followed: {'; '.join(broken[:3])}" if broken else ""
        return Score(
            value, f"{len(decided) - len(broken)} of {len(decided)} verifiable instructions are followed{note}."
        )
