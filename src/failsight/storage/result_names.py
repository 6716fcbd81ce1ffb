"""Names to integer keys, made when they are new. All of it happens inside a writer's turn."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from failsight.storage.result_tables import outcome_metrics, outcomes, tenants
from failsight.storage.tables import users

IN_LIMIT = 500
CACHE_LIMIT = 100_000
_TURN = 0x72657375  # "resu": writers of results take turns on a PostgreSQL server
T = TypeVar("T")
Verdict = tuple[tuple[str, bool], ...]


def take_turn(connection: sa.Connection) -> None:
    """Waits until no other writer is in the middle: keys then grow in the order of commits. SQLite has one writer
    anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_TURN)))


def next_key(connection: sa.Connection, column: sa.Column[int]) -> int:
    """The first key that is free."""
    return int(connection.scalar(sa.select(sa.func.max(column))) or 0) + 1


def tenant_key(connection: sa.Connection, organization_id: str) -> int:
    """The number of an organization."""
    mine = sa.select(tenants.c.key).where(tenants.c.organization_id == organization_id)
    found = connection.scalar(mine)
    if found is None:
        found = next_key(connection, tenants.c.key)
        connection.execute(sa.insert(tenants).values(key=found, organization_id=organization_id, version=0))
    return int(found)


def raise_version(connection: sa.Connection, tenant: int) -> None:
    """Says that what is counted has changed."""
    connection.execute(sa.update(tenants).where(tenants.c.key == tenant).values(version=tenants.c.version + 1))


def digest_of(text: str) -> str:
    """A short name for a text of any length."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def parts(values: Iterable[T], size: int = IN_LIMIT) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


class NameKeys:
    """Keys by name in one table of one organization; remembers what it has seen. ``forget`` after a rollback."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table
        self._known: dict[str, int] = {}

    def __getitem__(self, name: str) -> int:
        return self._known[name]

    def forget(self) -> None:
        self._known.clear()

    def ensure(self, connection: sa.Connection, tenant: int, names: Iterable[str]) -> None:
        """After it, every one of these names has a key."""
        wanted = set(names)
        if len(self._known) > CACHE_LIMIT:
            self._known = {name: key for name, key in self._known.items() if name in wanted}
        new = {digest_of(name): name for name in wanted if name not in self._known}
        for some in parts(sorted(new)):
            mine = (self.table.c.tenant_key == tenant) & self.table.c.digest.in_(some)
            for digest, key in connection.execute(sa.select(self.table.c.digest, self.table.c.key).where(mine)):
                self._known[new.pop(digest)] = key
        if not new:
            return
        rows = []
        for key, (digest, name) in enumerate(sorted(new.items()), next_key(connection, self.table.c.key)):
            rows.append({"key": key, "id": str(uuid.uuid4()), "tenant_key": tenant, "name": name, "digest": digest})
            self._known[name] = key
        connection.execute(sa.insert(self.table), rows)


class OutcomeKeys:
    """The verdict dictionary: a key for every distinct set of decided metrics."""

    def __init__(self, metrics: NameKeys) -> None:
        self._metrics = metrics
        self._known: dict[Verdict, int] = {}

    def __getitem__(self, verdict: Verdict) -> int:
        return self._known[verdict]

    def forget(self) -> None:
        self._known.clear()

    def ensure(self, connection: sa.Connection, tenant: int, verdicts: Iterable[Verdict]) -> None:
        """After it, every one of these verdicts has a key."""
        wanted = set(verdicts)
        if len(self._known) > CACHE_LIMIT:
            self._known.clear()
        fresh = [verdict for verdict in wanted if verdict not in self._known]
        if not fresh:
            return
        self._metrics.ensure(connection, tenant, {name for verdict in fresh for name, _ in verdict})
        new = {self._digest(verdict): verdict for verdict in fresh}
        for some in parts(sorted(new)):
            mine = (outcomes.c.tenant_key == tenant) & outcomes.c.digest.in_(some)
            for digest, key in connection.execute(sa.select(outcomes.c.digest, outcomes.c.key).where(mine)):
                self._known[new.pop(digest)] = key
        if new:
            self._insert(connection, tenant, new)

    def _insert(self, connection: sa.Connection, tenant: int, new: dict[str, Verdict]) -> None:
        rows: list[dict[str, Any]] = []
        explained: list[dict[str, Any]] = []
        for key, (digest, verdict) in enumerate(sorted(new.items()), next_key(connection, outcomes.c.key)):
            rows.append({"key": key, "tenant_key": tenant, "digest": digest})
            explained += [
                {"outcome_id": key, "metric_key": self._metrics[name], "passed": int(passed)}
                for name, passed in verdict
            ]
            self._known[verdict] = key
        connection.execute(sa.insert(outcomes), rows)
        if explained:
            connection.execute(sa.insert(outcome_metrics), explained)

    def _digest(self, verdict: Verdict) -> str:
        return digest_of(",".join(sorted(f"{self._metrics[name]}:{int(passed)}" for name, passed in verdict)))


class UserKeys:
    """Users of an organization by e-mail; unknown ones become users without a key."""

    def __init__(self, organization_id: str, now: str) -> None:
        self._organization_id = organization_id
        self._now = now
        self._known: dict[str, str] = {}

    def __getitem__(self, email: str) -> str:
        return self._known[email]

    def forget(self) -> None:
        self._known.clear()

    def ensure(self, connection: sa.Connection, emails: Iterable[str]) -> None:
        """After it, every one of these people has an id."""
        new = {email for email in emails if email not in self._known}
        for some in parts(sorted(new)):
            mine = (users.c.organization_id == self._organization_id) & users.c.email.in_(some)
            self._known.update((row.email, row.id) for row in connection.execute(sa.select(users).where(mine)))
        made = [
            {"id": str(uuid.uuid4()), "organization_id": self._organization_id, "email": email, "created_at": self._now}
            for email in sorted(new)
            if email not in self._known
        ]
        if made:
            connection.execute(sa.insert(users), [row | {"name": ""} for row in made])
            self._known.update((row["email"], row["id"]) for row in made)


def ids_to_keys(connection: sa.Connection, table: sa.Table, tenant: int, ids: Sequence[str]) -> dict[str, int]:
    """Keys of the rows with these ids, as far as they exist."""
    found: dict[str, int] = {}
    for some in parts(ids):
        mine = (table.c.tenant_key == tenant) & table.c.id.in_(some)
        found.update((row.id, row.key) for row in connection.execute(sa.select(table.c.id, table.c.key).where(mine)))
    return found
