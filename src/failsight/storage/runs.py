"""Runs, their items, tags and reviews in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from failsight.model.analysis import AnalysisOptions
from failsight.model.job import Job, Judging
from failsight.model.run import FARunResult
from failsight.model.stored_run import ItemOutcome, RunRequest, StoredRun, TagReview
from failsight.service.ports import Lease
from failsight.storage.database import read, write
from failsight.storage.jobs import insert_job
from failsight.storage.tables import failures, projects, run_items, runs, tag_reviews

BATCH = 500


class SqlRuns:
    """See ``service.ports.Runs``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(
        self, run: StoredRun, job: Job, items: Iterable[str], owner: Lease | None = None, judging: Judging | None = None
    ) -> None:
        """A run with its items (JSON texts) and its job, all or nothing; leased to ``owner`` when there is one."""
        numbered = ({"run_id": run.id, "item_index": i, "item": text, "done": False} for i, text in enumerate(items))
        with write(self._engine) as connection:
            connection.execute(sa.insert(runs).values(_run_row(run)))
            while batch := list(islice(numbered, BATCH)):
                connection.execute(sa.insert(run_items), batch)
            insert_job(connection, job, owner, judging)

    def run(self, organization_id: str, run_id: str) -> StoredRun | None:
        query = run_query(organization_id).where(runs.c.id == run_id)
        with read(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else to_run(row)

    def page(
        self, organization_id: str, project_name: str | None, status: str | None, limit: int, offset: int
    ) -> tuple[list[StoredRun], int]:
        """Failure analyses newest first, and how many there are in all."""
        query = _filtered(run_query(organization_id), project_name, status).where(runs.c.kind == "failure_analysis")
        with read(self._engine) as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))
            newest = query.order_by(runs.c.created_at.desc(), runs.c.id).limit(limit).offset(offset)
            return [to_run(row) for row in connection.execute(newest)], int(total or 0)

    def items_to_do(self, run_id: str, first: int, end: int) -> list[tuple[int, str]]:
        """The items from ``first`` on, before ``end``, that are not done, as (index, JSON text)."""
        index = run_items.c.item_index
        wanted = (run_items.c.run_id == run_id) & run_items.c.done.is_(False) & (index >= first) & (index < end)
        with read(self._engine) as connection:
            rows = connection.execute(sa.select(index, run_items.c.item).where(wanted).order_by(index))
            return [(row.item_index, row.item) for row in rows]

    def outcomes(self, run_id: str, only: Sequence[int] | None = None) -> Iterator[ItemOutcome]:
        """Examined items in order, read in batches; ``only`` restricts to these indices."""
        last = -1
        while True:
            where = (run_items.c.run_id == run_id) & run_items.c.done & (run_items.c.item_index > last)
            if only is not None:
                where &= run_items.c.item_index.in_(only)
            query = sa.select(run_items).where(where).order_by(run_items.c.item_index).limit(BATCH)
            with read(self._engine) as connection:
                rows = connection.execute(query).all()
            for row in rows:
                yield ItemOutcome(item_index=row.item_index, record=row.record, tags=row.tags, notes=row.notes)
            if len(rows) < BATCH:
                return
            last = rows[-1].item_index

    def failing(self, run_id: str) -> dict[str, int]:
        """Number of failing items by subcategory."""
        query = sa.select(failures.c.subcategory_id, sa.func.count()).where(failures.c.run_id == run_id)
        with read(self._engine) as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(failures.c.subcategory_id))}

    def failed_items(self, run_id: str) -> list[int]:
        """Indices of items with at least one failure."""
        query = sa.select(failures.c.item_index).where(failures.c.run_id == run_id).distinct()
        with read(self._engine) as connection:
            return [row.item_index for row in connection.execute(query.order_by(failures.c.item_index))]

    def review(self, organization_id: str, review: TagReview) -> None:
        """Stores what a person said about a tag, over anything said before."""
        mine = (tag_reviews.c.organization_id == organization_id) & (tag_reviews.c.tag_id == review.tag_id)
        row = review.model_dump()
        with write(self._engine) as connection:
            if connection.execute(sa.update(tag_reviews).where(mine).values(row)).rowcount == 0:
                connection.execute(sa.insert(tag_reviews).values(row | {"organization_id": organization_id}))

    def reviews(self, organization_id: str, run_id: str) -> dict[str, TagReview]:
        """All reviews of a run's tags, by tag id."""
        mine = (tag_reviews.c.organization_id == organization_id) & (tag_reviews.c.run_id == run_id)
        with read(self._engine) as connection:
            found = [
                TagReview.model_validate(dict(row._mapping))
                for row in connection.execute(sa.select(tag_reviews).where(mine))
            ]
        return {review.tag_id: review for review in found}


def run_query(organization_id: str) -> sa.Select[Any]:
    """All runs of an organization with the names of their projects."""
    joined = runs.outerjoin(projects, projects.c.id == runs.c.project_id)
    mine = runs.c.organization_id == organization_id
    return sa.select(runs, projects.c.name.label("project_name")).select_from(joined).where(mine)


def _filtered(query: sa.Select[Any], project_name: str | None, status: str | None) -> sa.Select[Any]:
    if project_name:
        query = query.where(projects.c.name == project_name)
    return query.where(runs.c.status == status) if status else query


def _run_row(run: StoredRun) -> dict[str, Any]:
    plain = run.model_dump(exclude={"options", "request", "result", "project_name"})
    options = run.options
    texts = {"options": options.model_dump_json(), "request": run.request.model_dump_json()}
    return plain | texts | {"with_eval": options.with_eval, "with_security": options.with_security}


def to_run(row: sa.Row[Any]) -> StoredRun:
    """A run with the name of its project, from a row of ``run_query``."""
    known = dict(row._mapping)
    known["request"] = RunRequest.model_validate_json(known["request"])
    known["options"] = AnalysisOptions.model_validate_json(known["options"])
    known["result"] = None if known["result"] is None else FARunResult.model_validate_json(known["result"])
    return StoredRun.model_validate(known)
