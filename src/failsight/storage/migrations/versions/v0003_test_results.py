"""Test results: runs, tests, facts, verdict dictionary, reviews, and the names around them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "test_results",
        sa.Column("key", LONG, autoincrement=False, nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("test_key", sa.Integer(), nullable=False),
        sa.Column("run_key", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_results")),
    )
    op.create_table(
        "result_reviews",
        sa.Column("key", LONG, autoincrement=False, nullable=False),
        sa.Column("result_key", LONG, nullable=False),
        sa.Column("metric", sa.Text(), nullable=True),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["result_key"], ["test_results.key"], name=op.f("fk_result_reviews_result_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_result_reviews")),
    )
    op.create_index(op.f("ix_result_reviews_result_key"), "result_reviews", ["result_key"], unique=False)
    op.create_table(
        "tenants",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=op.f("fk_tenants_organization_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tenants")),
        sa.UniqueConstraint("organization_id", name=op.f("uq_tenants_organization_id")),
    )
    op.create_table(
        "test_result_details",
        sa.Column("key", LONG, autoincrement=False, nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("test_metrics", sa.Text(), nullable=True),
        sa.Column("test_output", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["test_results.key"], name=op.f("fk_test_result_details_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_result_details")),
        sa.UniqueConstraint("tenant_key", "id", name=op.f("uq_test_result_details_tenant_key_id")),
    )
    op.create_table(
        "behaviors",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_behaviors_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_behaviors")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_behaviors_tenant_key_digest")),
    )
    op.create_index(op.f("ix_behaviors_tenant_key_id"), "behaviors", ["tenant_key", "id"], unique=False)
    op.create_table(
        "categories",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_categories_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_categories")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_categories_tenant_key_digest")),
    )
    op.create_index(op.f("ix_categories_tenant_key_id"), "categories", ["tenant_key", "id"], unique=False)
    op.create_table(
        "metrics",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_metrics_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_metrics")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_metrics_tenant_key_digest")),
    )
    op.create_index(op.f("ix_metrics_tenant_key_id"), "metrics", ["tenant_key", "id"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_outcomes_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_outcomes_tenant_key_digest")),
    )
    op.create_table(
        "prompts",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_prompts_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_prompts")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_prompts_tenant_key_digest")),
    )
    op.create_index(op.f("ix_prompts_tenant_key_id"), "prompts", ["tenant_key", "id"], unique=False)
    op.create_table(
        "statuses",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_statuses_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_statuses")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_statuses_tenant_key_digest")),
    )
    op.create_index(op.f("ix_statuses_tenant_key_id"), "statuses", ["tenant_key", "id"], unique=False)
    op.create_table(
        "tags",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_tags_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tags")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_tags_tenant_key_digest")),
    )
    op.create_index(op.f("ix_tags_tenant_key_id"), "tags", ["tenant_key", "id"], unique=False)
    op.create_table(
        "test_runs",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_test_runs_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_runs")),
        sa.UniqueConstraint("tenant_key", "id", name=op.f("uq_test_runs_tenant_key_id")),
    )
    op.create_table(
        "test_sets",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_test_sets_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_sets")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_test_sets_tenant_key_digest")),
    )
    op.create_index(op.f("ix_test_sets_tenant_key_id"), "test_sets", ["tenant_key", "id"], unique=False)
    op.create_table(
        "test_types",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_test_types_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_types")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_test_types_tenant_key_digest")),
    )
    op.create_index(op.f("ix_test_types_tenant_key_id"), "test_types", ["tenant_key", "id"], unique=False)
    op.create_table(
        "topics",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_topics_tenant_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_topics")),
        sa.UniqueConstraint("tenant_key", "digest", name=op.f("uq_topics_tenant_key_digest")),
    )
    op.create_index(op.f("ix_topics_tenant_key_id"), "topics", ["tenant_key", "id"], unique=False)
    op.create_table(
        "outcome_metrics",
        sa.Column("outcome_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metric_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passed", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["metric_key"], ["metrics.key"], name=op.f("fk_outcome_metrics_metric_key")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.key"], name=op.f("fk_outcome_metrics_outcome_id")),
        sa.PrimaryKeyConstraint("outcome_id", "metric_key", name=op.f("pk_outcome_metrics")),
    )
    op.create_table(
        "tests",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_key", sa.Integer(), nullable=False),
        sa.Column("prompt_key", sa.Integer(), nullable=True),
        sa.Column("behavior_key", sa.Integer(), nullable=True),
        sa.Column("category_key", sa.Integer(), nullable=True),
        sa.Column("topic_key", sa.Integer(), nullable=True),
        sa.Column("test_type_key", sa.Integer(), nullable=True),
        sa.Column("status_key", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.String(length=64), nullable=True),
        sa.Column("assignee_id", sa.String(length=64), nullable=True),
        sa.Column("owner_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_tests_assignee_id")),
        sa.ForeignKeyConstraint(["behavior_key"], ["behaviors.key"], name=op.f("fk_tests_behavior_key")),
        sa.ForeignKeyConstraint(["category_key"], ["categories.key"], name=op.f("fk_tests_category_key")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_tests_owner_id")),
        sa.ForeignKeyConstraint(["prompt_key"], ["prompts.key"], name=op.f("fk_tests_prompt_key")),
        sa.ForeignKeyConstraint(["status_key"], ["statuses.key"], name=op.f("fk_tests_status_key")),
        sa.ForeignKeyConstraint(["tenant_key"], ["tenants.key"], name=op.f("fk_tests_tenant_key")),
        sa.ForeignKeyConstraint(["test_type_key"], ["test_types.key"], name=op.f("fk_tests_test_type_key")),
        sa.ForeignKeyConstraint(["topic_key"], ["topics.key"], name=op.f("fk_tests_topic_key")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tests_user_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tests")),
        sa.UniqueConstraint("tenant_key", "id", name=op.f("uq_tests_tenant_key_id")),
    )
    op.create_table(
        "test_set_members",
        sa.Column("test_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("test_set_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["test_key"], ["tests.key"], name=op.f("fk_test_set_members_test_key")),
        sa.ForeignKeyConstraint(["test_set_key"], ["test_sets.key"], name=op.f("fk_test_set_members_test_set_key")),
        sa.PrimaryKeyConstraint("test_key", "test_set_key", name=op.f("pk_test_set_members")),
    )
    op.create_table(
        "test_tags",
        sa.Column("test_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tag_key", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["tag_key"], ["tags.key"], name=op.f("fk_test_tags_tag_key")),
        sa.ForeignKeyConstraint(["test_key"], ["tests.key"], name=op.f("fk_test_tags_test_key")),
        sa.PrimaryKeyConstraint("test_key", "tag_key", name=op.f("pk_test_tags")),
    )


def downgrade() -> None:
    op.drop_table("test_tags")
    op.drop_table("test_set_members")
    op.drop_table("tests")
    op.drop_table("outcome_metrics")
    op.drop_index(op.f("ix_topics_tenant_key_id"), table_name="topics")
    op.drop_table("topics")
    op.drop_index(op.f("ix_test_types_tenant_key_id"), table_name="test_types")
    op.drop_table("test_types")
    op.drop_index(op.f("ix_test_sets_tenant_key_id"), table_name="test_sets")
    op.drop_table("test_sets")
    op.drop_table("test_runs")
    op.drop_index(op.f("ix_tags_tenant_key_id"), table_name="tags")
    op.drop_table("tags")
    op.drop_index(op.f("ix_statuses_tenant_key_id"), table_name="statuses")
    op.drop_table("statuses")
    op.drop_index(op.f("ix_prompts_tenant_key_id"), table_name="prompts")
    op.drop_table("prompts")
    op.drop_table("outcomes")
    op.drop_index(op.f("ix_metrics_tenant_key_id"), table_name="metrics")
    op.drop_table("metrics")
    op.drop_index(op.f("ix_categories_tenant_key_id"), table_name="categories")
    op.drop_table("categories")
    op.drop_index(op.f("ix_behaviors_tenant_key_id"), table_name="behaviors")
    op.drop_table("behaviors")
    op.drop_table("test_result_details")
    op.drop_table("tenants")
    op.drop_index(op.f("ix_result_reviews_result_key"), table_name="result_reviews")
    op.drop_table("result_reviews")
    op.drop_table("test_results")
