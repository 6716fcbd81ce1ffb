"""The tables, once, for SQLite and PostgreSQL. Every row of a customer carries its ``organization_id``.

Times are UTC texts ``YYYY-MM-DDTHH:MM:SS.mmmZ``: they sort as they read, on every engine. JSON is kept as text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MOMENT = String(24)
ID = String(64)

organizations = Table(
    "organizations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("created_at", MOMENT, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False),
    Column("email", String(320), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("organization_id", "email"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False, index=True),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("public_prefix", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("created_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
)

projects = Table(
    "projects",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("key", String(200)),
    Column("model_name", String(200)),
    Column("created_at", MOMENT, nullable=False),
    UniqueConstraint("organization_id", "name"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False),
    Column("project_id", ID, ForeignKey("projects.id")),
    Column("status", String(16), nullable=False),
    Column("options", Text, nullable=False),
    Column("trace_id", String(200)),
    Column("total_items", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("started_at", MOMENT),
    Column("finished_at", MOMENT),
    Column("error", Text),
    Column("feature_kind", String(16)),
    Column("failures", Integer),
    Column("passes", Integer),
    Column("failed_items", Integer),
    Column("overall_severity", Float),
    Column("primary_failure", String(200)),
    Column("duration_ms", BigInteger),
    Column("result", Text),
    Column("kind", String(24), nullable=False, server_default="failure_analysis"),
    Column("with_eval", Boolean, nullable=False, server_default=true()),
    Column("with_security", Boolean, nullable=False, server_default=true()),
    Column("request", Text, nullable=False, server_default="{}"),
    Column("checked_items", Integer),
    Column("unsafe_items", Integer),
    Column("unsafe_inputs", Integer),
    Index(None, "organization_id", "created_at"),
    Index(None, "organization_id", "trace_id"),
)

run_items = Table(
    "run_items",
    metadata,
    Column("run_id", ID, ForeignKey("runs.id"), primary_key=True),
    Column("item_index", Integer, primary_key=True),
    Column("item", Text, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("record", Text),
    Column("tags", Text),
    Column("notes", Text),
)

failures = Table(
    "failures",
    metadata,
    Column("run_id", ID, ForeignKey("runs.id"), primary_key=True),
    Column("item_index", Integer, primary_key=True),
    Column("subcategory_id", String(200), primary_key=True),
    Column("organization_id", ID, nullable=False),
    Column("bucket_id", String(200), nullable=False),
    Column("severity", Float, nullable=False),
    Column("confidence", Float, nullable=False),
)

run_flags = Table(
    "run_flags",
    metadata,
    Column("run_id", ID, ForeignKey("runs.id"), primary_key=True),
    Column("code", String(8), primary_key=True),
    Column("failed_items", Integer, nullable=False),
    Column("checked_items", Integer, nullable=False),
)

tag_reviews = Table(
    "tag_reviews",
    metadata,
    Column("organization_id", ID, primary_key=True),
    Column("tag_id", String(400), primary_key=True),
    Column("run_id", ID, ForeignKey("runs.id"), nullable=False, index=True),
    Column("is_reviewed", Boolean, nullable=False),
    Column("reviewed_at", MOMENT),
    Column("issue_url", Text),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", ID, primary_key=True),
    Column("organization_id", ID, ForeignKey("organizations.id"), nullable=False),
    Column("job_type", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("current_item", Integer, nullable=False),
    Column("total_items", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("started_at", MOMENT),
    Column("finished_at", MOMENT),
    Column("served_at", MOMENT, nullable=False, server_default=""),
    Column("advanced_at", MOMENT),
    Column("seconds_per_item", Float),
    Column("error", Text),
    Index(None, "status", "served_at"),
)

job_pieces = Table(
    "job_pieces",
    metadata,
    Column("job_id", ID, ForeignKey("jobs.id"), primary_key=True),
    Column("start_item", Integer, primary_key=True),
    Column("next_item", Integer, nullable=False),
    Column("end_item", Integer, nullable=False),
    Column("owner", String(64)),
    Column("lease_until", MOMENT),
    Column("attempts", Integer, nullable=False),
)

judgings = Table(
    "judgings",
    metadata,
    Column("job_id", ID, ForeignKey("jobs.id"), primary_key=True),
    Column("mode", String(16), nullable=False),
    Column("own_key", Boolean, nullable=False),
    Column("holder", String(64)),
    Column("holder_until", MOMENT),
    Column("usage", Text),
    Column("calls", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("cost_usd", Float, nullable=False),
)

playground_uses = Table(
    "playground_uses",
    metadata,
    Column("id", ID, primary_key=True),
    Column("api_key_id", ID, ForeignKey("api_keys.id"), nullable=False),
    Column("used_at", MOMENT, nullable=False),
    Index(None, "api_key_id", "used_at"),
)

traces = Table(
    "traces",
    metadata,
    Column("organization_id", ID, ForeignKey("organizations.id"), primary_key=True),
    Column("trace_id", String(200), primary_key=True),
    Column("project_id", ID, ForeignKey("projects.id")),
    Column("record", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("uploaded_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
    Index(None, "organization_id", "uploaded_at"),
)

project_settings = Table(
    "project_settings",
    metadata,
    Column("project_id", ID, ForeignKey("projects.id"), primary_key=True),
    Column("kind", String(24), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("organization_id", ID, nullable=False),
    Column("value", Text, nullable=False),
)
