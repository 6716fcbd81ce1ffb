"""The tables of test results: a star of integers around the facts.

``test_results`` is the fact: a few integers a row, so that counting reads little. What it points to is kept apart: the
*verdict dictionary* ``outcomes`` gives every distinct set {metric: passed} one number, and ``outcome_metrics`` explains
it; ``test_result_details`` holds the texts. Keys grow in the order of commits (writers take turns), so that whoever has
seen key N has seen everything up to N. UUIDs are what the outside knows.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from failsight.storage.tables import ID, MOMENT, metadata

LONG = BigInteger().with_variant(Integer(), "sqlite")
UUID = String(36)


def _named(name: str) -> Table:
    """Rows known by their name; ``digest`` of it is unique, because a prompt may be longer than an index allows."""
    return Table(
        name,
        metadata,
        Column("key", Integer, primary_key=True, autoincrement=False),
        Column("id", UUID, nullable=False),
        Column("tenant_key", Integer, ForeignKey("tenants.key"), nullable=False),
        Column("name", Text, nullable=False),
        Column("description", Text),
        Column("digest", String(32), nullable=False),
        UniqueConstraint("tenant_key", "digest"),
        Index(None, "tenant_key", "id"),
    )


tenants = Table(
    "tenants",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False, unique=True),
    Column("version", BigInteger, nullable=False),
)

behaviors = _named("behaviors")
categories = _named("categories")
topics = _named("topics")
statuses = _named("statuses")
test_types = _named("test_types")
tags = _named("tags")
test_sets = _named("test_sets")
prompts = _named("prompts")
metrics = _named("metrics")

tests = Table(
    "tests",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("id", UUID, nullable=False),
    Column("tenant_key", Integer, ForeignKey("tenants.key"), nullable=False),
    Column("prompt_key", Integer, ForeignKey("prompts.key")),
    Column("behavior_key", Integer, ForeignKey("behaviors.key")),
    Column("category_key", Integer, ForeignKey("categories.key")),
    Column("topic_key", Integer, ForeignKey("topics.key")),
    Column("test_type_key", Integer, ForeignKey("test_types.key")),
    Column("status_key", Integer, ForeignKey("statuses.key")),
    Column("priority", Integer),
    Column("user_id", ID, ForeignKey("users.id")),
    Column("assignee_id", ID, ForeignKey("users.id")),
    Column("owner_id", ID, ForeignKey("users.id")),
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("tenant_key", "id"),
)

test_tags = Table(
    "test_tags",
    metadata,
    Column("test_key", Integer, ForeignKey("tests.key"), primary_key=True, autoincrement=False),
    Column("tag_key", Integer, ForeignKey("tags.key"), primary_key=True, autoincrement=False),
)

test_set_members = Table(
    "test_set_members",
    metadata,
    Column("test_key", Integer, ForeignKey("tests.key"), primary_key=True, autoincrement=False),
    Column("test_set_key", Integer, ForeignKey("test_sets.key"), primary_key=True, autoincrement=False),
)

test_runs = Table(
    "test_runs",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("id", UUID, nullable=False),
    Column("tenant_key", Integer, ForeignKey("tenants.key"), nullable=False),
    Column("name", Text),
    Column("created_ms", BigInteger),
    Column("status_key", Integer, ForeignKey("statuses.key")),
    Column("assignee_id", ID, ForeignKey("users.id")),
    Column("owner_id", ID, ForeignKey("users.id")),
    UniqueConstraint("tenant_key", "id"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, ForeignKey("tenants.key"), nullable=False),
    Column("digest", String(32), nullable=False),
    UniqueConstraint("tenant_key", "digest"),
)

outcome_metrics = Table(
    "outcome_metrics",
    metadata,
    Column("outcome_id", Integer, ForeignKey("outcomes.key"), primary_key=True, autoincrement=False),
    Column("metric_key", Integer, ForeignKey("metrics.key"), primary_key=True, autoincrement=False),
    Column("passed", SmallInteger, nullable=False),
)

test_results = Table(
    "test_results",
    metadata,
    Column("key", LONG, primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, nullable=False),
    Column("test_key", Integer, nullable=False),
    Column("run_key", Integer),
    Column("month", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("outcome_id", Integer, nullable=False),
    Column("passed", SmallInteger),
)

test_result_details = Table(
    "test_result_details",
    metadata,
    Column("key", LONG, ForeignKey("test_results.key"), primary_key=True, autoincrement=False),
    Column("tenant_key", Integer, nullable=False),
    Column("id", UUID, nullable=False),
    Column("test_metrics", Text),
    Column("test_output", Text),
    UniqueConstraint("tenant_key", "id"),
)

result_reviews = Table(
    "result_reviews",
    metadata,
    Column("key", LONG, primary_key=True, autoincrement=False),
    Column("result_key", LONG, ForeignKey("test_results.key"), nullable=False, index=True),
    Column("metric", Text),
    Column("passed", SmallInteger, nullable=False),
    Column("comment", Text, nullable=False),
    Column("reviewed_at", MOMENT, nullable=False),
)
