"""Agent failures on traces whose decisive mistake is annotated: ``python bench/who_and_when.py DATA_DIR``.

Every task of the set failed, so there is no false-alarm rate here: printed are recall by subcategory, and how often an
evidence's step is the annotated one, exactly and within two steps, and its agent the annotated one.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from detection import to_item

from failsight.model.analysis import AnalysisOptions
from failsight.settings import Settings
from failsight.wiring.engine import build_engine

SUBCATEGORIES = ("step_repetition", "premature_termination", "goal_drift", "tool_error_unhandled")


def named_steps(examination: Any) -> list[int]:
    """The steps that the evidence of failing tags names."""
    return [
        int(piece.details["step"])
        for found in examination.findings.values()
        for sourced in found
        if sourced.finding.decision == "fail"
        for piece in sourced.finding.evidence
        if "step" in piece.details
    ]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    options = arguments.parse_args()
    rows = [json.loads(line) for line in (options.data / "who_and_when.dev.jsonl").read_text("utf-8").splitlines()]
    plan = build_engine(Settings(encoder=False)).plan(
        AnalysisOptions(mode="full", feature_kind="agent", subcategories=SUBCATEGORIES, run_eval=False)
    )
    decisions: Counter[tuple[str, str]] = Counter()
    named = exact = near = agent = failing = 0
    for index, row in enumerate(rows):
        examination = plan.examine(to_item(row), index)
        for sub, found in examination.findings.items():
            decisions[sub, found[0].finding.decision] += 1
        failing += any(s.finding.decision == "fail" for found in examination.findings.values() for s in found)
        steps, mistake = named_steps(examination), int(row["meta"]["mistake_step"])
        if steps:
            named += 1
            exact += mistake in steps
            near += any(abs(step - mistake) <= 2 for step in steps)
            agents = {row["meta"]["trace"][step]["agent"] for step in steps}
            agent += row["meta"]["mistake_agent"] in agents
    for (sub, decision), count in sorted(decisions.items()):
        print(f"{sub:26}{decision:8}{count:5}")
    print(f"{len(rows)} failed tasks, {failing} with a failing tag, {named} with a step named:")
    print(f"the annotated step {exact}, within two steps {near}, the annotated agent {agent}")


if __name__ == "__main__":
    main()
