"""The status, assignee and owner of a test run"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("test_runs") as table:
        table.add_column(sa.Column("status_key", sa.Integer()))
        table.add_column(sa.Column("assignee_id", sa.String(64)))
        table.add_column(sa.Column("owner_id", sa.String(64)))
        table.create_foreign_key(op.f("fk_test_runs_status_key"), "statuses", ["status_key"], ["key"])
        table.create_foreign_key(op.f("fk_test_runs_assignee_id"), "users", ["assignee_id"], ["id"])
        table.create_foreign_key(op.f("fk_test_runs_owner_id"), "users", ["owner_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("test_runs") as table:
        table.drop_constraint(op.f("fk_test_runs_owner_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_test_runs_assignee_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_test_runs_status_key"), type_="foreignkey")
        table.drop_column("owner_id")
        table.drop_column("assignee_id")
        table.drop_column("status_key")
