"""The reference page of what a judge is asked."""

from __future__ import annotations

from pages.markdown import codes, page, table

from failsight.engine.judging.prompt import PROMPT_VERSION, SYSTEM
from failsight.engine.rubric import Rubric
from failsight.wiring.taxonomy import load_rubrics, load_taxonomy

RUBRICS_BELOW = "The rubrics of this examination:"


def rubrics() -> str:
    known = load_rubrics()
    asked = {rubric.subcategory for rubric in known}
    left = [sub for sub in load_taxonomy().subcategories() if sub not in asked]
    parts = [
        f"What a judge, a large language model, is asked: {len(known)} rubrics and the words around them (prompt version {PROMPT_VERSION}). A verdict quotes "
        "`name@version`; a text that changes gets a new version. What happens with the answers: [scoring.md](scoring.md); which items are asked what: "
        f"[judges.md](judges.md). Rubrics of your own: [taxonomy.md](taxonomy.md#bring-a-rubric). Left to the rules, which decide them exactly: {codes(left)}.",
        f"## The system message\n\n```text\n{SYSTEM.partition(RUBRICS_BELOW)[0].strip()}\n```",
    ]
    for rubric in known:
        facts = f"{'Score' if rubric.metric else 'Verdict'}. Needs {codes(rubric.needs)}. Version {rubric.version}."
        facts += f" Reads {codes(rubric.uses)} too, shown for it only." if rubric.uses else ""
        facts += f" Not asked where the item has {codes(rubric.unless)}." if rubric.unless else ""
        parts.append(f"## {rubric.name}\n\n{facts}\n\n{rubric_text(rubric)}")
    return page("Rubrics", *parts)


def rubric_text(rubric: Rubric) -> str:
    """The rubric's own words as Markdown."""
    heads = ("Fails when", rubric.fail_when), ("Passes when", rubric.pass_when), ("No fault here", rubric.ignore)
    lines = [f"**{rubric.question}**"]
    for head, entries in heads:
        if entries:
            lines.append(
                f"{'Does not count' if rubric.metric and entries is rubric.ignore else head}:\n\n"
                + "\n".join(f"* {e}" for e in entries)
            )
    if rubric.unsure_when:
        lines.append(f"Unsure when {rubric.unsure_when}.")
    if rubric.not_applicable_when:
        lines.append(f"Not applicable when {rubric.not_applicable_when}.")
    if rubric.scale:
        lines.append(table(["score", "means"], sorted(rubric.scale.items(), reverse=True)))
    lines.append(f"Evidence: {rubric.evidence}.")
    examples = [[f"`{e.item}`".replace("\n", " "), e.verdict or e.score, e.why] for e in rubric.examples]
    return "\n\n".join([*lines, table(["example", "answer", "why"], examples)])
