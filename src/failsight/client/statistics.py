"""``Client``: everything ``FailureAnalysisClient`` does, and the statistics of test results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from failsight.client import wire
from failsight.client.synchronous import FailureAnalysisClient
from failsight.errors import ExtraMissing, InvalidInput
from failsight.model.test_result import ImportReport

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

SECTIONS = {
    "metrics": "metric_pass_rates",
    "behavior": "behavior_pass_rates",
    "category": "category_pass_rates",
    "topic": "topic_pass_rates",
    "overall": "overall_pass_rates",
    "summary": "overall_pass_rates",
    "timeline": "timeline",
    "test_runs": "test_run_summary",
}


class Client(FailureAnalysisClient):
    """Talks to a Failsight server; use it as a `with` context, or close it with ``close()``."""

    @property
    def test_results(self) -> TestResults:
        """Uploads and statistics of test results."""
        return TestResults(self)


class TestResults:
    """The routes under ``/test_results``."""

    __test__ = False  # no test, whatever its name says to test runners

    def __init__(self, client: Client) -> None:
        self._client = client

    def stats(self, mode: str = "all", **parameters: Any) -> Statistics:
        """Statistics in a mode. parameters: the query parameters of ``GET /test_results/stats`` by name; dates may be
        ``date`` objects, lists may be any sequence."""
        query = {name: _plain(value) for name, value in parameters.items() if value is not None}
        return Statistics(self._client.send(wire.get_statistics({"mode": mode, **query})))

    def upload(
        self,
        *,
        test_runs: Sequence[dict[str, Any]] = (),
        tests: Sequence[dict[str, Any]] = (),
        test_results: Sequence[dict[str, Any]] = (),
    ) -> ImportReport:
        """Sends records; the report says what was created, what was there, and what was rejected and why."""
        lists = {"test_runs": list(test_runs), "tests": list(tests), "test_results": list(test_results)}
        return self._client.send(wire.upload_results(lists))


class Statistics:
    """An answer; ``data`` is it as it came."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    @property
    def metadata(self) -> dict[str, Any]:
        """What was asked and what the filtered set holds."""
        return dict(self.data["metadata"])

    def to_dicts(self, section: str | None = None) -> list[dict[str, Any]]:
        """One row for each rate of a section. section: the name of a mode or of a section of the answer; the answer's
        first when left out. Rows of ``timeline`` and ``test_runs`` name a ``metric``, None for the results as a whole.
        """
        name = SECTIONS.get(section or "", section) or next(iter(self.data))
        if name not in self.data or name == "metadata":
            known = ", ".join(key for key in self.data if key != "metadata")
            raise InvalidInput(problem=f"The answer has no section '{section}'", fix=f"It has: {known}.")
        found = self.data[name]
        if name == "overall_pass_rates":
            return [dict(found)]
        if isinstance(found, dict):
            return [{"name": key, **rates} for key, rates in found.items()]
        return [row for entry in found for row in _spread(entry)]

    def to_pandas(self, section: str | None = None) -> pd.DataFrame:
        """The rows as a data frame. Raises ExtraMissing without pandas."""
        try:
            import pandas as pd  # noqa: PLC0415  (an extra)
        except ImportError as missing:
            raise ExtraMissing(feature="to_pandas()", package="pandas", extra="pandas") from missing
        return pd.DataFrame(self.to_dicts(section))

    to_dataframe = to_pandas

    def to_polars(self, section: str | None = None) -> pl.DataFrame:
        """The rows as a data frame. Raises ExtraMissing without polars."""
        try:
            import polars as pl  # noqa: PLC0415  (an extra)
        except ImportError as missing:
            raise ExtraMissing(feature="to_polars()", package="polars", extra="polars") from missing
        return pl.DataFrame(self.to_dicts(section), infer_schema_length=None)


def _spread(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The overall row of a month or run, then one for each metric."""
    about = {key: value for key, value in entry.items() if key not in {"overall", "metrics"}}
    rows = [{**about, "metric": None, **entry["overall"]}]
    return rows + [{**about, "metric": name, **rates, "pending": None} for name, rates in entry["metrics"].items()]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [str(one) for one in value]
