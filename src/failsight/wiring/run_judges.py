"""The judges of a server's runs: one for each run, with what is left of its budget and its organization's own cache."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractContextManager
from pathlib import Path

from failsight.model.judge import JudgeBudget, JudgeUsage
from failsight.service.ports import Judge
from failsight.service.run_judges import JudgePolicy, RunJudges
from failsight.settings import Settings
from failsight.wiring.judge import open_judge
from failsight.wiring.taxonomy import load_rubrics


def build_run_judges(settings: Settings) -> RunJudges:
    """Raises InvalidSetting where every run is to ask a judge and the settings of the judge make no sense."""
    if settings.judge != "never":
        with open_judge(settings):
            pass

    def opened(organization_id: str, key: str | None, used: JudgeUsage) -> AbstractContextManager[Judge]:
        own = dataclasses.replace(
            settings, judge_budget=left_of(settings.judge_budget, used), judge_cache=cache_of(settings, organization_id)
        )
        return open_judge(own, api_key=key)

    policy = JudgePolicy(settings.judge, settings.judge_model, settings.judge_item_chars)
    return RunJudges(policy, opened, lambda: load_rubrics(settings.taxonomy))


def left_of(budget: JudgeBudget | None, used: JudgeUsage) -> JudgeBudget | None:
    """What a run may still ask; never less than one token and a millionth of a dollar, which is no question."""
    if budget is None:
        return None
    tokens = None if budget.max_tokens is None else max(1, budget.max_tokens - used.tokens_in - used.tokens_out)
    usd = None if budget.max_usd is None else max(1e-6, budget.max_usd - (used.cost_usd or 0.0))
    return JudgeBudget(max_tokens=tokens, max_usd=usd)


def cache_of(settings: Settings, organization_id: str) -> str:
    """A folder for each organization: what one asked tells another nothing, not even by being quick."""
    if settings.judge_cache == "off":
        return "off"
    return str(Path(settings.judge_cache or Path(settings.data_dir) / "judge") / organization_id)
