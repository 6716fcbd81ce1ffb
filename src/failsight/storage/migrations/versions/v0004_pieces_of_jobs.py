"""Jobs in pieces, each with a lease of its own, so that several workers share a job."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PIECE_ITEMS = 100


def upgrade() -> None:
    """Jobs that are not finished are cut anew; items that are done are found to be so by whoever takes their piece."""
    op.create_table(
        "job_pieces",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("start_item", sa.Integer(), nullable=False),
        sa.Column("next_item", sa.Integer(), nullable=False),
        sa.Column("end_item", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", sa.String(length=24), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_pieces_job_id")),
        sa.PrimaryKeyConstraint("job_id", "start_item", name=op.f("pk_job_pieces")),
    )
    op.drop_index(op.f("ix_jobs_status_created_at"), table_name="jobs")
    with op.batch_alter_table("jobs") as batch:
        batch.add_column(sa.Column("served_at", sa.String(length=24), nullable=False, server_default=""))
        batch.add_column(sa.Column("advanced_at", sa.String(length=24), nullable=True))
        for name in ("lease_owner", "lease_until", "attempts", "cancel_requested"):
            batch.drop_column(name)
    jobs = sa.table("jobs", *map(sa.column, ("id", "status", "total_items", "created_at", "served_at")))
    op.execute(sa.update(jobs).values(served_at=jobs.c.created_at))
    op.create_index(op.f("ix_jobs_status_served_at"), "jobs", ["status", "served_at"])
    connection = op.get_bind()
    waiting = sa.select(jobs.c.id, jobs.c.total_items).where(jobs.c.status.in_(("queued", "running")))
    pieces = sa.table("job_pieces", *map(sa.column, ("job_id", "start_item", "next_item", "end_item", "attempts")))
    for job_id, total in connection.execute(waiting).all():
        rows = [
            {"job_id": job_id, "start_item": start, "next_item": start, "end_item": min(start + PIECE_ITEMS, total)}
            for start in range(0, total, PIECE_ITEMS)
        ]
        connection.execute(sa.insert(pieces), [row | {"attempts": 0} for row in rows])


def downgrade() -> None:
    """Who works on what is forgotten; a job that runs is free."""
    op.drop_table("job_pieces")
    op.drop_index(op.f("ix_jobs_status_served_at"), table_name="jobs")
    with op.batch_alter_table("jobs") as batch:
        batch.drop_column("advanced_at")
        batch.drop_column("served_at")
        batch.add_column(sa.Column("lease_owner", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("lease_until", sa.String(length=24), nullable=True))
        batch.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("cancel_requested", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_jobs_status_created_at"), "jobs", ["status", "created_at"])
