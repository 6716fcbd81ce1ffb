"""Copies what is new of the tables of test results into the projection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import duckdb
import numpy as np
import sqlalchemy as sa

from failsight.storage import result_tables as t

ROWS = 25_000
NAMED = (t.behaviors, t.categories, t.topics, t.statuses, t.test_types, t.tags, t.test_sets, t.prompts)
# Each table with the column that grows from row to row.
COPIED: tuple[tuple[sa.Table, str], ...] = (
    *((table, "key") for table in NAMED),
    (t.test_runs, "key"),
    (t.tests, "key"),
    (t.test_tags, "test_key"),
    (t.test_set_members, "test_key"),
    (t.outcome_metrics, "outcome_id"),
    (t.test_results, "key"),
)
_LEFT_OUT = {"digest", "description", "created_at"}
_INTEGERS = (sa.Integer, sa.BigInteger, sa.SmallInteger)
_NOTHING = -(2**31) - 1  # NULL where numbers of 32 bits are meant


def create_copies(database: duckdb.DuckDBPyConnection) -> None:
    """Makes the tables, empty."""
    for table, _ in COPIED:
        columns = ", ".join(f"{column.name} {_type(column)}" for column in _columns(table))
        database.execute(f"CREATE TABLE {table.name} ({columns})")


def newest_keys(run: Callable[[str], Iterable[Sequence[Any]]]) -> dict[str, int]:
    """The highest key of each table. run: executes a command and gives its rows, in the truth or in a copy."""
    highest = ", ".join(f"(SELECT max({key}) FROM {table.name})" for table, key in COPIED)  # noqa: S608  (our names)
    found = next(iter(run(f"SELECT {highest}")))
    return {table.name: int(value or 0) for (table, _), value in zip(COPIED, found, strict=True)}


def copy_new(
    connection: sa.Connection, database: duckdb.DuckDBPyConnection, table: sa.Table, key: str, after: int
) -> None:
    """Copies the rows whose key is higher than ``after``."""
    columns = _columns(table)
    newer = sa.select(*(_selected(column) for column in columns)).where(table.c[key] > after).order_by(table.c[key])
    shown = ", ".join(_back(column) for column in columns)
    rows = connection.execution_options(yield_per=ROWS).execute(newer)
    for part in rows.partitions(ROWS):
        arrays = _arrays(columns, part)
        database.register("arrays", arrays)
        database.execute(f"INSERT INTO {table.name} SELECT {shown} FROM arrays")  # noqa: S608  (our names)
        database.unregister("arrays")


def copy_verdicts(connection: sa.Connection, database: duckdb.DuckDBPyConnection, keys: list[int]) -> None:
    """Copies what is decided about these results once more."""
    c = t.test_results.c
    columns = [c.key, c.outcome_id, c.passed]
    rows = connection.execute(sa.select(*(_selected(column) for column in columns)).where(c.key.in_(keys)))
    database.register("arrays", _arrays(columns, rows))
    change = f"outcome_id = arrays.outcome_id, passed = nullif(arrays.passed, {_NOTHING})"
    database.execute(f"UPDATE test_results SET {change} FROM arrays WHERE test_results.key = arrays.key")  # noqa: S608
    database.unregister("arrays")


def _arrays(columns: list[sa.Column[Any]], rows: Any) -> dict[str, Any]:
    names = [column.name for column in columns]
    if all(isinstance(column.type, _INTEGERS) for column in columns):
        flat = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, len(names)).T
        return {name: np.ascontiguousarray(values) for name, values in zip(names, flat, strict=True)}
    return {
        name: np.array(values, dtype=np.int64 if isinstance(column.type, _INTEGERS) else object)
        for name, column, values in zip(names, columns, zip(*rows, strict=True), strict=True)
    }


def _is_nullable_number(column: sa.Column[Any]) -> bool:
    return bool(column.nullable) and isinstance(column.type, _INTEGERS)


def _selected(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(column, sa.literal_column(str(_NOTHING))) if _is_nullable_number(column) else column


def _back(column: sa.Column[Any]) -> str:
    return f"nullif({column.name}, {_NOTHING})" if _is_nullable_number(column) else column.name


def _columns(table: sa.Table) -> list[sa.Column[Any]]:
    """Those that filters and counts need."""
    if table is t.test_runs:
        return [table.c.key, table.c.id, table.c.tenant_key]
    left_out = _LEFT_OUT | (set() if table is t.tags else {"name"})
    return [column for column in table.c if column.name not in left_out]


def _type(column: sa.Column[Any]) -> str:
    if not isinstance(column.type, _INTEGERS):
        return "VARCHAR"
    if isinstance(column.type, sa.SmallInteger):
        return "TINYINT"
    wide = column.name == "created_ms" or (column.table is t.test_results and column.primary_key)
    return "BIGINT" if wide else "INTEGER"
