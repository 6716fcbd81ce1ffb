"""Read, make and review single records of test results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from failsight.errors import InvalidInput, NotFound
from failsight.formats.test_records import TypedRecord
from failsight.model.test_result import ResultReview
from failsight.service.import_results import Rejected, read_record
from failsight.service.ports import Clock
from failsight.service.result_ports import ResultBatch, Results
from failsight.stats.window import read_moment

SINGULAR = {"test_runs": "test run", "tests": "test", "test_results": "test result", "statuses": "status"}


@dataclass(frozen=True, slots=True)
class ResultBrowseService:
    """Everything belongs to one organization; what another has looks as if it did not exist."""

    results: Results
    clock: Clock

    def page(self, organization_id: str, kind: str, skip: int, limit: int) -> tuple[list[dict[str, Any]], int]:
        """A part of the list, and the length of the whole."""
        return self.results.page(organization_id, kind, skip, limit)

    def read(self, organization_id: str, kind: str, entity_id: str) -> dict[str, Any]:
        """One record; raises NotFound."""
        found = self.results.read(organization_id, kind, entity_id)
        if found is None:
            raise NotFound(kind=SINGULAR.get(kind, kind.removesuffix("s").replace("_", " ")), name=entity_id)
        return found

    def add_name(self, organization_id: str, kind: str, name: str, description: str | None) -> dict[str, Any]:
        """The behavior, category, ... of that name, made when it is not there."""
        return self.results.add_name(organization_id, kind, name, description)

    def add(self, organization_id: str, kind: str, record: TypedRecord, new_id: str) -> dict[str, Any]:
        """Keeps one test run, test or result, under ``new_id`` when it has none, and returns it; raises InvalidInput
        naming the field."""
        now = self.clock.now_iso()
        fields = {**record.fields, "id": record.fields.get("id") or new_id}
        batch = ResultBatch()
        try:
            made = read_record(record._replace(fields=fields), read_moment(now))
        except Rejected as bad:
            raise InvalidInput(problem=f"{bad.field}: {bad}", fix="Correct it and send the record again.") from bad
        batch.add(made)
        for _, field, problem in self.results.writer(organization_id, now).keep(batch).missing:
            raise InvalidInput(problem=f"{field}: {problem}", fix="Make it first.")
        return self.read(organization_id, kind, str(made.id))

    def review(self, organization_id: str, result_id: str, review: ResultReview) -> dict[str, Any]:
        """The result as it counts after the review; raises NotFound."""
        if not self.results.review(organization_id, result_id, review, self.clock.now_iso()):
            raise NotFound(kind="test result", name=result_id)
        return self.read(organization_id, "test_results", result_id)
