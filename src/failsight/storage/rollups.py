"""Keeps the roll-ups of the projection: adds facts to them, takes facts out, puts rows of one group together."""

from __future__ import annotations

import duckdb
import sqlalchemy as sa

from failsight.storage.rollup_tables import metadata

SLACK = 50_000
_BY_RUN = """CREATE OR REPLACE TEMP TABLE fresh AS
    WITH facts AS (
        SELECT tenant_key, month, coalesce(run_key, 0) AS run_key, outcome_id, coalesce(passed, 2) AS slot,
            {times} * count(*) AS n
        FROM test_results WHERE {facts} GROUP BY ALL
    )
    SELECT tenant_key, month, run_key, 0 AS metric_key, slot, sum(n) AS n FROM facts GROUP BY ALL
    UNION ALL
    SELECT tenant_key, month, run_key, metric_key, o.passed AS slot, sum(n) AS n
    FROM facts JOIN outcome_metrics o ON o.outcome_id = facts.outcome_id GROUP BY ALL"""
_FILL = {
    "run_months": "SELECT * FROM fresh",
    "metric_months": "SELECT tenant_key, month, metric_key, slot, sum(n) FROM fresh GROUP BY ALL",
    "test_months": """SELECT tenant_key, month, test_key, coalesce(passed, 2) AS slot, {times} * count(*)
        FROM test_results WHERE {facts} GROUP BY ALL""",
}


class Rollups:
    """The roll-ups in one database; what it does is part of the caller's transaction."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._tidy = {name: self._rows(name) for name in _FILL}
        self._added = dict.fromkeys(_FILL, 0)

    def add(self, facts: str, *, times: int = 1) -> None:
        """Counts the facts of this condition once more, or with ``times=-1`` once less."""
        self._database.execute(_BY_RUN.format(facts=facts, times=times))
        for name, rows in _FILL.items():
            self._database.execute(f"INSERT INTO {name} {rows.format(facts=facts, times=times)}")
            self._added[name] += int((self._database.fetchone() or (0,))[0])
        self._database.execute("DROP TABLE fresh")

    def tidy(self) -> None:
        """One row for each group again, where much was added since the last time."""
        for name in _FILL:
            if self._added[name] <= SLACK + self._tidy[name]:
                continue
            groups = ", ".join(column.name for column in metadata.tables[name].c if column.name != "n")
            summed = f"SELECT {groups}, sum(n)::INTEGER AS n FROM {name} GROUP BY ALL HAVING sum(n) <> 0"  # noqa: S608
            self._database.execute(f"CREATE TABLE {name}_tidy AS {summed} ORDER BY {groups}")
            self._database.execute(f"DROP TABLE {name}")
            self._database.execute(f"ALTER TABLE {name}_tidy RENAME TO {name}")
            self._tidy[name], self._added[name] = self._rows(name), 0

    def _rows(self, name: str) -> int:
        found = self._database.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608  (our names)
        return int(found[0]) if found else 0


def create_rollups(database: duckdb.DuckDBPyConnection) -> None:
    """Makes them, empty."""
    for name, table in metadata.tables.items():
        columns = ", ".join(f"{column.name} {_type(column)}" for column in table.c)
        database.execute(f"CREATE TABLE {name} ({columns})")


def _type(column: sa.Column[int]) -> str:
    return "TINYINT" if isinstance(column.type, sa.SmallInteger) else "INTEGER"
