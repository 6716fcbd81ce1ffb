"""What the judging of a job is asked, who may do it, and what it used."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judgings",
        sa.Column("job_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("own_key", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("holder_until", sa.String(length=24), nullable=True),
        sa.Column("usage", sa.Text(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("cached", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=False),
        sa.Column("tokens_out", sa.BigInteger(), nullable=False),
        sa.Column("cost_usd", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_judgings_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_judgings")),
    )


def downgrade() -> None:
    """Jobs that are not finished go on without a judge."""
    op.drop_table("judgings")
