"""Alembic's entry: runs on the connection that ``storage.database.migrate`` opened."""

from __future__ import annotations

from alembic import context

from failsight.storage import result_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=result_tables.tests.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
