"""Alembic's entry: runs on the connection that ``storage.database.migrate`` opened."""

from __future__ import annotations

from alembic import context

from failsight.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
