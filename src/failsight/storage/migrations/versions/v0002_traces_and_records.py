"""Traces, settings of projects, and runs that only evaluate or audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs that are there are failure analyses; what they did on the way follows from their options."""
    op.create_table(
        "traces",
        sa.Column("organization_id", sa.String(length=64), nullable=False),
        sa.Column("trace_id", sa.String(length=200), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=True),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_traces_organization_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_traces_project_id")),
        sa.PrimaryKeyConstraint("organization_id", "trace_id", name=op.f("pk_traces")),
    )
    op.create_index(op.f("ix_traces_organization_id_uploaded_at"), "traces", ["organization_id", "uploaded_at"])
    op.create_table(
        "project_settings",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("organization_id", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_project_settings_project_id")),
        sa.PrimaryKeyConstraint("project_id", "kind", "key", name=op.f("pk_project_settings")),
    )
    for column in (
        sa.Column("kind", sa.String(length=24), nullable=False, server_default="failure_analysis"),
        sa.Column("with_eval", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("with_security", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("request", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("checked_items", sa.Integer(), nullable=True),
        sa.Column("unsafe_items", sa.Integer(), nullable=True),
        sa.Column("unsafe_inputs", sa.Integer(), nullable=True),
    ):
        op.add_column("runs", column)
    op.create_index(op.f("ix_runs_organization_id_trace_id"), "runs", ["organization_id", "trace_id"])
    runs = sa.table("runs", sa.column("options", sa.Text), sa.column("with_eval"), sa.column("with_security"))
    for column_name, option in (("with_eval", "run_eval"), ("with_security", "run_security")):
        switched_off = runs.c.options.like(f'%"{option}":false%')
        op.execute(sa.update(runs).where(switched_off).values({column_name: sa.false()}))


def downgrade() -> None:
    """Traces and settings are lost."""
    op.drop_index(op.f("ix_runs_organization_id_trace_id"), table_name="runs")
    with op.batch_alter_table("runs") as batch:
        for name in (
            "unsafe_inputs", "unsafe_items", "checked_items", "request", "with_security", "with_eval", "kind"
        ):  # fmt: skip
            batch.drop_column(name)
    op.drop_table("project_settings")
    op.drop_index(op.f("ix_traces_organization_id_uploaded_at"), table_name="traces")
    op.drop_table("traces")
