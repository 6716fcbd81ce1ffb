"""Traces and what was set for projects, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from failsight.model.stored_trace import StoredTrace
from failsight.model.trace import TraceRecord
from failsight.service.ports import SettingKind
from failsight.storage.database import read, upsert, write
from failsight.storage.tables import project_settings, projects, traces


class SqlTraces:
    """See ``service.ports.Traces``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def save(self, organization_id: str, traces_: Sequence[StoredTrace]) -> None:
        """All of them or none; a repeated id is an update."""
        with write(self._engine) as connection:
            for trace in sorted(traces_, key=lambda one: one.trace_id):  # in one order: uploads never block each other
                row = trace.model_dump(exclude={"project_name", "record"})
                row |= {"organization_id": organization_id, "record": trace.record.model_dump_json()}
                upsert(connection, traces, row, keep=["uploaded_at"])

    def trace(self, organization_id: str, trace_id: str) -> StoredTrace | None:
        query = _query(organization_id).add_columns(traces.c.raw).where(traces.c.trace_id == trace_id)
        with read(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _to_trace(row)

    def page(
        self, organization_id: str, project_id: str | None, limit: int, offset: int
    ) -> tuple[list[StoredTrace], int]:
        """Traces, last uploaded first, and how many there are in all."""
        query = _query(organization_id)
        if project_id is not None:
            query = query.where(traces.c.project_id == project_id)
        with read(self._engine) as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
            newest = query.order_by(traces.c.uploaded_at.desc(), traces.c.trace_id).limit(limit).offset(offset)
            return [_to_trace(row) for row in connection.execute(newest)], int(total or 0)


class SqlProjectSettings:
    """See ``service.ports.ProjectSettings``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def put(self, organization_id: str, project_id: str, kind: SettingKind, key: str, value: str) -> None:
        row = {"organization_id": organization_id, "project_id": project_id, "kind": kind, "key": key, "value": value}
        with write(self._engine) as connection:
            upsert(connection, project_settings, row)

    def settings(self, organization_id: str, project_id: str, kind: SettingKind) -> dict[str, str]:
        """Values by key, in the order of the keys."""
        known = project_settings.c
        mine = (known.organization_id == organization_id) & (known.project_id == project_id) & (known.kind == kind)
        query = sa.select(known.key, known.value).where(mine).order_by(known.key)
        with read(self._engine) as connection:
            return {row.key: row.value for row in connection.execute(query)}


def _query(organization_id: str) -> sa.Select[Any]:
    """Traces without their raw JSON, which may be large."""
    joined = traces.outerjoin(projects, projects.c.id == traces.c.project_id)
    shown = [column for column in traces.c if column.name != "raw"]
    query = sa.select(*shown, projects.c.name.label("project_name")).select_from(joined)
    return query.where(traces.c.organization_id == organization_id)


def _to_trace(row: sa.Row[Any]) -> StoredTrace:
    known = dict(row._mapping)
    return StoredTrace.model_validate(known | {"record": TraceRecord.model_validate_json(known["record"])})
