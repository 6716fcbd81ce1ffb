"""The playground: one item, at once, ten times a day and twice a minute for each key."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from failsight.engine.assembly import build_tags, failing_subcategories
from failsight.engine.pipeline import Engine, Examination, Plan
from failsight.engine.summary import summarize
from failsight.errors import InvalidInput, ItemTooSlow, TooManyRequests
from failsight.formats.record import read_item
from failsight.model.account import Principal
from failsight.model.analysis import AnalysisOptions
from failsight.model.judge import JudgeUsage
from failsight.model.run import FAPlaygroundResult
from failsight.service.in_time import InTime
from failsight.service.ports import Clock, Playground
from failsight.service.run_judges import RunJudges

PER_DAY = 10
PER_MINUTE = 2
LIMITS = {"input": 2_000, "output": 5_000, "context": 5_000}
MAX_TOOL_CALLS = 5
DAY = 86_400


class PlaygroundService:
    """Analyses one item for a key that has not used up its share. item_seconds: how long that may take without the
    judge's time; what takes longer goes on in its thread, but nobody waits for it."""

    def __init__(
        self,
        engine: Engine,
        playground: Playground,
        judges: RunJudges,
        clock: Clock,
        new_id: Callable[[], str],
        item_seconds: float,
    ) -> None:
        self._engine = engine
        self._item_seconds = item_seconds
        self._judges = judges
        self._playground = playground
        self._clock = clock
        self._new_id = new_id
        self._judged = JudgeUsage()
        self._lock = threading.Lock()

    def judged(self) -> JudgeUsage:
        """What all uses since the start of this process asked of judges."""
        with self._lock:
            return self._judged

    def play(self, principal: Principal, body: Mapping[str, Any], api_key: str | None = None) -> FAPlaygroundResult:
        """api_key: of the judge. Raises InvalidInput for a field too long, ItemTooSlow, TooManyRequests beyond the
        limits."""
        _check_sizes(body)
        item = read_item({key: value for key, value in body.items() if value is not None}, "the item")
        used = self._admit(principal)
        started = self._clock.monotonic_ms()
        run_id = self._new_id()
        plan = self._engine.plan(AnalysisOptions())
        seen = InTime(lambda: plan.examine(item, 0)).result(self._item_seconds)
        if seen is None:
            raise ItemTooSlow(seconds=self._item_seconds)
        examination = self._ask(plan, seen, principal.organization_id, run_id, api_key)
        tags = build_tags(examination, self._engine.taxonomy, run_id, Counter(failing_subcategories(examination)), 1)
        summary = summarize([tags])
        return FAPlaygroundResult(
            run_id=run_id,
            summary=summary,
            failure_tags=tags,
            checks_passed=summary.total_passes,
            security_flags=examination.flags,
            duration_ms=self._clock.monotonic_ms() - started,
            playground_runs_today=used,
            playground_limit_per_day=PER_DAY,
        )

    def _ask(
        self, plan: Plan, seen: Examination, organization_id: str, run_id: str, api_key: str | None
    ) -> Examination:
        wish = self._judges.wish(api_key)
        if wish is None or wish.usage is not None:
            return seen
        if api_key is not None:
            self._judges.lend(run_id, api_key)
        try:
            judging = self._judges.open(run_id, organization_id, wish)
            examination = judging.hold(judging.interview(plan, seen))
            with self._lock:
                self._judged = self._judged.plus(judging.usage())
            return examination
        finally:
            self._judges.end(run_id)

    def _admit(self, principal: Principal) -> int:
        """Counts this use; the number of uses within the last 24 hours, this one included."""
        today = self._playground.uses(principal.key_id, self._clock.later_iso(-DAY))
        minute = self._clock.later_iso(-60)
        if len(today) >= PER_DAY:
            raise TooManyRequests(problem=f"The playground allows {PER_DAY} runs a day", retry_after=3_600)
        if sum(used_at >= minute for used_at in today) >= PER_MINUTE:
            raise TooManyRequests(problem=f"The playground allows {PER_MINUTE} runs a minute", retry_after=60)
        self._playground.add_use(principal.key_id, self._new_id(), self._clock.now_iso())
        return len(today) + 1


def _check_sizes(body: Mapping[str, Any]) -> None:
    for field, limit in LIMITS.items():
        value = body.get(field)
        length = sum(map(len, map(str, value))) if isinstance(value, list) else len(str(value or ""))
        if length > limit:
            problem = f"'{field}' has {length} characters; the playground allows {limit}"
            raise InvalidInput(problem=problem, fix="Shorten it, or use analyze.")
    calls = body.get("tool_calls") or []
    if isinstance(calls, list) and len(calls) > MAX_TOOL_CALLS:
        problem = f"'tool_calls' has {len(calls)} entries; the playground allows {MAX_TOOL_CALLS}"
        raise InvalidInput(problem=problem, fix="Shorten it, or use analyze.")
