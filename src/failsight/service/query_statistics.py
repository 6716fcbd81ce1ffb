"""Answer a question about test results: resolve its window, count, put the answer together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from failsight.errors import InvalidInput
from failsight.model.statistics import ResultFilter, StatisticsQuestion
from failsight.service.ports import Clock
from failsight.service.result_ports import Tallies
from failsight.stats.answer import build_answer, needs_runs
from failsight.stats.window import Window, from_ms, read_moment, read_window, to_ms

MINUTE = 16  # characters of an ISO time up to its minute


@dataclass(frozen=True, slots=True)
class StatisticsService:
    """See docs/statistics.md for what every figure means."""

    tallies: Tallies
    clock: Clock

    def etag(self, organization_id: str, question: StatisticsQuestion) -> str:
        """The same as long as the answer is: it depends on the results, the question, and the minute when the question
        depends on the time."""
        fixed = question.start_date is not None and question.end_date is not None
        minute = "" if fixed else self.clock.now_iso()[:MINUTE]
        version = self.tallies.version(organization_id)
        text = f"{organization_id}\n{version}\n{minute}\n{question.model_dump_json()}"
        return f'W/"{hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()}"'

    def answer(self, organization_id: str, question: StatisticsQuestion) -> dict[str, Any]:
        """The sections of the mode, and the metadata. Raises InvalidInput for a start after the end."""
        now = read_moment(self.clock.now_iso())
        window = _window(now, question)
        wanted = _filter(question, window)
        tally = self.tallies.tally(organization_id, wanted, with_runs=needs_runs(question.mode))
        metadata = {
            "generated_at": from_ms(to_ms(now)),
            "organization_id": organization_id,
            "test_run_id": question.test_run_id,
            "period": f"Last {question.months} months",
            "start_date": from_ms(window.start_ms),
            "end_date": from_ms(window.end_ms),
        }
        return build_answer(tally, question.mode, metadata)


def _window(now: datetime, question: StatisticsQuestion) -> Window:
    window = read_window(now, question.months, question.start_date, question.end_date)
    if question.start_date and question.end_date and window.start_ms > window.end_ms:
        raise InvalidInput(problem="start_date is after end_date", fix="Swap them.")
    return window


def _filter(question: StatisticsQuestion, window: Window) -> ResultFilter:
    lists = dict(question.filters)
    if question.test_run_id is not None:
        lists["test_run_ids"] = (question.test_run_id, *lists.get("test_run_ids", ()))
    return ResultFilter(
        start_ms=window.start_ms,
        end_ms=window.end_ms,
        priority_min=question.priority_min,
        priority_max=question.priority_max,
        **{name: tuple(sorted(set(values))) for name, values in lists.items()},
    )
